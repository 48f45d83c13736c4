"""Dossiers of an office and orders of reports, written short."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sms_gateway.cases.embedded import HandledCase
from sms_gateway.domain.dossier import State
from sms_gateway.domain.ids import DossierId
from sms_gateway.reports.dossiers import By, Count, DossierReport, Due, JudgedBy, Order

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> datetime:
    """A moment here: `2026-10-05 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def order(
    *,
    by: By = By.PROCEDURE,
    judged_by: JudgedBy = JudgedBy.DAY,
    due: Due = Due.FIRST,
    carried_over: bool = False,
    as_of: str = "2026-11-01 00:00",
) -> Order:
    """October 2026."""
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    return Order(first, last, at(as_of), ZONE, by, judged_by, due, carried_over)


def case(  # noqa: PLR0913  # a dossier has so many dates
    code: str,
    received: str | None = "2026-10-05 09:00",
    due: str | None = "2026-10-12 17:00",
    finished: str | None = None,
    *,
    new_due: str | None = None,
    state: State | None = None,
    state_at: str | None = None,
    state_now: State | None = None,
    ended: str | None = None,
    end_known: bool = True,
    ended_state: State | None = None,
    told: str = "2026-10-01 00:00",
    room: str = "Phòng A",
    officer: str = "",
    procedure: tuple[str, str] = ("1.1", "Cấp thẻ"),
) -> HandledCase:
    """A dossier; with an end its state is 9 where nothing else is said."""
    state = state or (State.FINISHED if finished else State.PROCESSING)
    ended = ended or (state_at if state in (State.FINISHED, State.RETURNED) else None)
    return HandledCase(
        number=sum(code.encode()),
        id=DossierId(code),
        state=state,
        state_at=_maybe(state_at),
        state_now=state if state_now is None else state_now,
        ended_at=_maybe(ended),
        end_known=end_known,
        ended_state=ended_state or (state if ended else None),
        told_at=at(told),
        received_at=_maybe(received),
        due_at=_maybe(due),
        new_due_at=_maybe(new_due),
        finished_at=_maybe(finished),
        procedure_code=procedure[0],
        procedure_name=procedure[1],
        room=room,
        officer=officer,
    )


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else at(text)


def counted(cases: Iterable[HandledCase], wanted: Order) -> DossierReport:
    """The values of a report of these."""
    count = Count(wanted)
    count.add(cases)
    return count.report()


def end_of(day: date) -> datetime:
    """The first moment after a day."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE)
