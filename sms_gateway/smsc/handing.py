"""Hands texts and receipts over to whoever is bound, and again where they were not taken."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from sms_gateway.smpp.connection import Connection
from sms_gateway.smpp.events import SmscEvent
from sms_gateway.smpp.pdus import DeliverSm
from sms_gateway.smpp.smsc_session import SmscSession
from sms_gateway.smpp.states import RECEIVING
from sms_gateway.smpp.status import StatusClass, classify, status_name
from sms_gateway.smsc.behaviour import Behaviour
from sms_gateway.smsc.figures import Figures
from sms_gateway.smsc.texts import TextWriter

Tell = Callable[[str], None] | None
"""Takes one line for each event; None where nobody wants them."""

Texts = Iterator[tuple[str, str]]
"""Numbers, and what they text."""

_FOR_NOW: Final = (StatusClass.THROTTLED, StatusClass.TEMPORARY, StatusClass.UNCERTAIN)
_LATE_S: Final = 0.05


@dataclass(slots=True, eq=False)
class Line:
    """One connection of the gateway."""

    number: int
    session: SmscSession
    connection: Connection[SmscEvent]


@dataclass(slots=True, eq=False)
class Delivery:
    """One deliver_sm.

    Attributes:
        pdu: its PDU.
        receipt: it is a receipt.
        then: called once, when it was answered or is given up.
    """

    pdu: DeliverSm
    receipt: bool = False
    then: Callable[[], None] | None = None


class Handing:
    """All that is to be handed over.

    Attributes:
        lines: the connections that are open.
        ended: no more texts will be typed.
        changed: called after whatever happened.
    """

    def __init__(self, behaviour: Behaviour, random: Random, figures: Figures, tell: Tell) -> None:
        self.lines: list[Line] = []
        self.ended = False
        self.changed: Callable[[], None] = lambda: None
        self._behaviour = behaviour
        self._writer = TextWriter(behaviour.short_code, behaviour.coding, behaviour.long)
        self._random = random
        self._figures = figures
        self._tell = tell
        self._texts: Texts | None = None
        self._typed: deque[tuple[str, str]] = deque()
        self._ready: deque[Delivery] = deque()
        self._receipts: deque[Delivery] = deque()
        self._open = 0  # handed over and not answered, or to be handed over again
        self._gap = 1 / behaviour.per_second if behaviour.per_second else 0.0
        self._next_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def receives(self) -> bool:
        """Whether anybody is bound to receive."""
        return any(line.session.state in RECEIVING for line in self.lines)

    @property
    def idle(self) -> bool:
        """Whether all that is known was handed over and answered, and nothing is to come."""
        waits = self._open or self._ready or self._receipts or self._typed or self._texts
        return self.ended and not waits

    def type(self, number: str, text: str) -> None:
        """Hand this text over, before those of `texts`."""
        self._figures.read(number, asyncio.get_running_loop().time())
        self._typed.append((number, text))
        self.pump()

    def texts(self, texts: Texts) -> None:
        """Hand these over, one after the other."""
        self._texts = texts
        self.pump()

    def receipt(self, delivery: Delivery) -> None:
        """Hand a receipt over, before all texts."""
        self._receipts.append(delivery)
        self.pump()

    def pump(self) -> None:
        """Hand over what windows and pace allow."""
        self._pump()
        self.changed()

    def _pump(self) -> None:
        now = asyncio.get_running_loop().time()
        while self.lines:
            line = max(self.lines, key=lambda one: one.session.room)
            if line.session.room <= 0:
                return
            delivery = self._next(now)
            if delivery is None:
                return
            self._open += 1
            if delivery.receipt:
                self._figures.receipts += 1
            else:
                self._figures.delivered += 1
            line.session.deliver(delivery.pdu, delivery, now)
            line.connection.flush()

    def answered(self, delivery: Delivery, status: int) -> None:
        """The gateway said this to it."""
        self._open -= 1
        kind = classify(status)
        if kind in _FOR_NOW:
            self._later(delivery, status_name(status))
            return
        if not delivery.receipt:
            if kind is StatusClass.OK:
                self._figures.acknowledged += 1
            else:
                self._figures.refused += 1
                self._figures.no_reply(delivery.pdu.source_addr)
        self._told("taken" if kind is StatusClass.OK else "refused", delivery, status_name(status))
        self._over(delivery)

    def unanswered(self, delivery: Delivery, reason: str) -> None:
        """It was not answered."""
        self._open -= 1
        self._later(delivery, reason)

    def _later(self, delivery: Delivery, reason: str) -> None:
        """As a telco does: what was not taken comes again."""
        self._figures.put_off += not delivery.receipt
        self._told("put off", delivery, reason)
        self._open += 1
        asyncio.get_running_loop().call_later(self._behaviour.again_s, self._again, delivery)
        self._over(delivery)

    def _again(self, delivery: Delivery) -> None:
        self._open -= 1
        (self._receipts if delivery.receipt else self._ready).append(delivery)
        self.pump()

    def _over(self, delivery: Delivery) -> None:
        then, delivery.then = delivery.then, None
        if then is not None:
            then()

    def _next(self, now: float) -> Delivery | None:
        if self._receipts:
            return self._receipts.popleft()
        if not self._ready and (self._typed or self._texts) and self._in_pace(now):
            self._take_text(now)
        return self._ready.popleft() if self._ready else None

    def _take_text(self, now: float) -> None:
        found = self._typed.popleft() if self._typed else self._read(now)
        if found is None:
            return
        number, text = found
        self._figures.text(number, now)
        if self._tell:
            self._tell(f"text    {number} > {self._behaviour.short_code}  {text}")
        pdus: Sequence[DeliverSm] = self._writer.write(number, text)
        if self._behaviour.reorder:
            pdus = pdus[::-1]
        share = self._behaviour.duplicate
        times = 2 if share and self._random.random() < share else 1
        for _ in range(times):
            self._ready.extend(Delivery(pdu) for pdu in pdus)

    def _read(self, now: float) -> tuple[str, str] | None:
        found = next(self._texts or iter(()), None)
        if found is None:
            self._texts = None
        else:
            self._figures.read(found[0], now)
        return found

    def _in_pace(self, now: float) -> bool:
        """Whether the pace allows one text now; else this comes again when it does."""
        if not self._gap:
            return True
        if now < self._next_at:
            if self._timer is None:
                loop = asyncio.get_running_loop()
                self._timer = loop.call_at(self._next_at, self._pace_on)
            return False
        # A timer that is late is made up for; after a halt the pace begins anew.
        self._next_at = self._gap + (now if now - self._next_at > _LATE_S else self._next_at)
        return True

    def _pace_on(self) -> None:
        self._timer = None
        self.pump()

    def _told(self, what: str, delivery: Delivery, why: str) -> None:
        if self._tell:
            kind = "receipt for " if delivery.receipt else ""
            reason = "" if what == "taken" else f"  {why}"
            self._tell(f"{what:7} {kind}{delivery.pdu.source_addr}{reason}")
