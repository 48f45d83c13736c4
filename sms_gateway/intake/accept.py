"""Write down what a telco handed over, once; the telco hears OK only after that."""

import hashlib
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from sms_gateway.domain.ids import MessageId, TraceId
from sms_gateway.domain.message import DeliveryReport, Item, MobileOriginated
from sms_gateway.domain.numbers import Hasher, content_hash
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.record import Private, Record
from sms_gateway.domain.records import (
    Arrival,
    Duplicate,
    New,
    PartHeld,
    PendingMo,
    ReceivedReport,
    Recorded,
    RefusedRequest,
    StoredAnswer,
)
from sms_gateway.intake.waiting import Waiter, Waiters
from sms_gateway.ports import (
    Answered,
    Clock,
    Door,
    Late,
    NoReply,
    Store,
    Stored,
    Unreadable,
    WebhookResult,
)

_log = structlog.get_logger("intake")

_COMMIT_SECONDS = 5.0


_Wait = tuple[MessageId, Waiter | None, Recorded | None]


class QueueFullError(Exception):
    """Too many MOs wait for an answer: the telco must keep this one."""


class Call(Record, frozen=True, gc=True):  # a door is no mere value
    """One request of a telco.

    Attributes:
        door: where it came in.
        trace_id: of the request.
        received_at: our clock.
        raw: as received, without the door's secrets.
    """

    door: Door
    trace_id: TraceId
    received_at: datetime
    raw: Private[bytes]


class InResponse(Record, frozen=True):
    """A reply that stands in a response and is settled once that is written.

    Attributes:
        mt_id, attempt: what to settle.
        fetched: a repeated delivery fetched it.
        billing: for the metrics.
    """

    mt_id: MessageId
    attempt: int
    fetched: bool


class Taken(Record, frozen=True):
    """What came of a call.

    Attributes:
        results: one per item that could be read, for the door's response.
        in_response: replies to settle when the response is written.
        duplicates: how many items had been delivered before.
        unreadable: how many were kept for staff because they could not be read.
    """

    results: Sequence[WebhookResult]
    in_response: Sequence[InResponse]
    duplicates: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Hands:
    """What intake hands on to, and what it needs.

    Attributes:
        offer: takes new MOs for answering.
        has_room: whether the answerer's queue takes another one.
        elsewhere: told of an MO that a call waits for and that another node may be answering.
        hasher: of numbers.
        new_id: makes ids.
        clock: time.
    """

    offer: Callable[[Sequence[PendingMo]], None]
    has_room: Callable[[], bool]
    elsewhere: Callable[[MessageId], None]
    hasher: Hasher
    new_id: Callable[[], MessageId]
    clock: Clock


