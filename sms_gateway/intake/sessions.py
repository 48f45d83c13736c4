"""What a kept connection brings: written down in batches, and only then acknowledged."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.domain.ids import DoorName, MessageId, TelcoId, TraceId
from sms_gateway.domain.message import DeliveryReport, MobileOriginated, MobileTerminated
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import (
    Arrival,
    Duplicate,
    New,
    ReceivedReport,
    Recorded,
    RefusedRequest,
    Settlement,
)
from sms_gateway.intake.accept import Hands, dedupe_key
from sms_gateway.ports import Door, Handed, Store, StoreDownError, Unreadable

_MOST = 500
"""Things in one call of the store, so that one commit does not keep the others waiting."""

Done = Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted of a door's session, for metrics.

    Attributes:
        duplicates: called with how many texts had come before.
        unreadable: called with how many could not be read and were kept for staff.
        unavailable: called with why nothing could be written down, the store's word for it, and
            how many.
    """

    duplicates: Callable[[DoorName, int], None]
    unreadable: Callable[[DoorName, int], None]
    unavailable: Callable[[DoorName, str, str, int], None]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a session may ask of the node.

    Attributes:
        may_be_open: see `ports.Inbound`.
        changed: see `ports.Inbound`.
        failed: see `ports.Inbound`.
        late: called with messages that were uncertain and that the telco took after all.
        counts: for metrics.
    """

    may_be_open: Callable[[], bool]
    changed: Callable[[], None]
    failed: Callable[[], None]
    late: Callable[[Settlement], None]
    counts: Counts


class SessionIntake:
    """Takes what one door's session hands over; implements `ports.Inbound`.

    While a commit runs, what comes gathers and goes into the next one: no task and no commit per
    text, however many come.

    Args:
        door: where it comes in.
        store: where it is written down.
        hands: what intake hands on to.
        around: see there.
    """

    def __init__(self, door: Door, store: Store, hands: Hands, around: Surroundings) -> None:
        self._door = door
        self._store = store
        self._hands = hands
        self._around = around
        self._waiting: list[tuple[Sequence[Handed], Done]] = []
        self._task: asyncio.Task[None] | None = None

    def record(self, handed: Sequence[Handed], done: Done) -> None:
        """See `ports.Inbound.record`."""
        self._waiting.append((handed, done))
        if self._task is None:
            self._task = asyncio.create_task(self._write_all(), name=f"take-{self._door.name}")

    def may_be_open(self) -> bool:
        """See `ports.Inbound.may_be_open`."""
        return self._around.may_be_open()

    def changed(self) -> None:
        """See `ports.Inbound.changed`."""
        self._around.changed()

    def taken_late(self, message: MobileTerminated, telco_id: TelcoId | None) -> None:
        """See `ports.Inbound.taken_late`."""
        self._around.late(
            Settlement(
                *(message.id, message.attempt, self._hands.clock.now()),
                *(MtState.ACCEPTED, "accepted", "answered_late"),
                telco_ids=(telco_id,) if telco_id else (),
            )
        )

    def failed(self) -> None:
        """See `ports.Inbound.failed`."""
        self._around.failed()

    async def drained(self) -> None:
        """Wait until everything that was handed over is written down or refused."""
        while self._task is not None:
            await asyncio.wait([self._task])

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch = self._next()
                if all_are := await self._taken([one for handed, _ in batch for one in handed]):
                    for _, done in batch:
                        done(all_are)
                    continue
                # One of them may be what the store cannot keep: it must not keep the others out.
                alone = len(batch) > 1
                for handed, done in batch:
                    done(alone and await self._taken(handed))
        finally:
            self._task = None

    def _next(self) -> Sequence[tuple[Sequence[Handed], Done]]:
        size = count = 0
        for handed, _ in self._waiting:
            size += len(handed)
            if count and size > _MOST:
                break
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch

    async def _taken(self, handed: Sequence[Handed]) -> bool:
        """Whether all of these are on disk."""
        door, counts = self._door.name, self._around.counts
        if not self._hands.has_room():
            counts.unavailable(door, "queue_full", "", len(handed))
            return False
        try:
            await self._write(handed, self._hands.clock.now())
        except StoreDownError as error:
            counts.unavailable(door, "store_down", str(error), len(handed))
            return False
        return True

    async def _write(self, handed: Sequence[Handed], now: datetime) -> None:
        unreadable = [h.item for h in handed if isinstance(h.item, Unreadable)]
        if unreadable:
            await self._store.keep_refused([self._kept(one, now) for one in unreadable])
            self._around.counts.unreadable(self._door.name, len(unreadable))
        reports = [
            self._report(h, h.item, now) for h in handed if isinstance(h.item, DeliveryReport)
        ]
        if reports:
            await self._store.record_reports(reports)
        arrivals = [
            self._arrival(h, h.item, now) for h in handed if isinstance(h.item, MobileOriginated)
        ]
        if arrivals:
            self._offer(await self._store.record(arrivals))

    def _offer(self, fates: Sequence[Recorded]) -> None:
        if new := [fate.pending for fate in fates if isinstance(fate, New)]:
            self._hands.offer(new)
        if known := sum(isinstance(fate, Duplicate) for fate in fates):
            self._around.counts.duplicates(self._door.name, known)

    def _arrival(self, handed: Handed, mo: MobileOriginated, now: datetime) -> Arrival:
        mo_id = self._hands.new_id()
        key, window = dedupe_key(self._door, mo)
        return Arrival(
            id=mo_id,
            door=self._door.name,
            mo=mo,
            received_at=now,
            trace_id=TraceId(mo_id),
            sender_hash=self._hands.hasher.number(mo.sender),
            dedupe_key=key,
            dedupe_until=now + window,
            raw=handed.raw,
            inline=False,
            answer_by=now + self._door.answer_within,
            anew=handed.anew,
        )

    def _report(self, handed: Handed, report: DeliveryReport, now: datetime) -> ReceivedReport:
        return ReceivedReport(self._hands.new_id(), self._door.name, report, now, handed.raw)

    def _kept(self, one: Unreadable, now: datetime) -> RefusedRequest:
        own = hashlib.blake2b(one.raw, digest_size=16).hexdigest()
        trace_id = TraceId(MessageId(self._hands.new_id()))
        return RefusedRequest(self._door.name, own, now, one.detail, one.raw, trace_id)
