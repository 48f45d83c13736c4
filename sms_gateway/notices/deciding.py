"""What becomes of the steps of one dossier. Pure: no I/O, time is a parameter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sms_gateway.domain.changes import Case
from sms_gateway.domain.dossier import State
from sms_gateway.domain.notices import BACKWARD, Fate, Known, Step
from sms_gateway.notices.table import Situation, Table, is_running

_RANK = {
    State.REGISTERED: 1,
    State.ACCEPTED: 2,
    State.PROCESSING: 3, State.PAPERS_NEEDED: 3, State.FEE_DUE: 3, State.WITHDRAWN: 3,
    State.STOPPED: 3,
    State.FINISHED: 4, State.NOT_ACCEPTED: 4,
    State.RETURNED: 5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Policy:
    """What the settings say.

    Attributes:
        table: see there.
        apart: time between two texts of one dossier.
        fresh: how young a dossier must be that was never seen before.
    """

    table: Table
    apart: timedelta
    fresh: timedelta


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: the dossier was told of lately."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the steps.

    Attributes:
        fate: queued where it is told, held where staff must confirm it, else silent.
        reason: why, one word.
        knew: what the citizen knew before; None where nothing is known of that.
        ended: the state that the dossier has now; None for an appointment.
        situation: the line that is told, or None.
        supersedes: texts that have not left are not sent any more.
    """

    fate: Fate
    reason: str
    knew: State | None = None
    ended: State | None = None
    situation: Situation | None = None
    supersedes: bool = True


def decide(
    steps: Sequence[Step], case: Case | None, known: Known, policy: Policy, now: datetime
) -> Decision | Wait:
    """Decide of the steps of one dossier, all changes or all appointments.

    A citizen is told how the dossier stands now, once, however many steps led there; and nothing
    where it stands as the citizen knows it.

    Args:
        steps: in their order, at least one.
        case: the dossier as it stands now, None where it is gone.
        known: what was decided of it before.
        policy: what the settings say.
        now: the moment.
    """
    if case is None:
        return Decision(Fate.SILENT, "gone")
    if steps[0].overdue:
        return _of_overdue(case, policy.table, known)
    if known.waiting and case.dossier.state is known.ended:
        # The text that waits tells just this.
        return Decision(Fate.SILENT, "known", known.knew, known.ended, supersedes=False)
    # What waits has not been told: the citizen knows what was before it.
    knew = known.knew if known.waiting else known.ended
    if knew is None:
        knew = steps[0].before
    return _of_change(steps, case, knew, known, policy, now)


def _of_change(  # what a decision depends on
    steps: Sequence[Step],
    case: Case,
    knew: State | None,
    known: Known,
    policy: Policy,
    now: datetime,
) -> Decision | Wait:
    state = case.dossier.state
    silent = _silent(steps, case, knew, known, policy)
    if isinstance(silent, str):
        return Decision(Fate.SILENT, silent, knew, state)
    if knew is not None and _RANK[state] < _RANK[knew]:
        return Decision(Fate.HELD, BACKWARD, knew, state, silent)
    told_at = known.told_at
    if not silent.urgent and told_at is not None and told_at <= now < told_at + policy.apart:
        return Wait(told_at + policy.apart)
    return Decision(Fate.QUEUED, f"situation_{silent.number}", knew, state, silent)


def _silent(
    steps: Sequence[Step], case: Case, knew: State | None, known: Known, policy: Policy
) -> Situation | str:
    """The line that is to be told, or why nobody is, in one word."""
    state = case.dossier.state
    if state is knew:
        # Of several steps the last one led back; of one, somebody told it before.
        return "back_again" if len(steps) > 1 or known.waiting else "known"
    if knew is None and not _is_fresh(steps[0], case, policy):
        return "first_seen"
    line = policy.table.of_change(knew, state, case.dossier, case.facts)
    if line is None or not line.speaks:
        return "no_situation" if line is None else f"situation_{line.number}"
    return line if case.facts.sms_allowed else "sms_off"


def _is_fresh(step: Step, case: Case, policy: Policy) -> bool:
    began = case.dossier.state_at or case.dossier.received_at
    return began is not None and began > step.learned_at - policy.fresh


def _of_overdue(case: Case, table: Table, known: Known) -> Decision:
    line = table.of_overdue()
    if line is None or not line.speaks:
        return Decision(Fate.SILENT, "no_situation", supersedes=False)
    if not is_running(case.dossier.state):
        return Decision(Fate.SILENT, "not_overdue", supersedes=False)
    if not case.facts.sms_allowed:
        return Decision(Fate.SILENT, "sms_off", supersedes=False)
    # An apology tells the state as well; but what nobody confirmed yet stays held.
    return Decision(
        Fate.QUEUED, f"situation_{line.number}", situation=line, supersedes=not known.waiting
    )
