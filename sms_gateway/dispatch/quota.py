"""What a telco takes of us within a day: parts of messages through a door, and to one number."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

import structlog

from sms_gateway.dispatch.context import DispatchContext
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import MtState
from sms_gateway.ports import Clock, Outbox, Sender

_log = structlog.get_logger("dispatch")

_AGAIN = timedelta(minutes=10)
"""After so long the messages of the day are counted anew: people settle some by hand."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Messages that were leased, and what becomes of them.

    Attributes:
        go: to be sent now.
        wait: for them there is no room today.
        kept: automatic ones for which there is none, for the rest of the day is for replies.
        since, until: when this day began, and from when on they may be sent.
    """

    go: Sequence[MobileTerminated]
    wait: Sequence[MobileTerminated]
    since: datetime
    until: datetime
    kept: Sequence[MobileTerminated] = ()


class Quota:
    """The limits of a day of one door.

    Parts are counted, as telcos bill them: a long text is several. What was accepted counts, and
    what may have been. It is counted in the store, so that a restart forgets nothing; one node
    sends for such a door, so that it holds for all. A day is one of the gateway's time zone.

    Args:
        door: its name.
        sender: knows its limits.
        outbox: the store.
        clock: time.
        zone: of the day.
        automatic: which share of a day automatic messages may use.
    """

    def __init__(
        self,
        door: DoorName,
        sender: Sender,
        outbox: Outbox,
        clock: Clock,
        zone: tzinfo,
        automatic: float = 1,
    ) -> None:
        self._door = door
        self._automatic = automatic
        self._sender = sender
        self._outbox = outbox
        self._clock = clock
        self._zone = zone
        self._sent = 0
        self._since: datetime | None = None
        self._counted_at: datetime | None = None
        self._told: datetime | None = None

    async def share(self, leased: Sequence[MobileTerminated]) -> Shared:
        """Which of these may go today. Raises StoreDownError."""
        now = self._clock.now()
        since, until = day_of(now, self._zone)
        room = await self._room(leased, since, now)
        most = self._sender.limits.per_number_per_day
        ids = [mt.id for mt in leased]
        had = await self._outbox.sent_to(self._door, since, ids) if most is not None else {}
        given: Counter[str] = Counter()
        go: list[MobileTerminated] = []
        wait: list[MobileTerminated] = []
        kept: list[MobileTerminated] = []
        for mt in leased:
            number, parts = mt.recipient.value, mt.segments
            before = had.get(mt.id, 0) + given[number]
            if parts > room or (most is not None and before + parts > most):
                wait.append(mt)
            elif mt.automatic and self._is_for_replies(before, parts, room):
                kept.append(mt)
            else:
                given[number] += parts
                room -= parts
                go.append(mt)
        self._tell(len(wait), since)
        return Shared(go, wait, since, until, kept)

    def _is_for_replies(self, before: int, parts: int, room: int) -> bool:
        """Whether what these would use of the day is kept for replies.

        What a number gets first always goes: where it takes little a day, it would never.
        """
        limits = self._sender.limits
        of_all, to_one = limits.per_day, limits.per_number_per_day
        return (of_all is not None and room - parts < self._kept(of_all)) or (
            to_one is not None and before > 0 and to_one - before - parts < self._kept(to_one)
        )

    def _kept(self, most: int) -> int:
        return int(most - most * self._automatic)

    def full(self) -> bool:
        """Whether nothing more goes today; where that was not counted lately nobody knows."""
        most, now = self._sender.limits.per_day, self._clock.now()
        if most is None or self._stale(now) or self._since != day_of(now, self._zone)[0]:
            return False
        return self._sent >= most

    def begun(self, messages: Sequence[MobileTerminated]) -> None:
        """These are on their way."""
        self._sent += _parts(messages)

    def settled(self, mt: MobileTerminated, state: MtState) -> None:
        """One of them has its fate; what the telco did not take leaves room for another one."""
        if state not in (MtState.ACCEPTED, MtState.UNCERTAIN):
            self._sent -= mt.segments

    async def _room(
        self, leased: Sequence[MobileTerminated], since: datetime, now: datetime
    ) -> int:
        most = self._sender.limits.per_day
        if most is None:
            return _parts(leased)
        if self._stale(now) or self._since != since:
            ids = [mt.id for mt in leased]
            self._sent = await self._outbox.sent_since(self._door, since, ids)
            self._since, self._counted_at = since, now
        return max(0, most - self._sent)

    def _stale(self, now: datetime) -> bool:
        return self._counted_at is None or not timedelta() <= now - self._counted_at < _AGAIN

    def _tell(self, count: int, since: datetime) -> None:
        # Once a day, not once per message.
        if count and self._told != since:
            self._told = since
            _log.warning("door.limit_reached", door=self._door, count=count)


def day_of(now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """When the day of a moment began, and when it ends."""
    today = now.astimezone(zone).date()
    return (
        datetime.combine(today, time(), zone),
        datetime.combine(today + timedelta(days=1), time(), zone),
    )


def _parts(messages: Sequence[MobileTerminated]) -> int:
    return sum(mt.segments for mt in messages)


def quota_of(
    door: DoorName, sender: Sender, outbox: Outbox, context: DispatchContext
) -> Quota | None:
    """The limits of a door, None where its telco has none."""
    if not sender.limits.daily:
        return None
    return Quota(door, sender, outbox, context.clock, context.zone, context.automatic)
