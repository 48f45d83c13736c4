"""What staff do with texts that are held: let them go, or end them."""

import enum
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace

from sms_gateway.commands import CommandError
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.notices import (
    BACKWARD,
    BLAST,
    CONFIRM_ACT,
    DROP_ACT,
    RELEASE_ACT,
    BatchDone,
    BatchOrder,
)
from sms_gateway.ports import Notices

_MILLISECOND = timedelta(milliseconds=1)


class NotEnded(enum.Enum):
    """Why nothing became of a batch."""

    OUTAGE_OVER = "outage over"
    UNKNOWN = "unknown"


class NoticeActs:
    """The acts, audited; each in short commits, between which replies are written.

    What a kill leaves undone stays held, and the same act goes on with it.

    Args:
        store: where they are written down.
        now: clock.
        woken: called with a door whose queue may move again.
        apart: time between two texts that are let go.
        valid: after that a text is not worth sending.
    """

    def __init__(
        self,
        store: Notices,
        now: Callable[[], datetime],
        woken: Callable[[DoorName], None],
        apart: timedelta,
        valid: timedelta,
    ) -> None:
        self._store = store
        self._now = now
        self._woken = woken
        self._pace = (apart // _MILLISECOND, valid // _MILLISECOND)

    async def release(self, batch: str, by: str) -> BatchDone:
        """Let a batch go that was held because it is large. Raises CommandError, StoreDownError."""
        return await self._end(batch, BLAST, RELEASE_ACT, by)

    async def confirm(self, batch: str, by: str) -> BatchDone:
        """The same of one that was held because a dossier went backwards."""
        return await self._end(batch, BACKWARD, CONFIRM_ACT, by)

    async def drop(self, batch: str, by: str) -> BatchDone:
        """End either of them: its texts are never sent."""
        return await self._end(batch, "", DROP_ACT, by)

    async def _end(self, batch: str, reason: str, act: str, by: str) -> BatchDone:
        order = BatchOrder(batch, reason, act, self._now(), by, *self._pace)
        done = await self._store.end_batch(order)
        texts, doors = done.texts, set(done.doors)
        while done.upto:
            order = replace(order, upto=done.upto, done=texts, window=done.window)
            done = await self._store.end_batch(order)
            texts, doors = texts + done.texts, doors | {*done.doors}
        if done.over:
            message = f"its outage has begun or was called off: sms-gateway notices drop {batch}"
            raise CommandError(message, NotEnded.OUTAGE_OVER)
        if not texts and not done.dossiers:
            what = f"{reason} batch" if reason else "batch"
            message = f"no {what} has that id: sms-gateway notices held lists them"
            raise CommandError(message, NotEnded.UNKNOWN)
        for door in doors:
            self._woken(door)
        return BatchDone(texts, tuple(sorted(doors)))
