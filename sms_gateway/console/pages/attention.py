"""Needs attention: what waits for a person, each with what there is to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sms_gateway.console.alike import marks
from sms_gateway.console.languages import marked
from sms_gateway.console.message_head import OLDEST
from sms_gateway.console.places import ATTENTION, MESSAGES, NOTICES
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.waiting import LATELY
from sms_gateway.domain.held_texts import HeldPart
from sms_gateway.domain.staff import Permission
from sms_gateway.log_question import Attention, MessageFilter
from sms_gateway.reading import MoRow, MtRow, ReceiptRow, RefusedFilter, RefusedRow, ReportFilter

_SOME: Final = 10
_MANY: Final = 100
_LONGEST_ID: Final = 36

_SECTIONS: Final = (
    *("parked", "uncertain", "held", "held_alone"),
    *("unanswered", "failed", "refused", "unmatched"),
)
"""In the order in which they are worth a clerk's time."""

_NOBODYS: Final = frozenset({"unanswered", "refused", "unmatched"})
"""What is no agency's: only who sees all sees it."""

_TITLES: Final = {
    "parked": marked("Texts that wait for a person"),
    "uncertain": marked("Messages that may not have gone out"),
    "held": marked("Automatic messages that are held"),
    "held_alone": marked("Messages and questions of the survey that are held one by one"),
    "unanswered": marked("Texts without an answer yet"),
    "failed": marked("Messages of the last 7 days that did not arrive"),
    "refused": marked("Calls that could not be read in the last 7 days"),
    "unmatched": marked("Delivery reports of unknown messages"),
}

_TO_DO: Final = {
    "parked": marked("Open it, then answer by hand, or call the citizen and mark it as handled."),
    "uncertain": marked("Open it and say whether it arrived, or send it once more."),
    "held": marked("Look at the samples, then release or drop the batch."),
    "held_alone": marked(
        "Open it and say what becomes of it. What a restore held is let go by whoever restored."
    ),
    "unanswered": marked("They are answered by themselves; one that stays here is a fault."),
    "failed": marked("The citizen did not get it. Open it to see why, and call where it matters."),
    "refused": marked("A telco sent what we do not understand. Tell whoever set the door up."),
    "unmatched": marked("Nothing to do for one; many of them say that a door is set up wrong."),
}

_DOES: Final = {
    "parked": Permission.ANSWER,
    "uncertain": Permission.SETTLE,
    "held": Permission.DECIDE_NOTICES,
    "held_alone": Permission.SETTLE,
    "failed": Permission.ANSWER,
}
"""What it takes to do what is to be done; who may only look is told nothing of it."""

_MO_OUTCOMES: Final = {"parked": "unhandled", "unanswered": "unanswered"}


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of what waits.

    Attributes:
        name: of it, as in an address.
        title, to_do: marked.
        count: how many there are, at most one above `MOST_COUNTED`.
        texts: the oldest, which have waited longest.
        messages, calls, reports: the newest, in the one of these that it has.
        batches: what is held together, the oldest first.
        whole: where all of it is.
        go_on: older than this id there may be more; empty for no more.
    """

    name: str
    title: str
    to_do: str
    count: int
    texts: Sequence[MoRow] = ()
    messages: Sequence[MtRow] = ()
    calls: Sequence[RefusedRow] = ()
    reports: Sequence[ReceiptRow] = ()
    batches: Sequence[HeldPart] = ()
    whole: str = ""
    go_on: str = ""


async def show(visit: Visit) -> web.Response:
    """All of it, or one kind (`only`) with more rows."""
    only = visit.query.get("only", 20)
    theirs = [name for name in _SECTIONS if _seen(visit, name)]
    attention = await visit.desk.waiting.of(visit.person)
    names = [only] if only in theirs else theirs
    sections = [await _section(visit, name, attention, one=len(names) == 1) for name in names]
    rows: list[MoRow | MtRow] = []
    for one in sections:
        rows += [*one.texts, *one.messages]
    values = {
        "marks": marks(rows, visit.desk.hasher),
        "sections": [one for one in sections if _has(one)],
        "only": only if only in theirs else "",
        "most": _MANY,
    }
    return visit.page("attention.html", values)


def _seen(visit: Visit, name: str) -> bool:
    return visit.person.agencies is None or name not in _NOBODYS


def _has(section: Section) -> bool:
    return any(_rows(section))


def _rows(section: Section) -> Sequence[Sequence[object]]:
    """Of each kind of rows those that it has."""
    return (section.texts, section.messages, section.calls, section.reports, section.batches)


async def _section(visit: Visit, name: str, attention: Attention | None, *, one: bool) -> Section:
    limit = _MANY if one else _SOME
    section = await _filled(visit, name, limit)
    rows = max(map(len, _rows(section)))
    counted = 0 if attention is None else _count(attention, name)
    last = section.messages[-1].id if one and len(section.messages) == limit else ""
    return Section(
        name=name,
        title=section.title,
        to_do=section.to_do if name not in _DOES or visit.may(_DOES[name]) else "",
        # The number is some seconds old, and what stands below it is not.
        count=section.count or (rows if rows < limit else max(counted, rows)),
        texts=section.texts,
        messages=section.messages,
        calls=section.calls,
        reports=section.reports,
        batches=section.batches,
        whole=_whole(name),
        go_on=last,
    )


async def _filled(visit: Visit, name: str, limit: int) -> Section:
    reading, person = visit.desk.reading, visit.person
    title, to_do, since = visit.say(_TITLES[name]), visit.say(_TO_DO[name]), visit.now - LATELY
    agencies = None if person.agencies is None else sorted(person.agencies)
    match name:
        case "parked" | "unanswered":
            wanted = MessageFilter(
                outcome=_MO_OUTCOMES[name], agencies=agencies, limit=limit, after=OLDEST
            )
            # What has waited longest stands first.
            texts = list(reversed((await reading.find(wanted)).rows))
            return Section(name, title, to_do, 0, texts=texts)
        case "held":
            batches = await visit.desk.automatic.held.parts(agencies)
            texts_held = sum(part.texts for part in batches)
            return Section(name, title, to_do, texts_held, batches=batches[:limit])
        case "refused":
            calls = await reading.refused(RefusedFilter(since=since, limit=limit))
            return Section(name, title, to_do, 0, calls=calls)
        case "unmatched":
            reports = await reading.reports(ReportFilter(unmatched=True, limit=limit))
            return Section(name, title, to_do, 0, reports=reports)
        case _:
            page = (visit.query.get("before", _LONGEST_ID), limit)
            found = await visit.desk.numbers.waiting(name, since, page, agencies)
            return Section(name, title, to_do, 0, messages=found)


def _count(attention: Attention, name: str) -> int:
    return int(getattr(attention, "held_notices" if name == "held" else name))


def _whole(name: str) -> str:
    """Where all rows of a kind are: those of texts stand in the list of messages."""
    if name in _MO_OUTCOMES:
        return f"{MESSAGES}?outcome={_MO_OUTCOMES[name]}"
    return NOTICES if name == "held" else f"{ATTENTION}?only={name}"


ROUTES: Final = (
    Route("GET", ATTENTION, Permission.READ_MESSAGES, marked("Needs attention"), show),
)
