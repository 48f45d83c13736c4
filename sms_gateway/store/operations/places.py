"""The pace of texts that go to citizens by themselves: one place after the other, for all doors."""

import math
from datetime import UTC, datetime, timedelta

from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.pushes import FOLLOW_UP_PRIORITY
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Row, Statements

_PUSHED = "pushed"
"""The mark of `push_place`."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_CLOCKS = timedelta(seconds=10)
"""So much the clocks of two nodes may differ; a place that lies further ahead was never reckoned by
this one."""


async def has_place(
    db: Statements, door: DoorName, below: int, now: datetime, apart: float
) -> bool:
    """Whether one more text that answers none may leave; then its place is ours in this commit.

    What comes first reads only: where nothing is due, nodes have nothing to wait for.
    """
    length = _length(apart)
    if _place(await db.row("push_place"), now, length) > now:
        return False
    _, pushes = await _dues(db, door, below)
    if not any(due <= now for due in pushes):
        return False
    row = await db.row("push_place_taken")
    if row is None:
        # There is none yet, or another node is taking it.
        await db.change("push_place_make")
        row = await db.row("push_place_taken")
    return row is not None and _place(row, now, length) <= now


async def take_place(db: Statements, now: datetime, apart: float) -> None:
    """One leaves."""
    values = {"name": _PUSHED, "upto": ms(now + _length(apart)), "at": ms(now)}
    await db.change("notice_mark_move", values)


async def next_due(
    db: Statements, door: DoorName, below: int, now: datetime | None
) -> datetime | None:
    """See `ports.Outbox.next_due`."""
    dues, pushes = await _dues(db, door, below)
    if pushes:
        dues.append(max(min(pushes), _place(await db.row("push_place"), now, None)))
    return min(dues, default=None)


async def _dues(
    db: Statements, door: DoorName, below: int
) -> tuple[list[datetime], list[datetime]]:
    """When the next ones are due: of replies, and of what answers none."""
    found = await db.rows("mt_next_due", {"door": door, "below": below})
    dues = [moment(due) for priority, due in found if priority < FOLLOW_UP_PRIORITY]
    return dues, [moment(due) for priority, due in found if priority >= FOLLOW_UP_PRIORITY]


def _place(row: Row | None, now: datetime | None, apart: timedelta | None) -> datetime:
    """From when on the next one may leave."""
    if row is None:
        return _EPOCH
    place, at = moment(row[0]), moment(row[1])
    # After a clock stepped back, or with a pace that is quicker now, it lies too far ahead.
    farthest = (apart or place - at) + _CLOCKS
    return _EPOCH if now is not None and place > now + farthest else place


def _length(apart: float) -> timedelta:
    """In whole milliseconds, as the store keeps moments, and never less."""
    return timedelta(milliseconds=math.ceil(apart * 1000))
