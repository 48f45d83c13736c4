"""The true state follows by itself once the case database answers again: as a push, once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from msgspec.structs import replace

from sms_gateway.domain.ids import DoorName, MessageId, NumberHash
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.owed import Fate, Owed, OwedEnd
from sms_gateway.domain.pushes import AT_ONCE, FOLLOW_UP_PRIORITY, NOTICE_PRIORITY, Push
from sms_gateway.domain.records import PendingMo
from sms_gateway.enquiry.decide import Enquiry, Question, Verdict
from sms_gateway.enquiry.intents import Lookup
from sms_gateway.intake.at_once import NO_SLOTS, Slots
from sms_gateway.intake.incoming import incoming
from sms_gateway.intake.known import NOBODY, citizens_of
from sms_gateway.intake.looking_up import LookUps
from sms_gateway.ports import CaseDirectory, Clock, Door, Store, StoreDownError

LOOK_S = 5.0
"""Between two looks whether something is owed and can be told."""

OWED_FOR = timedelta(days=1)
"""A state that could not be told within a day is not told any more."""

_AT_A_TIME = 100
_REST_S = 60.0
"""A text whose own dossier still cannot be told rests, and keeps nobody waiting behind it."""

_LATELY = timedelta(hours=1)
_KEPT = timedelta(days=30)
_DAY = timedelta(days=1)
_log = structlog.get_logger("intake")


@dataclass(frozen=True, slots=True)
class FollowUpContext:
    """What surrounds the follow-ups.

    Attributes:
        clock, new_id: time and ids.
        works: whether the case database answers now.
        leads: whether this node is the one that follows up.
        hashes: those that a number may have, by whichever key.
        queued: takes doors that have something new to send.
        look_up: seconds that one look-up may take.
        night: whether it is night; then a text of more than an hour ago is not followed up.
        slots: tells the doors that such a text may leave by.
    """

    clock: Clock
    new_id: Callable[[], MessageId]
    works: Callable[[], bool]
    leads: Callable[[], bool]
    hashes: Callable[[Address], Sequence[NumberHash]]
    queued: Callable[[DoorName], None]
    look_up: float = 1.0
    night: Callable[[datetime], bool] = lambda _now: False
    slots: Slots = NO_SLOTS


class FollowUps:
    """Tells citizens what their texts were not answered: E4 and E5 were.

    A text is read and decided anew from its own words, so that nobody learns more by a follow-up
    than by asking. No budget counts it, and none is held against it: the citizen asked once.

    Args:
        store, directory, enquiry: see there.
        doors: by name.
        context: what surrounds it.
    """

    def __init__(
        self,
        store: Store,
        directory: CaseDirectory,
        enquiry: Enquiry,
        doors: Mapping[DoorName, Door],
        context: FollowUpContext,
    ) -> None:
        self._store = store
        self._look_ups = LookUps(directory, context.clock, context.look_up)
        self._enquiry = enquiry
        self._doors = doors
        self._around = context
        self._clock = context.clock
        self._resting: dict[MessageId, float] = {}

    async def run(self) -> None:
        """Follow up until cancelled."""
        while True:
            try:
                if self._around.leads():
                    await self.look()
            except StoreDownError as error:
                _log.error("follow_up.store_down", error=str(error))
            await self._clock.sleep(LOOK_S)

    async def look(self) -> None:
        """Tell all that can be told now. Raises StoreDownError."""
        await self._store.owed.forget(self._clock.now() - _KEPT)
        monotonic = self._clock.monotonic()
        self._resting = {mo: until for mo, until in self._resting.items() if until > monotonic}
        after: MessageId | None = None
        while found := await self._store.owed.owed(after, _AT_A_TIME):
            for owed in found:
                await self._one(owed)
            after = found[-1].mo.id
            if not self._around.works() and self._clock.now() - found[-1].at <= OWED_FOR:
                # Oldest first: none behind it is over its time, and none can be told.
                return

    async def _one(self, owed: Owed) -> None:
        now, mo = self._clock.now(), owed.mo
        if now - owed.at > OWED_FOR:
            await self._end(owed, OwedEnd(mo.id, now, Fate.LATE))
            return
        # Also where it cannot be told now: the next one may be over its time.
        if mo.id in self._resting or not self._around.works() or self._sleeps(mo, now):
            return
        question = self._question(mo)
        if question is None:
            await self._end(owed, OwedEnd(mo.id, now, Fate.NOTHING))
            return
        verdict = await self._decided(mo, question)
        if verdict.unavailable or verdict.stale:
            self._resting[mo.id] = self._clock.monotonic() + _REST_S
            return
        await self._end(owed, self._told(owed, verdict))

    def _sleeps(self, mo: PendingMo, now: datetime) -> bool:
        return self._around.night(now) and now - mo.received_at > _LATELY

    def _question(self, mo: PendingMo) -> Question | None:
        door = self._doors.get(mo.door)
        if door is None or door.sender is None or mo.short_code not in self._enquiry.rules.grammars:
            return None
        carriers = self._around.slots.carriers(mo.door)
        question = self._enquiry.ask(incoming(mo, door, carriers), ())
        wanted = question.verdict is None and question.asked and isinstance(question.intent, Lookup)
        return question if wanted else None

    async def _decided(self, mo: PendingMo, question: Question) -> Verdict:
        lookups = await self._look_ups.find(list(question.keys), [mo])
        now = self._clock.now()
        guarded = self._enquiry.guarded(question, lookups)
        tried = await self._store.wrong_secrets(guarded, now - _DAY) if guarded else {}
        rules = self._enquiry.rules
        known = await citizens_of(self._store, rules.number_hashes, [mo], now)
        # A mark is taken where it is noted: with the answer to its text.
        citizen = replace(known.get(mo.sender_hash, NOBODY), asked=None)
        return self._enquiry.conclude(question, lookups, citizen, (), now, tried)

    def _told(self, owed: Owed, verdict: Verdict) -> OwedEnd:
        now, mo, dossier = self._clock.now(), owed.mo, verdict.dossier
        push = self._push(owed, verdict, now)
        return OwedEnd(
            mo.id, now, Fate.SENT if push else Fate.NOTHING,
            hashes=tuple(dict.fromkeys((mo.sender_hash, *self._around.hashes(mo.sender)))),
            key=verdict.key, dossier_id=dossier.id if dossier else None,
            wrong_secret=verdict.wrong_secret, push=push,
        )  # fmt: skip

    def _push(self, owed: Owed, verdict: Verdict, now: datetime) -> Push | None:
        mo, reply, dossier = owed.mo, verdict.reply, verdict.dossier
        if reply is None:
            return None
        return Push(
            id=self._around.new_id(),
            kind=MtKind.FOLLOW_UP,
            dossier_id=dossier.id if dossier else None,
            agency=dossier.agency if dossier else "",
            recipient=mo.sender,
            recipient_hash=mo.sender_hash,
            short_code=mo.short_code,
            door=mo.door,
            template=reply.template,
            template_version=reply.version,
            params=reply.params,
            language=reply.language,
            text=reply.text,
            alphabet=reply.alphabet,
            segments=reply.segments,
            billing_reason=MtKind.FOLLOW_UP,
            # Whoever asked a while ago is not woken by a door that was down until the night.
            priority=FOLLOW_UP_PRIORITY if now - mo.received_at <= _LATELY else NOTICE_PRIORITY,
            at=now,
            not_before=AT_ONCE,
            valid_until=owed.at + OWED_FOR,
            dedupe_key=f"follow:{mo.id}",
        )

    async def _end(self, owed: Owed, end: OwedEnd) -> None:
        (fate,) = await self._store.owed.end([end])
        if fate is not None:
            mo = owed.mo
            _log.info("follow_up.ended", message_id=mo.id, trace_id=mo.trace_id, result=fate)
        if fate is Fate.SENT:
            self._around.queued(owed.mo.door)
