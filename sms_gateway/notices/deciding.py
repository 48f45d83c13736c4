"""What becomes of the steps of one dossier. Pure: no I/O, time is a parameter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sms_gateway.domain.changes import Case
from sms_gateway.domain.dossier import State
from sms_gateway.domain.notices import BACKWARD, BLAST, Fate, Known, Step
from sms_gateway.notices.hours import Quiet
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
        quiet: in these hours only what may go at night is made.
    """

    table: Table
    apart: timedelta
    fresh: timedelta
    quiet: Quiet


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is decided, and whether there is more to tell than is usual."""

    now: datetime
    blast: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: the dossier was told of lately, or it is night."""

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
    steps: Sequence[Step], case: Case | None, known: Known, policy: Policy, moment: Moment
) -> Decision | Wait:
    """Decide of the steps of one dossier, all changes or all appointments.

    A citizen is told how the dossier stands now, once, however many steps led there; and nothing
    where it stands as the citizen knows it.

    Args:
        steps: in their order, at least one.
        case: the dossier as it stands now, None where it is gone.
        known: what was decided of it before.
        policy: what the settings say.
        moment: see there.
    """
    if case is None:
        return Decision(Fate.SILENT, "gone")
    if steps[0].overdue:
        return _of_overdue(steps, case, known, policy, moment)
    if known.waiting and case.dossier.state is known.ended:
        # The text that waits tells just this.
        return Decision(Fate.SILENT, "known", known.knew, known.ended, supersedes=False)
    # What waits has not been told: the citizen knows what was before it.
    knew = known.knew if known.waiting else known.ended
    if knew is None:
        knew = steps[0].before
    return _of_change(steps, case, knew, known, policy, moment)


def _of_change(  # what a decision depends on
    steps: Sequence[Step],
    case: Case,
    knew: State | None,
    known: Known,
    policy: Policy,
    moment: Moment,
) -> Decision | Wait:
    state = case.dossier.state
    line = _silent(steps, case, knew, known, policy)
    backward = knew is not None and _RANK[state] < _RANK[knew]
    if isinstance(line, str):
        # Nobody is told that it went backwards: what the citizen knows is still what was before,
        # and the next step is held against that.
        return Decision(Fate.SILENT, line, knew, knew if backward else state)
    if not _let_go(steps):
        # What is bulk is one batch, also where dossiers went backwards.
        if moment.blast:
            return Decision(Fate.HELD, BLAST, knew, state, line)
        if backward:
            return Decision(Fate.HELD, BACKWARD, knew, state, line)
    if wait := _waits(line, known, policy, moment.now):
        return wait
    return Decision(Fate.QUEUED, f"situation_{line.number}", knew, state, line)


def _let_go(steps: Sequence[Step]) -> bool:
    """Whether staff looked at all of it."""
    return all(step.let_go for step in steps)


def _waits(line: Situation, known: Known, policy: Policy, now: datetime) -> Wait | None:
    at, told_at = now, None if line.at_once else known.told_at
    if told_at is not None and told_at <= now < told_at + policy.apart:
        at = told_at + policy.apart
    at = at if line.at_night else policy.quiet.over(at)
    return None if at == now else Wait(at)


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


def _of_overdue(
    steps: Sequence[Step], case: Case, known: Known, policy: Policy, moment: Moment
) -> Decision | Wait:
    line = _apology(case, known, policy, moment.now)
    if isinstance(line, str):
        return Decision(Fate.SILENT, line, supersedes=False)
    # An apology tells the state as well; but what nobody confirmed yet stays held.
    supersedes = not known.waiting
    if moment.blast and not _let_go(steps):
        return Decision(Fate.HELD, BLAST, situation=line, supersedes=supersedes)
    if wait := _waits(line, known, policy, moment.now):
        return wait
    return Decision(Fate.QUEUED, f"situation_{line.number}", situation=line, supersedes=supersedes)


def _apology(case: Case, known: Known, policy: Policy, now: datetime) -> Situation | str:
    """The line of an apology, or why there is none, in one word."""
    line = policy.table.of_overdue()
    if line is None or not line.speaks:
        return "no_situation"
    if not is_running(case.dossier.state):
        return "not_overdue"
    if not case.facts.sms_allowed:
        return "sms_off"
    return "known" if _apologised(case, known, policy, now) else line


def _apologised(case: Case, known: Known, policy: Policy, now: datetime) -> bool:
    """Whether the last text told a running state after the day was over: in the same words."""
    if known.made_at is None or known.made_of is None or not is_running(known.made_of):
        return False
    zone, both = policy.quiet.zone, (case.dossier.due_at, case.dossier.new_due_at)
    days = [at.astimezone(zone).date() for at in both if at is not None]
    passed = [day for day in days if day < now.astimezone(zone).date()]
    return bool(passed) and known.made_at.astimezone(zone).date() > max(passed)
