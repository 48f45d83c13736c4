"""Decisions of many dossiers at a time, with the texts that come of them; nothing is written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.domain.changes import Case
from sms_gateway.domain.dossier import CLOSED
from sms_gateway.domain.ids import DossierId, NumberHash
from sms_gateway.domain.message import Language
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import BLAST, Ends, Fate, Known, Postponed, Ruling, Step
from sms_gateway.notices.composing import Maker, Telling, recipients
from sms_gateway.notices.deciding import Decision, Moment, Policy, Wait, decide
from sms_gateway.notices.table import is_running

Group = tuple[Step, ...]

NOTHING = Known()


@dataclass(frozen=True, slots=True)
class Seen:
    """What decisions are made of.

    Attributes:
        cases: the dossiers as they stand now; those that are gone are absent.
        followers: phones that follow them, beside those that they are registered to.
        known: what was decided of them before.
        languages: what numbers chose.
        blast: the batch that everything is held in, or empty.
        now: the moment.
    """

    cases: Mapping[DossierId, Case]
    followers: Mapping[DossierId, Sequence[Address]]
    known: Mapping[DossierId, Known]
    languages: Mapping[NumberHash, Language]
    blast: str
    now: datetime

    def recipients(self, case: Case) -> Sequence[Address]:
        """Who is told of a dossier."""
        return recipients(case, self.followers.get(case.dossier.id, ()))


def grouped(steps: Sequence[Step], now: datetime, longest: datetime) -> Sequence[Group]:
    """Steps of one dossier together, appointments apart from changes; only what is due."""
    groups: dict[tuple[DossierId, bool], list[Step]] = {}
    for step in steps:
        groups.setdefault((step.dossier_id, step.overdue), []).append(step)
    return [
        tuple(group)
        for group in groups.values()
        if group[-1].due_at <= now or min(step.due_at for step in group) <= longest
    ]


def judged(group: Group, seen: Seen, policy: Policy, maker: Maker) -> Ruling | Postponed:
    """What becomes of one group."""
    dossier_id = group[0].dossier_id
    case, known = seen.cases.get(dossier_id), seen.known.get(dossier_id, NOTHING)
    decided = decide(group, case, known, policy, Moment(seen.now, bool(seen.blast)))
    ids = tuple(step.id for step in group)
    apologies = case is None or not is_running(case.dossier.state)
    if isinstance(decided, Wait):
        ends = None if group[0].overdue else Ends(dossier_id, seen.now, apologies)
        return Postponed(ids, decided.until, ends)
    if decided.situation is not None and case is not None and not seen.recipients(case):
        decided = Decision(Fate.SILENT, "no_phone", decided.knew, decided.ended)
    ruling = Ruling(
        *(ids, dossier_id, seen.now, decided.fate, decided.reason, decided.knew, decided.ended),
        # What tells how things stand takes the place of an apology, what is silent does not.
        ends=Ends(dossier_id, seen.now, apologies or decided.situation is not None)
        if decided.supersedes
        else None,
        waited=decided.supersedes and known.waiting,
        closed=decided.ended in CLOSED,
    )
    if decided.situation is None or case is None:
        return ruling
    return _with_texts(ruling, group, decided, case, seen, maker)


def _with_texts(  # what a text depends on
    ruling: Ruling, group: Group, decided: Decision, case: Case, seen: Seen, maker: Maker
) -> Ruling:
    assert decided.situation is not None  # noqa: S101  # asked for before
    batch, hold = "", ""
    if decided.fate is Fate.HELD:
        hold = decided.reason
        batch = seen.blast if hold == BLAST else group[-1].id
    at_night = decided.situation.at_night
    step = group[-1]
    telling = Telling(case, step.transition, at_night, seen.now, hold, batch, step.let_go)
    return Ruling(
        *(ruling.steps, ruling.dossier_id, ruling.at, ruling.fate, ruling.reason),
        *(ruling.knew, ruling.ended, batch),
        texts=tuple(maker.texts(telling, seen.recipients(case), seen.languages)),
        ends=ruling.ends,
        waited=ruling.waited,
        # What is held may be a slip: who follows is let go when staff let the text go.
        closed=ruling.closed and ruling.fate is not Fate.HELD,
    )


def numbers_of(
    cases: Collection[Case], followers: Mapping[DossierId, Sequence[Address]], maker: Maker
) -> Sequence[NumberHash]:
    """The hashes of all who may be told of these."""
    found = [
        number
        for case in cases
        for number in maker.numbers(recipients(case, followers.get(case.dossier.id, ())))
    ]
    return list(dict.fromkeys(found))
