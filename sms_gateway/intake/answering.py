"""Answer MOs in batches: read, look up, decide, and end each in one commit with its reply."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from msgspec.structs import replace

from sms_gateway.domain.ids import (
    NO_KEY,
    DoorName,
    MessageId,
    NumberHash,
)
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.records import (
    Answer,
    Citizen,
    PendingMo,
    StoredAnswer,
    UsageEvent,
)
from sms_gateway.domain.untold import odd_among
from sms_gateway.enquiry.decide import Enquiry, Question, Verdict
from sms_gateway.intake.around import AnsweringContext
from sms_gateway.intake.at_once import AtOnce
from sms_gateway.intake.backlog import Backlog
from sms_gateway.intake.handing_over import HandingOver
from sms_gateway.intake.incoming import incoming
from sms_gateway.intake.known import NOBODY, Known, citizens_of, tried_of
from sms_gateway.intake.looking_up import AGAIN_SECONDS, LookUps
from sms_gateway.intake.verdicts import (
    Way,
    answer_of,
    stored_answer,
    too_late,
)
from sms_gateway.intake.waiting import Waiters
from sms_gateway.ports import CaseDirectory, Door, Store, StoreDownError
from sms_gateway.tasks import ended

_log = structlog.get_logger("intake")

_HISTORY = timedelta(days=1)
# Not all that wait: while the writer commits one batch, the next is read and decided.
_BATCH = 40
_STORE_AGAIN_SECONDS = 1.0
_LAST_SECONDS = 2.0
_TURN_AGAIN_SECONDS = 0.05


class Answerer:
    """Answers what is offered to it.

    Args:
        store, directory, waiters: see there.
        enquiry: the rules.
        doors: by name.
        context: what surrounds it.
    """

    def __init__(
        self,
        store: Store,
        directory: CaseDirectory,
        waiters: Waiters,
        enquiry: Enquiry,
        doors: Mapping[DoorName, Door],
        context: AnsweringContext,
    ) -> None:
        self._store = store
        self._waiters = waiters
        self.at_once = AtOnce(context.slots)
        self.handing_over = HandingOver(store, waiters, context.clock, self.at_once)
        self.enquiry = enquiry
        self._doors = doors
        self._clock = context.clock
        self._new_id = context.new_id
        self._limits = context.limits
        self._look_ups = LookUps(directory, context.clock, context.limits.look_up)
        self._answered = context.answered
        self._parked = context.parked
        self._queued = context.queued
        self._backlog = Backlog()
        self._resting = 0
        self._under_way: set[asyncio.Task[None]] = set()
        self._fault: BaseException | None = None
        self._wake = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def waiting(self) -> int:
        """MOs in this process that have no answer yet and no batch."""
        return self._backlog.waiting + self._resting

    async def drained(self) -> None:
        """Wait until nothing is to be answered."""
        await self._quiet.wait()

    def has_room(self) -> bool:
        """Whether another MO may be recorded."""
        return self.waiting < self._limits.queue

    def offer(self, mos: Sequence[PendingMo], *, odd: bool = False) -> None:
        """Take MOs that are leased to this run; odd ones share no batch with others."""
        self._backlog.offer(mos, odd=odd)
        if mos:
            self._quiet.clear()
            self._wake.set()

    async def run(self) -> None:
        """Answer until cancelled; then let the batches under way end, but not for ever."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                if self._fault is not None:
                    # What escapes a batch is a bug: the process ends, and what it held is on disk.
                    raise self._fault
                while len(self._under_way) < self._limits.batches:
                    if not (batch := self._backlog.next(_BATCH)):
                        break
                    task = asyncio.create_task(self._batch(batch), name="answer-batch")
                    self._under_way.add(task)
                    task.add_done_callback(self._batch_done)
        finally:
            await ended(self._under_way, _LAST_SECONDS)

    def _batch_done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._fault = self._fault or (None if task.cancelled() else task.exception())
        self._wake.set()
        if not self._under_way and not self.waiting:
            self._quiet.set()

    async def _batch(self, batch: Sequence[PendingMo]) -> None:
        try:
            await self._try(batch)
        finally:
            self._backlog.done(batch)

    async def _try(self, batch: Sequence[PendingMo]) -> None:
        try:
            await self._answer(batch)
        except StoreDownError:
            self._rest(batch, _STORE_AGAIN_SECONDS)
        except Exception as error:  # noqa: BLE001  # one MO that breaks us must not break the rest
            if len(batch) > 1:
                for mo in batch:
                    await self._try([mo])
            else:
                await self._failed(batch[0], type(error).__name__)

    async def _failed(self, mo: PendingMo, error: str) -> None:
        _log.error("answer.failed", message_id=mo.id, trace_id=mo.trace_id, error=error)
        self._waiters.release(mo.id)
        try:
            # The sweep takes it up again.
            if any(await self._store.fail([mo], self._clock.now(), self._limits.park_after)):
                self._parked(mo.door, "")
        except StoreDownError:
            self._rest([mo], _STORE_AGAIN_SECONDS)

    async def _answer(self, batch: Sequence[PendingMo]) -> None:
        hashes = list(dict.fromkeys(mo.sender_hash for mo in batch))
        ours = await self._store.take_turns(hashes)
        try:
            if len(ours) == len(hashes):
                await self._answer_in_turn(batch, len(hashes))
                return
            if mine := [mo for mo in batch if mo.sender_hash in ours]:
                await self._answer_in_turn(mine, len(ours))
            # Others' turn; said last, for where the writing fails the whole batch rests.
            self._rest([mo for mo in batch if mo.sender_hash not in ours], _TURN_AGAIN_SECONDS)
        finally:
            await self._store.give_turns(ours)

    async def _answer_in_turn(self, batch: Sequence[PendingMo], numbers: int) -> None:
        now = self._clock.now()
        # Words of staff may change meanwhile: a text is read and answered by one set of rules.
        enquiry = self.enquiry.at_present()
        hashed, since = enquiry.rules.number_hashes, now - _HISTORY
        citizens = await citizens_of(self._store, hashed, batch, since)
        questions = self._questions(enquiry, batch, citizens, in_turn=numbers < len(batch))
        keys = list(dict.fromkeys(key for q in questions for key in q.keys))
        lookups = await self._look_ups.find(keys, batch)
        tried = await tried_of(self._store, enquiry, questions, lookups, since)
        known = Known(enquiry, lookups, citizens, tried)
        now = self._clock.now()
        decided: list[tuple[PendingMo, Verdict]] = []
        later: list[PendingMo] = []
        odd, alone = odd_among(lookups), list[PendingMo]()
        for mo, question in zip(batch, questions, strict=True):
            verdict = self._conclude(mo, question, known, now)
            if verdict.unavailable and self._look_ups.worth_another(mo, now):
                (later if odd.isdisjoint(question.keys) else alone).append(mo)
                continue
            known.add(mo.sender_hash, verdict)
            decided.append((mo, verdict))
        await self._write(self._answers(decided, enquiry.rules.hash, now))
        self._rest(later, AGAIN_SECONDS)
        for mo in alone:
            self._rest([mo], self._look_ups.odd_rest(mo, now), odd=True)

    def _answers(
        self, decided: Sequence[tuple[PendingMo, Verdict]], made_by: str, now: datetime
    ) -> Sequence[Answer]:
        answers: list[Answer] = []
        try:
            for mo, verdict in decided:
                answers.append(
                    self._answer_of(mo, verdict, made_by, now)
                )  # what was made must be known
        except BaseException:
            # One that breaks us is answered alone; the slots kept for the others are free again.
            self.at_once.give_back(answers)
            raise
        return answers

    def _questions(
        self,
        enquiry: Enquiry,
        batch: Sequence[PendingMo],
        citizens: Mapping[NumberHash, Citizen],
        *,
        in_turn: bool,
    ) -> Sequence[Question]:
        """The texts, read; `in_turn` where a number has several in the batch."""
        provisional: dict[NumberHash, list[UsageEvent]] = {}
        questions: list[Question] = []
        for mo in batch:
            citizen = citizens.get(mo.sender_hash, NOBODY)
            before = citizen.history
            history = provisional.get(mo.sender_hash, before)
            question = self._ask(enquiry, mo, history, blocked=citizen.blocked)
            questions.append(question)
            if in_turn and question.wait is None and question.verdict is None:
                # Later texts of this number are decided as if this one were answered.
                key = next(iter(question.keys), NO_KEY)
                event = UsageEvent(mo.received_at, key, "", "", miss=0, failure=False)
                provisional.setdefault(mo.sender_hash, list(before)).append(event)
        return questions

    def _ask(
        self, enquiry: Enquiry, mo: PendingMo, history: Sequence[UsageEvent], *, blocked: bool
    ) -> Question:
        carriers = self.at_once.carriers(mo.door)
        text = incoming(mo, self._doors.get(mo.door), carriers)
        return enquiry.ask(text, history, blocked=blocked)

    def _conclude(self, mo: PendingMo, question: Question, known: Known, now: datetime) -> Verdict:
        if now > mo.received_at + self._limits.valid:
            return too_late(question)
        number = mo.sender_hash
        return known.enquiry.conclude(
            question, known.lookups, known.citizen(number), known.history(number), now, known.tried
        )

    def _answer_of(self, mo: PendingMo, verdict: Verdict, made_by: str, now: datetime) -> Answer:
        way = self._way(mo, verdict, now)
        try:
            answer = answer_of(mo, verdict, way, self._new_id(), made_by)
        except BaseException:
            self.at_once.not_used(mo.door, way)
            raise
        door = self._doors.get(mo.door)
        # Only where it can follow: else the citizen asks again, as the answer says.
        owed = verdict.owed and door is not None and door.sender is not None
        return replace(answer, owed=True) if owed else answer

    def _way(self, mo: PendingMo, verdict: Verdict, now: datetime) -> Way:
        door = self._doors.get(mo.door)
        until = mo.received_at + self._limits.valid
        if verdict.reply is not None and mo.inline and self._waiters.claim(mo.id):
            return Way(MtState.SENDING, now, until)
        if door is None or door.sender is None:
            return Way(MtState.HELD, now, until)
        if verdict.reply is not None:
            return self.at_once.way(mo.door, verdict.reply.template, now, until)
        return Way(MtState.QUEUED, now, until)

    async def _write(self, answers: Sequence[Answer]) -> None:
        try:
            written = await self._store.answer(answers) if answers else ()
        except BaseException:
            # Also cancelled: what was written all the same is uncertain after a restart.
            for answer in answers:
                self._waiters.release(answer.mo.id)
            self.at_once.lost(answers)
            raise
        self.at_once.send([a for a, ok in zip(answers, written, strict=True) if ok])
        self.at_once.give_back([a for a, ok in zip(answers, written, strict=True) if not ok])
        stored: dict[MessageId, StoredAnswer] = {}
        for answer, ok in zip(answers, written, strict=True):
            if ok is None:
                await self._failed(answer.mo, "unwritable_answer")
                continue
            if not ok:
                _log.warning("answer.void", message_id=answer.mo.id)
                continue
            stored[answer.mo.id] = stored_answer(answer)
            self._answered(answer)
            if answer.mt is not None and answer.mt.state is MtState.QUEUED:
                self._queued(answer.mt.door or answer.mo.door)
        if void := [a.mo.id for a, ok in zip(answers, written, strict=True) if ok is False]:
            stored.update(await self._store.stored_answers(void))
        await self.handing_over.hand_over(stored)

    def _rest(self, mos: Sequence[PendingMo], seconds: float, *, odd: bool = False) -> None:
        """Try these again later, without holding a batch."""
        if not mos:
            return
        self._resting += len(mos)

        def again() -> None:
            self._resting -= len(mos)
            self.offer(mos, odd=odd)

        asyncio.get_running_loop().call_later(seconds, again)