class Intake:
    """Takes what doors read.

    Args:
        store: where it is written down.
        waiters: open calls.
        hands: see there.
    """

    def __init__(self, store: Store, waiters: Waiters, hands: Hands) -> None:
        self._store = store
        self._waiters = waiters
        self._offer = hands.offer
        self._has_room = hands.has_room
        self._elsewhere = hands.elsewhere
        self._hasher = hands.hasher
        self._new_id = hands.new_id
        self._clock = hands.clock

    def accept(
        self, call: Call, found: Sequence[Item | Unreadable]
    ) -> Coroutine[None, None, Taken]:
        """Write down what a door found and, for an inline door, wait for the replies.

        Raises:
            QueueFullError: at the call, before anything is awaited; nothing may be acknowledged.
            StoreDownError: nothing may be acknowledged either.
        """
        if not self._has_room():
            raise QueueFullError
        if len(found) == 1 and isinstance(found[0], MobileOriginated):
            return self._accept_one(call, found[0])
        return self._accept_all(call, found)

    async def _accept_all(self, call: Call, found: Sequence[Item | Unreadable]) -> Taken:
        if unreadable := [one for one in found if isinstance(one, Unreadable)]:
            await self._store.keep_refused([_kept(call, one) for one in unreadable])
        items = [one for one in found if not isinstance(one, Unreadable)]
        if reports := [item for item in items if isinstance(item, DeliveryReport)]:
            await self._store.record_reports(self._reports(call, reports))
        arrivals = self._arrivals(call, items)
        waits = self._opened(call, items, await self._store.record(arrivals) if arrivals else ())
        self._offer([fate.pending for _, _, fate in waits if isinstance(fate, New)])
        try:
            outcomes = [await self._outcome(call, *wait) for wait in waits]
        finally:
            for mo_id, waiter, _ in waits:
                if waiter is not None:
                    self._waiters.expire(mo_id, waiter)
        return Taken(
            [r for r, _ in outcomes],
            [s for _, s in outcomes if s is not None],
            sum(isinstance(fate, Duplicate) for _, _, fate in waits),
            len(unreadable),
        )

    async def _accept_one(self, call: Call, mo: MobileOriginated) -> Taken:
        """The same for one text and nothing else, which nearly every call brings."""
        (fate,) = await self._store.record([self._first(call, mo)])
        mo_id, waiter, _ = self._begun(call, fate)
        if isinstance(fate, New):
            self._offer((fate.pending,))
        try:
            result, settle = await self._outcome(call, mo_id, waiter, fate)
        finally:
            if waiter is not None:
                self._waiters.expire(mo_id, waiter)
        return Taken([result], [] if settle is None else [settle], int(isinstance(fate, Duplicate)))

    def _opened(
        self, call: Call, items: Sequence[Item], recorded: Sequence[Recorded]
    ) -> Sequence[_Wait]:
        """What is waited for, item by item; open before the answerer hears of it."""
        fates = iter(recorded)
        waits: list[_Wait] = []
        for item in items:
            if isinstance(item, DeliveryReport):
                waits.append((self._new_id(), None, None))
                continue
            waits.append(self._begun(call, next(fates)))
        return waits

    def _begun(self, call: Call, fate: Recorded) -> _Wait:
        if isinstance(fate, New):
            mo_id = fate.pending.id
        else:
            mo_id = fate.id
            _log.debug(
                "mo.recorded", message_id=mo_id, trace_id=call.trace_id, door=call.door.name,
                result=type(fate).__name__,
            )  # fmt: skip
        waits_here = not isinstance(fate, PartHeld) and call.door.inline
        return mo_id, self._waiters.open(mo_id) if waits_here else None, fate

    def _arrivals(self, call: Call, items: Sequence[Item]) -> Sequence[Arrival]:
        arrivals: list[Arrival] = []
        for item in items:
            if isinstance(item, MobileOriginated):
                if arrivals:
                    arrivals.append(self._arrival(call, self._new_id(), item, None))
                else:
                    arrivals.append(self._first(call, item))
        return arrivals

    def _first(self, call: Call, mo: MobileOriginated) -> Arrival:
        """The first MO of a call has the call's own id, and keeps the request for all."""
        return self._arrival(call, MessageId(call.trace_id), mo, call.raw)

    def _arrival(
        self, call: Call, mo_id: MessageId, mo: MobileOriginated, raw: bytes | None
    ) -> Arrival:
        key, window = dedupe_key(call.door, mo)
        return Arrival(
            id=mo_id,
            door=call.door.name,
            mo=mo,
            received_at=call.received_at,
            trace_id=call.trace_id,
            sender_hash=self._hasher.number(mo.sender),
            dedupe_key=key,
            dedupe_until=call.received_at + window,
            raw=raw,
            inline=call.door.inline,
            answer_by=call.received_at + call.door.answer_within,
        )

    def _reports(self, call: Call, reports: Sequence[DeliveryReport]) -> Sequence[ReceivedReport]:
        # One request is kept once, with its first report.
        raws = [call.raw, *[None] * (len(reports) - 1)]
        return [
            ReceivedReport(self._new_id(), call.door.name, report, call.received_at, raw)
            for report, raw in zip(reports, raws, strict=True)
        ]

    async def _outcome(
        self, call: Call, mo_id: MessageId, waiter: Waiter | None, fate: Recorded | None
    ) -> tuple[WebhookResult, InResponse | None]:
        if waiter is None:
            part = isinstance(fate, PartHeld) and call.door.inline
            return (NoReply(mo_id) if part else Stored(mo_id)), None
        answer: StoredAnswer | None = None
        if isinstance(fate, Duplicate):
            stored: Mapping[MessageId, StoredAnswer] = await self._store.stored_answers([mo_id])
            answer = stored.get(mo_id)
            if answer is None:
                # A repeated part of a long text: its MO carries another id and the reply.
                self._waiters.expire(mo_id, waiter)
                return NoReply(mo_id), None
            if answer.outcome is not None:
                self._waiters.expire(mo_id, waiter)
                return _result(mo_id, answer, fetched=True)
            self._elsewhere(mo_id)
        left = (call.received_at + call.door.answer_within - self._clock.now()).total_seconds()
        answer = await self._waiters.wait(mo_id, waiter, left, _COMMIT_SECONDS)
        if answer is None:
            return Late(mo_id), None
        return _result(mo_id, answer, fetched=isinstance(fate, Duplicate))


def _kept(call: Call, one: Unreadable) -> RefusedRequest:
    own = hashlib.blake2b(one.raw, digest_size=16).hexdigest()
    return RefusedRequest(call.door.name, own, call.received_at, one.detail, one.raw, call.trace_id)


def _result(
    mo_id: MessageId, answer: StoredAnswer, *, fetched: bool
) -> tuple[WebhookResult, InResponse | None]:
    if answer.mt_id is None:
        return NoReply(mo_id), None
    if not answer.inline:
        # It went, or goes, as a push: the first call heard the same.
        return Late(mo_id), None
    settle = None
    if answer.state is not MtState.ACCEPTED:
        settle = InResponse(answer.mt_id, answer.attempt, fetched)
    return Answered(mo_id, answer.text, answer.billing), settle


def dedupe_key(door: Door, mo: MobileOriginated) -> tuple[str, timedelta]:
    """What makes two deliveries the same one, and for how long; see docs/architecture."""
    part = f"{mo.part.reference}/{mo.part.number}/{mo.part.total}" if mo.part else ""
    sender = mo.sender.value
    if mo.telco_id is not None:
        key = content_hash("id", door.name, mo.telco_id, sender, mo.short_code, part)
        # A telco's ids mostly grow: with the id in front, neighbours in time are neighbours in
        # the table, and a commit touches few of its pages.
        return f"{mo.telco_id}:{key}", door.id_window
    # A telco's own time tells a repeated delivery from a repeated question (domain 8, item 19).
    stamp = mo.telco_time.isoformat() if mo.telco_time else ""
    key = content_hash("content", door.name, sender, mo.short_code, part, mo.text, stamp)
    return key, door.dedupe_window
