"""What waits at a door leaves by another one of its telco: it is down, or its day is full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from msgspec.structs import replace

from sms_gateway.dispatch.context import DispatchContext
from sms_gateway.dispatch.quota import Shared, day_of
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.message import Language, MobileTerminated
from sms_gateway.domain.moves import PassOn, TakeOver
from sms_gateway.enquiry.values import VIETNAMESE
from sms_gateway.ports import Door, Limits, Outbox

_log = structlog.get_logger("dispatch")

_OVERLAP = timedelta(seconds=10)
"""So long before the last look may be due what was written after it: commits take time."""
_SOON = timedelta(minutes=10)
"""What is due later is looked at with the whole queue: nobody waits for it yet."""
_WHOLE_SECONDS = 60.0
"""After so long the whole queue is looked at again, also while no new rest begins."""


@dataclass(frozen=True, slots=True)
class _Fits:
    """What another door carries, as far as it decides what may move there."""

    longest: int
    accents: bool
    templates: tuple[str, ...] | None

    def carries(self, mt: MobileTerminated) -> bool:
        accents = self.accents or mt.language is not Language.VI_ACCENTED
        template = self.templates is None or mt.template in self.templates
        return mt.segments <= self.longest and accents and template


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was looked at for another door.

    Attributes:
        fits: as it was then.
        at: when all that waited was judged; None where there was no room for all.
    """

    fits: _Fits
    at: datetime | None


class HandingOn:
    """Moves messages of one door to others of its telco.

    A long queue of what no other door carries is walked once per rest, and not for each message
    that comes to it: then only what is new is looked at.

    Args:
        door: where they wait.
        outbox: the store.
        context: what surrounds the door's loop.
    """

    def __init__(self, door: DoorName, outbox: Outbox, context: DispatchContext) -> None:
        self._door = door
        self._outbox = outbox
        self._context = context
        self._judged: dict[DoorName, _Judged] = {}
        self._round = -1
        self._whole_at = 0.0
        self._something_new = True
        self._handed = 0

    def something_new(self) -> None:
        """Something came to the queue, or back to it."""
        self._something_new = True

    async def look(self) -> None:
        """While the door is down, let others send what may leave by them. Raises StoreDownError.

        Where a message may be tried, that comes first: else there might be none left to try.
        """
        back_off, context = self._context.health.back_off, self._context
        if not back_off.down:
            self._judged.clear()
            return
        if back_off.room(1) or not context.leads():
            return
        whole = back_off.round != self._round or context.clock.monotonic() >= self._whole_at
        if whole:
            self._judged.clear()
            self._round = back_off.round
            self._whole_at = context.clock.monotonic() + _WHOLE_SECONDS
        new, self._something_new = self._something_new, False
        try:
            others = context.elsewhere(self._door)
            # One that is not there now is asked for all when it is back.
            self._judged = {other.name: await self._ask(other, new=new) for other in others}
        except BaseException:
            self._something_new = True
            raise

    async def drain(self) -> int:
        """Let others send all that may leave by them, whether the door is down or not; how many.

        Raises StoreDownError.
        """
        before = self._handed
        for other in await self.open_others():
            await self._hand_to(other, _Judged(_fits(other), None))
        return self._handed - before

    async def open_others(self) -> Sequence[Door]:
        """The other doors of the telco that work and that nobody paused. Raises StoreDownError."""
        others = self._context.elsewhere(self._door)
        return [one for one in others if not await self._outbox.is_paused(one.name)]

    async def pass_on(
        self, waiting: Sequence[MobileTerminated], shared: Shared
    ) -> Sequence[MobileTerminated]:
        """Let others send what was leased and finds no room today; what stays.

        Those that work come first. What would end here before there is room again may wait at one
        that is down as well. Raises StoreDownError.
        """
        if not waiting:
            return waiting
        working = self._context.elsewhere(self._door)
        for other in working:
            waiting = await self._pass_to(other, waiting, waiting, shared)
        for other in self._context.others(self._door):
            if other not in working:
                ends = [mt for mt in waiting if mt.valid_until <= shared.until]
                waiting = await self._pass_to(other, ends, waiting, shared)
        return waiting

    async def _ask(self, other: Door, *, new: bool) -> _Judged:
        """What is looked at for it then."""
        fits, judged = _fits(other), self._judged.get(other.name)
        if judged is not None and judged.fits == fits and not new:
            return judged
        if judged is None or judged.fits != fits:
            judged = _Judged(fits, None)
        # Taken before: what comes meanwhile is for the next look.
        at = self._context.clock.now()
        return _Judged(fits, at if await self._hand_to(other, judged) else None)

    async def _hand_to(self, other: Door, judged: _Judged) -> bool:
        """Whether all was looked at, and there was room for it."""
        fits, now = judged.fits, self._context.clock.now()
        day, tomorrow = day_of(now, self._context.zone)
        order = TakeOver(
            *(self._door, other.name, now),
            max_segments=fits.longest,
            accents=fits.accents,
            templates=fits.templates,
            since=judged.at and judged.at - _OVERLAP,
            until=judged.at and now + _SOON,
            day=day,
        )
        while True:
            room = await self._room(other, day, tomorrow)
            if room is not None and room <= 0:
                return False
            count = await self._outbox.take_over(replace(order, room=room))
            if not count:
                return room is None or room >= fits.longest
            self._handed += count
            _log.warning("door.handed_on", door=self._door, result=other.name, count=count)
            self._context.queued(other.name)

    async def _room(self, other: Door, day: datetime, tomorrow: datetime) -> int | None:
        """Parts that it takes today yet, beside what it has in its queue; None for any number.

        The store is asked: it may be another node that sends by it.
        """
        most = _limits(other).per_day
        if most is None:
            return None
        sent = await self._outbox.sent_since(other.name, day, ())
        return most - sent - await self._outbox.parts_waiting(other.name, tomorrow)

    async def _pass_to(
        self,
        other: Door,
        some: Sequence[MobileTerminated],
        waiting: Sequence[MobileTerminated],
        shared: Shared,
    ) -> Sequence[MobileTerminated]:
        """What still waits after some of it went."""
        fits = _fits(other)
        ids = tuple(mt.id for mt in some if fits.carries(mt) and not mt.doubted)
        if not ids:
            return waiting
        now = self._context.clock.now()
        order = PassOn(self._door, other.name, now, shared.since, ids)
        went = set(await self._outbox.pass_on(order))
        if not went:
            return waiting
        _log.warning("door.passed_on", door=self._door, result=other.name, count=len(went))
        self._context.queued(other.name)
        return [mt for mt in waiting if mt.id not in went]


def _limits(door: Door) -> Limits:
    return door.sender.limits if door.sender is not None else Limits()


def _fits(door: Door) -> _Fits:
    limits = _limits(door)
    return _Fits(
        limits.longest,
        limits.refused_characters.isdisjoint(VIETNAMESE),
        None if limits.templates is None else tuple(sorted(limits.templates)),
    )
