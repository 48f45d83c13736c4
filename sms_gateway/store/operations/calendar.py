"""Days that staff wrote down; each change leaves one row in the audit."""

from collections.abc import Sequence
from datetime import date

from sms_gateway.domain.calendar import DayKind
from sms_gateway.domain.calendar_days import SET_ACT, UNSET_ACT, CalendarDay, DayBack, DayOrder
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Statements


async def days(db: Statements) -> Sequence[CalendarDay]:
    """All of them, in order."""
    return [
        CalendarDay(date.fromisoformat(day), DayKind(kind), note, moment(at), by)
        for day, kind, note, at, by in await db.rows("calendar_days")
    ]


async def set_day(db: Statements, orders: Sequence[DayOrder]) -> Sequence[None]:
    """Write days down."""
    for order in orders:
        day = order.day.isoformat()
        values = {
            "day": day,
            "kind": order.kind.value,
            "note": order.note,
            "at": ms(order.at),
            "by": order.by,
        }
        await db.change("calendar_set", values)
        told = f"{order.kind.value} {order.note}".strip()
        await audit(db, order.at, order.by, SET_ACT, day, told)
    return [None] * len(orders)


async def unset_day(db: Statements, orders: Sequence[DayBack]) -> Sequence[bool]:
    """Let the file speak again; whether there was anything."""
    return [await _unset(db, order) for order in orders]


async def _unset(db: Statements, order: DayBack) -> bool:
    day = order.day.isoformat()
    if not await db.change("calendar_unset", {"day": day}):
        return False
    await audit(db, order.at, order.by, UNSET_ACT, day)
    return True
