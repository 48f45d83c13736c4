"""Answers what the gateway sends, as told: at once, late, in another order, or not at all."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from sms_gateway.smpp.events import Submitted
from sms_gateway.smpp.status import Status
from sms_gateway.smsc.behaviour import Behaviour
from sms_gateway.smsc.figures import Figures
from sms_gateway.smsc.handing import Delivery, Handing, Line, Tell
from sms_gateway.smsc.receipts import receipt_of, wanted
from sms_gateway.smsc.texts import said_by

# With --reorder, answers are held until there are so many, or for so long.
_HELD: Final = 8
_HELD_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class Outside:
    """What the world gives.

    Attributes:
        now: the moment, in the zone of receipts' dates.
        random: decides what happens to one in so many.
        first_id: the first message is named so; the next ones count on. In hexadecimal.
    """

    now: Callable[[], datetime]
    random: Random
    first_id: int


@dataclass(slots=True, eq=False)
class _Taken:
    """A message that was taken and is to be answered."""

    line: Line
    submitted: Submitted
    message_id: str


class Answering:
    """What becomes of each submit_sm and data_sm.

    Attributes:
        open: answers and receipts that are still to come.
    """

    def __init__(
        self, behaviour: Behaviour, outside: Outside, handing: Handing, figures: Figures, tell: Tell
    ) -> None:
        self.open = 0
        self._behaviour = behaviour
        self._outside = outside
        self._handing = handing
        self._figures = figures
        self._tell = tell
        self._next_id = outside.first_id
        self._held: list[_Taken] = []

    def take(self, line: Line, submitted: Sequence[Submitted]) -> None:
        """Answer these, now or later."""
        told, now = self._behaviour, asyncio.get_running_loop().time()
        random = self._outside.random.random
        for one in submitted:
            self._figures.submitted += 1
            if told.throttle and random() < told.throttle:
                self._figures.throttled += 1
                self._say(one, "throttled")
                line.session.answer(one, Status.RTHROTTLED)
                continue
            self._figures.reply(one.pdu.destination_addr, now)
            if told.drop and random() < told.drop:
                self._figures.dropped += 1
                self._say(one, "dropped")
                line.session.forget(one)
                continue
            message_id = f"{self._next_id:08X}"
            self._next_id += 1
            self._say(one, message_id)
            self._after(told.delay_s, self._accept, _Taken(line, one, message_id))
        line.connection.flush()

    def _accept(self, taken: _Taken) -> None:
        early = self._behaviour.receipts_early and self._handing.receives
        if early and wanted(taken.submitted.pdu, self._behaviour.receipts):
            self.open += 1
            self._receipt(taken, lambda: self._closing(self._respond, taken))
        else:
            self._respond(taken)

    def _respond(self, taken: _Taken) -> None:
        if not self._behaviour.reorder:
            self._answer(taken)
            return
        self._held.append(taken)
        if len(self._held) >= _HELD:
            self._answer_held()
        elif len(self._held) == 1:
            self.open += 1
            asyncio.get_running_loop().call_later(_HELD_S, self._closing, self._answer_held)

    def _answer_held(self) -> None:
        held, self._held = self._held, []
        self._outside.random.shuffle(held)
        for taken in held:
            self._answer(taken)

    def _answer(self, taken: _Taken) -> None:
        told = self._behaviour
        taken.line.session.answer(taken.submitted, Status.ROK, taken.message_id)
        taken.line.connection.flush()
        self._figures.answered += 1
        if wanted(taken.submitted.pdu, told.receipts):
            if not told.receipts_early:
                self._after(told.receipts_after_s, self._receipt, taken)
            if told.receipts_twice:
                self._after(told.receipts_after_s, self._receipt, taken)

    def _receipt(self, taken: _Taken, then: Callable[[], None] | None = None) -> None:
        told, pdu = self._behaviour, taken.submitted.pdu
        now = self._outside.now()
        receipt = receipt_of(pdu, taken.message_id, told.receipts, now, plain=told.receipts_plain)
        if self._tell:
            self._tell(f"receipt {pdu.destination_addr}  {told.receipts} {taken.message_id}")
        self._handing.receipt(Delivery(receipt, receipt=True, then=then))

    def _after(self, seconds: float, act: Callable[[_Taken], None], taken: _Taken) -> None:
        if not seconds:
            act(taken)
            return
        self.open += 1
        asyncio.get_running_loop().call_later(seconds, self._closing, act, taken)

    def _closing(self, act: Callable[..., None], *taken: _Taken) -> None:
        self.open -= 1
        act(*taken)
        self._handing.changed()

    def _say(self, one: Submitted, became: str) -> None:
        if self._tell:
            pdu = one.pdu
            text, part = said_by(pdu)
            kind = f"reply   {pdu.source_addr} > {pdu.destination_addr}"
            self._tell(f"{kind}  {text}  [{' '.join(filter(None, (part, became)))}]")
