"""One session of an SMSC with an ESME, without a socket and without a clock (chapter 2).

The other end of `session`, with the same manners: octets and moments go in, events and octets to
write come out; a session ends once, with `Closed`.
"""

from collections.abc import Callable
from typing import Final

from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import LONGEST_PDU, decode, encode
from sms_gateway.smpp.commands import CommandId, is_response
from sms_gateway.smpp.events import (
    BindAnswered,
    Closed,
    PeerUnbound,
    Reason,
    SmscEvent,
    Submitted,
    Unanswered,
)
from sms_gateway.smpp.framing import BadLength
from sms_gateway.smpp.pdus import Pdu, Unreadable
from sms_gateway.smpp.side import Side
from sms_gateway.smpp.states import BOUND, RECEIVING, SENDING, STATE_AFTER, State, Timers
from sms_gateway.smpp.status import Status

Admit = Callable[[pdus.AnyBind], int]
"""The command_status to answer a bind with."""

_BIND_RESPONSES: Final[dict[type[Pdu], type[pdus.BindResponse]]] = {
    pdus.BindTransmitter: pdus.BindTransmitterResp,
    pdus.BindReceiver: pdus.BindReceiverResp,
    pdus.BindTransceiver: pdus.BindTransceiverResp,
}
# Clause 2.8: a bad body is told in the response to its request; generic_nack is for a bad header.
_REFUSALS: Final[dict[int, type[pdus.Response]]] = {
    **{kind.command_id: response for kind, response in _BIND_RESPONSES.items()},
    CommandId.SUBMIT_SM: pdus.SubmitSmResp,
    CommandId.DATA_SM: pdus.DataSmResp,
}


