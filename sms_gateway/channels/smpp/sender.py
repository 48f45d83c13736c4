"""Hands MTs to the SMSC over all binds of a door, and tells what became of each."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sms_gateway.channels.smpp.link import Link
from sms_gateway.channels.smpp.outcomes import Outcomes, joined
from sms_gateway.channels.smpp.settings import SmppDoor
from sms_gateway.channels.smpp.writing import PduWriter
from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, SendOutcome, Uncertain
from sms_gateway.ports import Clock, Limits, Settled
from sms_gateway.smpp.events import Reason, Responded, RespondedLate, Unanswered
from sms_gateway.smpp.pdus import SubmitSm

_UNENCODABLE = "unencodable"


@dataclass(slots=True, eq=False)
class _Batch:
    """One call of `send`."""

    open: int
    over: asyncio.Future[None]


@dataclass(slots=True, eq=False)
class _Sending:
    """One MT on its way.

    Attributes:
        message: the MT.
        settled: told once.
        batch: the call it came with.
        outcomes: of its parts, None while one has none.
        out: how many of them are with the telco and have no answer.
        over: its fate is told.
    """

    message: MobileTerminated
    settled: Settled
    batch: _Batch
    outcomes: list[SendOutcome | None]
    out: int = 0
    over: bool = False

    @property
    def left(self) -> bool:
        """Whether the telco may have any of it: what it refused it has not."""
        return self.out > 0 or any(isinstance(o, Accepted | Uncertain) for o in self.outcomes)


@dataclass(slots=True, eq=False)
class _Part:
    """One submit_sm, and where it was sent to."""

    sending: _Sending
    index: int
    pdu: SubmitSm
    smsc: str = ""


class SmppSender:
    """A `Sender` over binds.

    Args:
        links: the binds of the door.
        writer: makes the PDUs.
        settings: of the door.
        clock: time.
    """

    def __init__(
        self, links: Sequence[Link], writer: PduWriter, settings: SmppDoor, clock: Clock
    ) -> None:
        self._links = [link for link in links if link.account.sends]
        for link in links:
            link.fates, link.changed, link.late = self._fates, self._pump, self._late
        self._writer = writer
        self._window = settings.window
        self._outcomes = Outcomes(settings)
        self._rest = timedelta(seconds=settings.throttled_rest_s)
        self._gap = 1 / settings.per_second if settings.per_second else 0.0
        self._next_at = self._rests_until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._clock = clock
        self._waiting: deque[_Part] = deque()
        refused, most = frozenset(settings.refused_characters), settings.max_segments
        self._limits = [
            Limits(
                slots=count * self._window,
                per_day=settings.per_day,
                per_number_per_day=settings.per_number_per_day,
                refused_characters=refused,
                max_segments=most,
            )
            for count in range(len(self._links) + 1)
        ]

    @property
    def limits(self) -> Limits:
        """What the door can carry now: nothing while it is not bound."""
        return self._limits[sum(link.open for link in self._links)]

    async def send(self, messages: Sequence[MobileTerminated], settled: Settled) -> None:
        """Send, and call `settled` exactly once per message as its fate is known."""
        if not messages:
            return
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        batch = _Batch(len(messages), over)
        sendings = [_Sending(message, settled, batch, [None]) for message in messages]
        try:
            await asyncio.sleep(0)  # a call that is cancelled as it starts sends nothing
            self._queue(sendings)
            self._pump()
            await over
        finally:
            # Only a cancelled call comes here with open ones.
            for sending in sendings:
                self._end(sending, Uncertain("cancelled") if sending.left else Deferred("shutdown"))

    def _queue(self, sendings: Sequence[_Sending]) -> None:
        now = self._clock.now()
        for sending in sendings:
            try:
                pdus = self._writer.write(sending.message, now)
            except ValueError:
                # What its MO wanted echoed is of another kind of door, for example.
                self._end(sending, Rejected(_UNENCODABLE, permanent=True, asked=False))
                continue
            sending.outcomes = [None] * len(pdus)
            self._waiting.extend(_Part(sending, index, pdu) for index, pdu in enumerate(pdus))

    def _pump(self) -> None:
        """Send what the windows and the pace allow."""
        if not any(link.open for link in self._links):
            self._not_bound()
            return
        while self._waiting:
            if self._waiting[0].sending.over:
                self._waiting.popleft()
                continue
            link = max(self._links, key=lambda one: one.room)
            if link.room <= 0 or not self._may_go():
                return
            self._submit(link, self._waiting.popleft())

    def _submit(self, link: Link, part: _Part) -> None:
        try:
            link.submit(part.pdu, part)
        except ValueError:
            self._note(part, Rejected(_UNENCODABLE, permanent=True, asked=False))
        else:
            part.sending.out += 1
            part.smsc = link.account.smsc

    def _may_go(self) -> bool:
        """Whether the telco's rest and the pace allow one now; else it comes again when they do."""
        loop = asyncio.get_running_loop()
        now, at = loop.time(), max(self._next_at, self._rests_until)
        if now < at:
            if self._timer is None:
                self._timer = loop.call_later(at - now, self._pace_on)
            return False
        self._next_at = now + self._gap
        return True

    def _pace_on(self) -> None:
        self._timer = None
        self._pump()

    def _not_bound(self) -> None:
        waiting, self._waiting = self._waiting, deque()
        for part in waiting:
            if part.sending.left:
                # Other parts of it may be at the telco: they are not sent a second time blindly.
                self._note(part, Uncertain("disconnected"))
            else:
                self._end(part.sending, Deferred("not_bound"))

    def _fates(self, fates: Sequence[Responded | Unanswered]) -> None:
        for fate in fates:
            part = fate.token
            assert isinstance(part, _Part)  # noqa: S101  # what `submit` was given
            part.sending.out -= 1
            if isinstance(fate, Unanswered):
                in_time = fate.reason is not Reason.TIME_OUT
                self._note(part, Uncertain("disconnected" if in_time else "timed_out"))
            elif not self._again(part, fate):
                self._note(part, self._outcomes.of(fate, part.smsc))
        self._pump()

    def _late(self, fate: RespondedLate) -> tuple[MobileTerminated, TelcoId | None] | None:
        """The message of an answer that came when its time was over, where it says yes to all."""
        part = fate.token
        assert isinstance(part, _Part)  # noqa: S101  # what `submit` was given
        responded = Responded(fate.token, fate.status, fate.message_id, fate.tlvs)
        outcome = self._outcomes.of(responded, part.smsc)
        # Of a text of several parts this one speaks for itself only.
        if len(part.sending.outcomes) > 1 or not isinstance(outcome, Accepted):
            return None
        return part.sending.message, next(iter(outcome.telco_ids), None)

    def _again(self, part: _Part, fate: Responded) -> bool:
        """Whether a throttled part waits here: of a long text other parts may be at the telco.

        It is sent once the telco has rested, for as long as the text is worth sending.
        """
        sending = part.sending
        if not self._outcomes.throttled(fate):
            return False
        # Also what waits behind it: the telco means the account.
        self._rests_until = asyncio.get_running_loop().time() + self._rest.total_seconds()
        alone = len(sending.outcomes) == 1
        if alone or sending.over or self._clock.now() >= sending.message.valid_until:
            return False
        self._waiting.appendleft(part)
        return True

    def _note(self, part: _Part, outcome: SendOutcome) -> None:
        sending = part.sending
        sending.outcomes[part.index] = outcome
        if not any(one is None for one in sending.outcomes):
            self._end(sending, joined([one for one in sending.outcomes if one is not None]))

    def _end(self, sending: _Sending, outcome: SendOutcome) -> None:
        if sending.over:
            return
        sending.over = True
        sending.settled(sending.message.id, outcome)
        batch = sending.batch
        batch.open -= 1
        if batch.open == 0 and not batch.over.done():
            batch.over.set_result(None)
