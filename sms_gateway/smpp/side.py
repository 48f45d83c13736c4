"""What both sides of a session have in common: how they ask, what they write, when it is over."""

import math
from typing import Final

from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import encode
from sms_gateway.smpp.commands import CommandId
from sms_gateway.smpp.framing import Framer
from sms_gateway.smpp.pdus import Pdu
from sms_gateway.smpp.states import BOUND, State, Timers
from sms_gateway.smpp.status import Status
from sms_gateway.smpp.window import Window

_LAST_SEQUENCE: Final = 0x7FFFFFFF  # clause 5.1.4


class Read:
    """What the peer has read of what we wrote.

    Attributes:
        until: everything that was written before this moment: it answered what we asked then.
    """

    __slots__ = ("until",)

    def __init__(self) -> None:
        self.until = -math.inf


class Side:
    """One side of one connection.

    Args:
        timers: see there.
        window: messages of ours without an answer at one moment.
        now: the moment.
        max_pdu: octets of the longest PDU that is read.

    Attributes:
        state: of clause 2.2.
        ignored: PDUs that ask for nothing and answer nothing of ours, so far.
        read: see there; it outlives the session.
    """

    def __init__(self, timers: Timers, window: int, now: float, max_pdu: int) -> None:
        self.state = State.OPEN
        self.ignored = 0
        self.read = Read()
        self._timers = timers
        self._window = Window(window)
        self._framer = Framer(max_pdu)
        self._out: list[bytes] = []
        self._sequence = 0
        # Bind, enquire_link and unbind that have no answer yet, and when their time is over.
        self._asked: dict[int, tuple[CommandId, float]] = {}
        self._heard = now

    @property
    def closed(self) -> bool:
        """Whether the session is over: what was to be written may still be there."""
        return self.state is State.CLOSED

    @property
    def unsent(self) -> int:
        """How many PDUs `output` would return."""
        return len(self._out)

    def unbind(self, now: float) -> None:
        """End the session in an orderly way (clause 4.2); `Closed` follows. Only where bound."""
        if self.state in BOUND:
            self.state = State.UNBINDING
            self._ask(pdus.Unbind(), now + self._timers.response_s)

    def output(self) -> bytes:
        """Everything to be written now, joined; it is the caller's from here on."""
        octets = b"".join(self._out)
        self._out.clear()
        return octets

    def _next_sequence(self) -> int:
        # Clause 3.2: each number is above the one before; clause 5.1.4: from 1 to this last one.
        # What follows it the standard does not say: here it is 1 again.
        self._sequence = self._sequence % _LAST_SEQUENCE + 1
        while self._sequence in self._window or self._sequence in self._asked:
            self._sequence = self._sequence % _LAST_SEQUENCE + 1
        return self._sequence

    def _ask(self, pdu: Pdu, due: float) -> None:
        sequence = self._next_sequence()
        self._out.append(encode(pdu, sequence))
        self._asked[sequence] = (pdu.command_id, due)

    def _has_read(self, due: float) -> None:
        """The peer answered what was asked `response_s` before this moment."""
        self.read.until = max(self.read.until, due - self._timers.response_s)

    def _nack(self, sequence: int, status: Status) -> None:
        self._out.append(encode(pdus.GenericNack(sequence, status)))

    def _enquire_at(self) -> float | None:
        if not self._timers.enquire_link_s or self.state not in BOUND or self._asked:
            return None
        return self._heard + self._timers.enquire_link_s