class SmscSession(Side):
    """An SMSC's side of one connection.

    Args:
        timers: bind_s is how long the ESME may take to bind; inactivity_s is not looked at.
        window: deliveries without an answer at one moment.
        now: the moment.
        admit: decides who may bind.
        system_id: our own name, in the answer to a bind.
        most_unanswered: messages of the ESME that wait for `answer`.

    Attributes:
        state: of clause 2.2, as the ESME names it.
        ignored: PDUs that ask for nothing and answer nothing of ours, so far.
    """

    def __init__(
        self,
        timers: Timers,
        window: int,
        now: float,
        admit: Admit,
        system_id: str = "smsc",
        most_unanswered: int = 10_000,
    ) -> None:
        super().__init__(timers, window, now, LONGEST_PDU)
        self._admit = admit
        self._system_id = system_id
        self._most_unanswered = most_unanswered
        self._owed: dict[int, Submitted] = {}
        self._began = now

    @property
    def room(self) -> int:
        """How many deliveries may be handed over now; 0 unless it is bound to receive."""
        return self._window.room if self.state in RECEIVING else 0

    def deliver(self, pdu: pdus.DeliverSm | pdus.DataSm, token: object, now: float) -> None:
        """Hand a message over; `Responded` or `Unanswered` follows, once, with the token.

        Raises:
            ValueError: there is no `room`, or the PDU cannot be written.
        """
        if self.room <= 0:
            message = "no room: ask before each delivery"
            raise ValueError(message)
        sequence = self._next_sequence()
        self._out.append(encode(pdu, sequence))
        self._window.add(sequence, token, now + self._timers.response_s)

    def answer(self, submitted: Submitted, status: int, message_id: str = "") -> None:
        """Answer a message, in any order; a session that is over takes it and does nothing.

        Raises:
            ValueError: it was answered or forgotten before.
        """
        if self.closed:
            return
        self.forget(submitted)
        sequence = submitted.sequence
        if isinstance(submitted.pdu, pdus.SubmitSm):
            self._out.append(encode(pdus.SubmitSmResp(sequence, status, message_id)))
        else:
            self._out.append(encode(pdus.DataSmResp(sequence, status, message_id)))

    def forget(self, submitted: Submitted) -> None:
        """Never answer it.

        Raises:
            ValueError: it was answered or forgotten before.
        """
        if self._owed.pop(id(submitted), None) is None and not self.closed:
            message = "a message is answered once"
            raise ValueError(message)

    def receive(self, octets: bytes, now: float) -> list[SmscEvent]:
        """What the octets of the peer tell. Never raises for any octets."""
        events: list[SmscEvent] = []
        if self.closed:
            return events
        for frame in self._framer.feed(octets):
            self._heard = now
            if isinstance(frame, BadLength):
                self._bad_length(frame, events)
            else:
                self._take(decode(frame), events)
            if events and isinstance(events[-1], Closed):
                break
        return events

    def tick(self, now: float) -> list[SmscEvent]:
        """What the time that passed tells; wanted at `deadline`, harmless at any other moment."""
        events: list[SmscEvent] = []
        for command, due in self._asked.values():
            if due <= now:
                silent = command is CommandId.ENQUIRE_LINK
                self._close(Reason.PEER_SILENT if silent else Reason.UNBIND_TIME_OUT, events)
                return events
        if self.state is State.OPEN and self._began + self._timers.bind_s <= now:
            self._close(Reason.NO_BIND, events)
            return events
        events.extend(self._window.expire(now))
        enquire = self._enquire_at()
        if enquire is not None and enquire <= now:
            self._ask(pdus.EnquireLink(), now + self._timers.response_s)
        return events

    def deadline(self) -> float | None:
        """When `tick` is wanted next, in the seconds of `now`; None for never."""
        moments = [due for _, due in self._asked.values()]
        if self.state is State.OPEN:
            moments.append(self._began + self._timers.bind_s)
        others = (self._window.due, self._enquire_at())
        moments += [moment for moment in others if moment is not None]
        return min(moments, default=None)

    def lost(self, now: float) -> list[SmscEvent]:  # noqa: ARG002 - every event has its moment
        """The connection broke, or was closed; without events where the session was over."""
        events: list[SmscEvent] = []
        if not self.closed:
            unbinding = self.state is State.UNBINDING
            self._close(Reason.UNBOUND if unbinding else Reason.CONNECTION_LOST, events)
        return events

    def _close(self, reason: Reason, events: list[SmscEvent]) -> None:
        self.state = State.CLOSED
        left: list[Unanswered] = self._window.give_up(reason)
        events.extend(left)
        self._asked.clear()
        self._owed.clear()
        events.append(Closed(reason))

    def _bad_length(self, bad: BadLength, events: list[SmscEvent]) -> None:
        if not is_response(bad.command_id):
            self._nack(bad.sequence, Status.RINVCMDLEN)  # clause 4.3
        events.append(Unreadable(bad.command_id, bad.sequence, Status.RINVCMDLEN))
        if bad.out_of_step:
            self._close(Reason.OUT_OF_STEP, events)

    def _take(self, pdu: Pdu | Unreadable, events: list[SmscEvent]) -> None:
        match pdu:
            case pdus.DeliverSmResp() | pdus.DataSmResp() | pdus.GenericNack():
                self._answered(pdu, events)
            case pdus.SubmitSm() | pdus.DataSm():
                self._submitted(pdu, events)
            case pdus.BindTransmitter() | pdus.BindReceiver() | pdus.BindTransceiver():
                self._bind(pdu, events)
            case pdus.EnquireLink():
                self._out.append(encode(pdus.EnquireLinkResp(pdu.sequence)))  # clause 4.11
            case pdus.Unbind():
                self._out.append(encode(pdus.UnbindResp(pdu.sequence)))
                events.append(PeerUnbound())
                self._close(Reason.PEER_UNBOUND, events)
            case pdus.UnbindResp() | pdus.EnquireLinkResp():
                self._heard_of(pdu, events)
            case pdus.Response():
                self.ignored += 1
            case Unreadable():
                self._unreadable(pdu, events)
            case _:
                self._nack(pdu.sequence, Status.RINVCMDID)
                events.append(Unreadable(pdu.command_id, pdu.sequence, Status.RINVCMDID))

    def _unreadable(self, pdu: Unreadable, events: list[SmscEvent]) -> None:
        events.append(pdu)
        if (kind := _REFUSALS.get(pdu.command_id)) is not None:
            self._out.append(encode(kind(pdu.sequence, pdu.status)))
        elif not is_response(pdu.command_id):
            self._nack(pdu.sequence, pdu.status)  # clause 4.3

    def _bind(self, pdu: pdus.AnyBind, events: list[SmscEvent]) -> None:
        status = self._admit(pdu) if self.state is State.OPEN else Status.RALYBND
        response = _BIND_RESPONSES[type(pdu)](pdu.sequence, status, self._system_id)
        self._out.append(encode(response))
        events.append(BindAnswered(pdu, status))
        if self.state is not State.OPEN:
            return
        if status != Status.ROK:
            self._close(Reason.BIND_REFUSED, events)
            return
        self.state = STATE_AFTER[pdu.command_id]

    def _submitted(self, pdu: pdus.SubmitSm | pdus.DataSm, events: list[SmscEvent]) -> None:
        submitted = Submitted(pdu, pdu.sequence)
        self._owed[id(submitted)] = submitted
        # Clause 2.3, table 2-1: submit_sm is for transmitters, data_sm for whoever is bound.
        allowed = SENDING if isinstance(pdu, pdus.SubmitSm) else BOUND
        if self.state not in allowed and self.state is not State.UNBINDING:
            self.answer(submitted, Status.RINVBNDSTS)
        elif len(self._owed) > self._most_unanswered:
            self.answer(submitted, Status.RMSGQFUL)
        else:
            events.append(submitted)

    def _answered(
        self, pdu: pdus.MessageResponse | pdus.GenericNack, events: list[SmscEvent]
    ) -> None:
        nacked = isinstance(pdu, pdus.GenericNack)
        status = pdu.status or Status.RUNKNOWNERR if nacked else pdu.status
        found = self._window.settle(pdu.sequence, status)
        if found is not None:
            events.append(found)
        elif nacked and pdu.sequence in self._asked:
            self._heard_of(pdu, events)
        else:
            self.ignored += 1

    def _heard_of(self, pdu: pdus.Response, events: list[SmscEvent]) -> None:
        """The answer to an enquire_link or an unbind of ours; any other is ignored."""
        command, _ = self._asked.pop(pdu.sequence, (None, 0.0))
        if command is None:
            self.ignored += 1
        elif command is CommandId.UNBIND:
            self._close(Reason.UNBOUND, events)
