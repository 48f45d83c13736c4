"""The pace of texts that go to citizens by themselves: one place after the other, for all doors."""

import math
from datetime import UTC, datetime, timedelta

from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.pushes import FOLLOW_UP_PRIORITY
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Row, Statements

_PUSHED = "pushed"
"""The mark of `push_place`."""

_EPOCH, _SECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(seconds=1)


async def has_place(db: Statements, now: datetime, apart: float) -> bool:
    """Whether one more text that answers none may leave."""
    row = await db.row("push_place_taken")
    return _place(row, now, _length(apart)) <= now


async def take_place(db: Statements, now: datetime, apart: float) -> None:
    """One leaves."""
    values = {"name": _PUSHED, "upto": ms(now + _length(apart)), "at": ms(now)}
    await db.change("notice_mark_move", values)


async def next_due(
    db: Statements, door: DoorName, below: int, now: datetime | None
) -> datetime | None:
    """See `ports.Outbox.next_due`."""
    values = {"door": door, "push": FOLLOW_UP_PRIORITY, "below": below}
    ((first, second),) = await db.rows("mt_next_due", values)
    dues = [] if first is None else [moment(first)]
    if second is not None:
        dues.append(max(moment(second), _place(await db.row("push_place"), now, None)))
    return min(dues, default=None)


def _place(row: Row | None, now: datetime | None, apart: timedelta | None) -> datetime:
    """From when on the next one may leave."""
    if row is None:
        return _EPOCH
    place, at = moment(row[0]), moment(row[1])
    # After a clock stepped back, or with a pace that is quicker now, it lies too far ahead. Clocks
    # of two nodes differ a little.
    farthest = max(2 * (apart or place - at), _SECOND)
    return _EPOCH if now is not None and place > now + farthest else place


def _length(apart: float) -> timedelta:
    """In whole milliseconds, as the store keeps moments, and never less."""
    return timedelta(milliseconds=math.ceil(apart * 1000))
