"""One session of an ESME with an SMSC, without a socket and without a clock (chapter 2).

Octets and moments go in, events and octets to write come out. A moment is seconds on any clock
that only goes forward. A session ends once, with `Closed`; a new connection is a new session. What
was sent and not answered by then comes back as `Unanswered`: it may have arrived.
"""

from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import LONGEST_PDU, decode, encode
from sms_gateway.smpp.commands import RESPONSE, CommandId, is_response
from sms_gateway.smpp.events import (
    BindRefused,
    Bound,
    Closed,
    Event,
    Incoming,
    PeerUnbound,
    Reason,
    Responded,
    RespondedLate,
    StillThere,
)
from sms_gateway.smpp.framing import BadLength
from sms_gateway.smpp.owed import MOST_OCTETS, Owed
from sms_gateway.smpp.pdus import Pdu, Unreadable
from sms_gateway.smpp.reading import bare_response
from sms_gateway.smpp.side import Side
from sms_gateway.smpp.states import (
    BOUND,
    RECEIVING,
    SENDING,
    STATE_AFTER,
    TIMED_OUT,
    State,
    Timers,
)
from sms_gateway.smpp.status import Status


class EsmeSession(Side):
    """An ESME's side of one connection.

    Attributes:
        state: of clause 2.2.
        ignored: PDUs that ask for nothing and answer nothing of ours, so far.
        refused: deliveries sent back with ESME_RX_T_APPN because too much was unanswered.
    """

    def __init__(
        self,
        timers: Timers,
        window: int,
        now: float,
        max_pdu: int = LONGEST_PDU,
        most_unanswered: int = 1_000,
        most_octets: int = MOST_OCTETS,
    ) -> None:
        super().__init__(timers, window, now, max_pdu)
        self.refused = 0
        self._frame = b""
        self._takes: tuple[type[Pdu], ...] = ()
        self._owed = Owed(most_unanswered, most_octets)
        self._why_unbound = Reason.UNBOUND
        self._active = now

    @property
    def room(self) -> int:
        """How many submits may be handed over now; 0 unless bound to send."""
        return self._window.room if self.state in SENDING else 0

    @property
    def owed(self) -> int:
        """How many deliveries wait for `answer`."""
        return len(self._owed)

    def bind(self, pdu: pdus.AnyBind, now: float) -> None:
        """Ask the SMSC to let us in (clause 4.1); `Bound` or `BindRefused` follows.

        The time for it runs from here, connected or not. A session that is over does nothing.

        Raises:
            ValueError: this session was bound before, or the PDU cannot be written.
        """
        if self.closed:
            return
        if self.state is not State.OPEN or self._asked:
            message = "a session binds once"
            raise ValueError(message)
        self._ask(pdu, now + self._timers.bind_s)

    def enquire(self, now: float) -> None:
        """Ask whether the SMSC is there (clause 4.11); `StillThere` or `Closed`. Only where bound.

        A session does so by itself when it has heard nothing for `Timers.enquire_link_s`.
        """
        if self.state in BOUND:
            self._ask(pdus.EnquireLink(), now + self._timers.response_s)

    def submit(self, pdu: pdus.SubmitSm | pdus.DataSm, token: object, now: float) -> None:
        """Send a message; `Responded` or `Unanswered` follows, once, with the token.

        Raises:
            ValueError: there is no `room`, or the PDU cannot be written.
        """
        if not self.room:
            message = "no room: ask before each submit"
            raise ValueError(message)
        sequence = self._next_sequence()
        self._out.append(encode(pdu, sequence))
        self._window.add(sequence, token, now + self._timers.response_s)
        self._active = now

    def answer(self, incoming: Incoming, status: int, now: float) -> None:
        """Answer a delivery, in any order; a session that is over takes it and does nothing.

        Raises:
            ValueError: it was answered before.
        """
        if self.closed:
            return
        self._owed.remove(incoming, now)
        self._respond(incoming.pdu.command_id, incoming.sequence, status)
        self._active = now

    def receive(self, octets: bytes, now: float) -> list[Event]:
        """What the octets of the peer tell. Never raises for any octets."""
        events: list[Event] = []
        if self.closed:
            return events
        for frame in self._framer.feed(octets):
            self._heard = now  # octets that make no PDU are no sign of life
            if isinstance(frame, BadLength):
                self._bad_length(frame, events)
            else:
                self._frame = frame
                self._take(decode(frame), events, now)
            if events and isinstance(events[-1], Closed):
                break
        return events

    def tick(self, now: float) -> list[Event]:
        """What the time that passed tells; wanted at `deadline`, harmless at any other moment."""
        events: list[Event] = []
        self._let_go(events, now)
        if self.closed:
            return events
        for command, due in self._asked.values():
            if due <= now:
                self._close(TIMED_OUT[command], events)
                return events
        events.extend(self._window.expire(now))
        inactive = self._inactive_at()
        if inactive is not None and inactive <= now:
            self._why_unbound = Reason.INACTIVE
            self.unbind(now)
        enquire = self._enquire_at()
        if enquire is not None and enquire <= now:
            self.enquire(now)
        return events

    def deadline(self) -> float | None:
        """When `tick` is wanted next, in the seconds of `now`; None for never."""
        moments = [due for _, due in self._asked.values()]
        others = (self._window.due, self._owed.due, self._enquire_at(), self._inactive_at())
        moments += [moment for moment in others if moment is not None]
        return min(moments, default=None)

    def lost(self, now: float) -> list[Event]:  # noqa: ARG002 - every event has its moment
        """The connection broke, or was closed; without events where the session was over."""
        events: list[Event] = []
        if self.state is State.UNBINDING:
            # Many an SMSC hangs up instead of answering.
            self._close(self._why_unbound, events)
        elif not self.closed:
            self._close(Reason.CONNECTION_LOST, events)
        return events

    def _respond(self, command_id: int, sequence: int, status: int) -> None:
        kind = pdus.DeliverSmResp if command_id == CommandId.DELIVER_SM else pdus.DataSmResp
        self._out.append(encode(kind(sequence, status)))

    def _inactive_at(self) -> float | None:
        if not self._timers.inactivity_s or self.state not in BOUND:
            return None
        return self._active + self._timers.inactivity_s

    def _close(self, reason: Reason, events: list[Event]) -> None:
        self.state = State.CLOSED
        events.extend(self._window.give_up(reason))
        self._asked.clear()
        self._owed.clear()
        events.append(Closed(reason))

    def _bad_length(self, bad: BadLength, events: list[Event]) -> None:
        if not is_response(bad.command_id):
            self._nack(bad.sequence, Status.RINVCMDLEN)  # clause 4.3
        events.append(Unreadable(bad.command_id, bad.sequence, Status.RINVCMDLEN))
        if bad.out_of_step:
            self._close(Reason.OUT_OF_STEP, events)

    def _take(self, pdu: Pdu | Unreadable, events: list[Event], now: float) -> None:
        match pdu:
            case pdus.SubmitSmResp() | pdus.DataSmResp():
                found = self._window.settle(pdu.sequence, pdu.status, pdu.message_id, pdu.tlvs)
                self._settle(found, events, now)
            case pdus.DeliverSm() | pdus.DataSm():
                self._deliver(pdu, events, now)
            case pdus.EnquireLink():
                # Clause 4.11. Table 2-1 has it in bound states only; who asks earlier is told too.
                self._out.append(encode(pdus.EnquireLinkResp(pdu.sequence)))
            case pdus.GenericNack():
                self._nacked(pdu, events, now)
            case pdus.Unbind() if self._owed.due is None:
                self._peer_leaves(pdu.sequence, events, now)
            case Unreadable():
                self._unreadable(pdu, events, now)
            case pdus.Response():
                self._answered(pdu, events)
            case pdus.AlertNotification() | pdus.Outbind() | pdus.Unbind():
                self.ignored += 1  # clauses 4.12, 4.1.7: no response; a second unbind: one is due
            case _:
                # A request for an SMSC, or one that is known and not supported here.
                self._nack(pdu.sequence, Status.RINVCMDID)
                events.append(Unreadable(pdu.command_id, pdu.sequence, Status.RINVCMDID))

    def _settle(
        self, found: Responded | RespondedLate | None, events: list[Event], now: float
    ) -> None:
        if found is None:
            self.ignored += 1
            return
        self._active = now
        self._has_read(self._window.settled_due)
        events.append(found)

    def _deliver(self, pdu: pdus.DeliverSm | pdus.DataSm, events: list[Event], now: float) -> None:
        if not isinstance(pdu, self._takes):
            self._respond(pdu.command_id, pdu.sequence, Status.RINVBNDSTS)  # clause 2.3, table 2-1
        elif not self._owed.has_room_for(len(self._frame)):
            # "ESME Receiver Temporary App Error": the SMSC keeps it and comes again.
            self._respond(pdu.command_id, pdu.sequence, Status.RX_T_APPN)
            self.refused += 1
        else:
            if isinstance(pdu, pdus.DeliverSm) and pdu.cut:
                events.append(Unreadable(pdu.command_id, pdu.sequence, Status.RINVOPTPARSTREAM))
            incoming = Incoming(pdu, pdu.sequence, self._frame)
            self._owed.add(incoming)
            self._active = now
            events.append(incoming)

    def _peer_leaves(self, sequence: int, events: list[Event], now: float) -> None:
        """Clause 4.2. What we owe goes first: what is not answered comes again."""
        events.append(PeerUnbound())
        self.state, self._why_unbound = State.UNBINDING, Reason.PEER_UNBOUND
        self._takes = ()
        self._owed.hold_unbind(sequence, now)
        self._let_go(events, now)

    def _let_go(self, events: list[Event], now: float) -> None:
        if self._owed.due is not None and self._owed.due <= now:
            self._out.append(encode(pdus.UnbindResp(self._owed.unbind)))
            self._close(Reason.PEER_UNBOUND, events)

    def _answered(self, pdu: pdus.Response, events: list[Event]) -> None:
        """The answer to a bind, an enquire_link or an unbind of ours; any other is ignored."""
        command, due = self._asked.get(pdu.sequence, (None, 0.0))
        if command is None or command | RESPONSE != pdu.command_id:
            self.ignored += 1
            return
        del self._asked[pdu.sequence]
        if isinstance(pdu, pdus.BindResponse):
            self._bound(command, pdu, events)
        elif isinstance(pdu, pdus.UnbindResp):
            self._close(self._why_unbound, events)
        else:
            self._has_read(due)
            events.append(StillThere())

    def _bound(self, command: CommandId, pdu: pdus.BindResponse, events: list[Event]) -> None:
        if pdu.status != Status.ROK:
            self._refuse(pdu.status, events)
            return
        self.state = STATE_AFTER[command]
        # Clause 2.3, table 2-1: deliver_sm is for receivers, data_sm for whoever is bound.
        receives = self.state in RECEIVING
        self._takes = (pdus.DeliverSm, pdus.DataSm) if receives else (pdus.DataSm,)
        events.append(Bound(pdu))

    def _refuse(self, status: int, events: list[Event]) -> None:
        events.append(BindRefused(status))
        self._close(Reason.BIND_REFUSED, events)

    def _nacked(self, pdu: pdus.GenericNack, events: list[Event], now: float) -> None:
        """Clause 4.3: what we sent was not understood, so it was not taken either."""
        # Some send 0 here. It is no acceptance, and nobody knows what it is.
        status = pdu.status or Status.RUNKNOWNERR
        asked = self._asked.pop(pdu.sequence, None)
        if asked is None:
            self._settle(self._window.settle(pdu.sequence, status), events, now)
        elif asked[0] is CommandId.UNBIND:
            self._close(self._why_unbound, events)
        elif asked[0] is CommandId.ENQUIRE_LINK:
            events.append(StillThere())  # whoever refuses that is there, too
        else:
            self._refuse(status, events)

    def _unreadable(self, pdu: Unreadable, events: list[Event], now: float) -> None:
        events.append(pdu)
        if (bare := bare_response(pdu)) is not None:
            self._take(bare, events, now)
        elif is_response(pdu.command_id):
            self.ignored += 1  # never an answer to an answer
        elif pdu.command_id in (CommandId.DELIVER_SM, CommandId.DATA_SM):
            self._respond(pdu.command_id, pdu.sequence, pdu.status)
        else:
            self._nack(pdu.sequence, pdu.status)  # clause 4.3
