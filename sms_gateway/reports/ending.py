"""When the handling of a dossier ended, as it was known at the moment of a report."""

from datetime import datetime, tzinfo

from sms_gateway.cases.embedded import HandledCase
from sms_gateway.domain.dossier import State

_DONE = (State.FINISHED, State.RETURNED)
_OPEN = (State.ACCEPTED, State.PROCESSING, State.PAPERS_NEEDED, State.FEE_DUE)


def ended_by(case: HandledCase, as_of: datetime, zone: tzinfo) -> datetime | None:
    """When the handling of a dossier ended; None where it had not ended at the moment `as_of`.

    NgayKetThucXuLy, unless the dossier is open again; where it is empty, the first 9 or 10 since
    the last other state.

    Args:
        case: the dossier as it stood at that moment.
        as_of: what happened at or after it is not looked at.
        zone: whose days are compared.
    """
    if is_open_again(case, zone):
        return None
    if case.finished_at is not None:
        return case.finished_at if case.finished_at < as_of else None
    return case.ended_at if case.state in _DONE else None


def is_open_again(case: HandledCase, zone: tzinfo) -> bool:
    """Whether a dossier has an NgayKetThucXuLy and is open all the same.

    It is, where its state is an open one today too, or began on a later day than it ended. Else
    the state 9 that belongs to the date was only learned after the moment of the report.
    """
    if case.finished_at is None or case.state not in _OPEN:
        return False
    if case.state_now in _OPEN or case.state_at is None:
        return True
    return case.state_at.astimezone(zone).date() > case.finished_at.astimezone(zone).date()


def is_heard_later(case: HandledCase) -> bool:
    """Whether a dossier had ended when we first heard of it, which was after the report's moment.

    Nothing says whether it had ended by then.
    """
    return case.state_at is None and case.finished_at is None and case.state in _DONE


def is_end_unknown(case: HandledCase) -> bool:
    """Whether a dossier had ended when we first heard of it, and nothing says when."""
    return case.finished_at is None and case.state in _DONE and not case.end_known
