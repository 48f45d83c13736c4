import itertools

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import decode, encode
from sms_gateway.smpp.events import (
    BindRefused,
    Bound,
    Closed,
    Event,
    Incoming,
    PeerUnbound,
    Responded,
    RespondedLate,
    Unanswered,
)
from sms_gateway.smpp.framing import Framer
from sms_gateway.smpp.pdus import Pdu, Unreadable
from sms_gateway.smpp.session import EsmeSession
from sms_gateway.smpp.states import State, Timers
from tests.smpp.strategies import PDUS, STATUSES

KINDS = (pdus.BindTransmitter, pdus.BindReceiver, pdus.BindTransceiver)
RESPONSES: dict[type[Pdu], type[pdus.Response]] = {
    pdus.BindTransmitter: pdus.BindTransmitterResp,
    pdus.BindReceiver: pdus.BindReceiverResp,
    pdus.BindTransceiver: pdus.BindTransceiverResp,
    pdus.EnquireLink: pdus.EnquireLinkResp,
    pdus.Unbind: pdus.UnbindResp,
    pdus.SubmitSm: pdus.SubmitSmResp,
}


class Sessions(RuleBasedStateMachine):
    """An SMSC that answers in any order, late, twice, wrongly or never, and sends anything."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.session = EsmeSession(
            Timers(response_s=5, enquire_link_s=7, inactivity_s=40, bind_s=5), 3, 0.0, 2_000, 4
        )
        self.tokens = itertools.count()
        self.open: set[object] = set()  # submitted, and not settled
        self.given_up: set[object] = set()  # settled as unanswered
        self.owed: list[Incoming] = []
        self.asked: list[Pdu] = []  # requests of the session that the SMSC may answer
        self.ended = 0
        self.wire = Framer(2_000)

    def wrote(self) -> None:
        for frame in self.wire.feed(self.session.output()):
            assert isinstance(frame, bytes)
            pdu = decode(frame)
            assert isinstance(pdu, Pdu)
            if not isinstance(pdu, pdus.Response):
                assert 1 <= pdu.sequence <= 0x7FFFFFFF
                self.asked.append(pdu)

    def told(self, events: list[Event]) -> None:
        for event in events:
            assert not self.ended, "nothing comes after Closed"
            match event:
                case Responded(token=token):
                    self.open.remove(token)
                case Unanswered(token=token):
                    self.open.remove(token)
                    self.given_up.add(token)
                case RespondedLate(token=token):
                    self.given_up.remove(token)
                case Incoming():
                    self.owed.append(event)
                case Closed():
                    self.ended += 1
                case Bound() | BindRefused() | PeerUnbound() | Unreadable():
                    pass
        self.wrote()

    @initialize(kind=st.sampled_from(KINDS))
    def binds(self, kind: type[pdus.AnyBind]) -> None:
        self.session.bind(kind(system_id="office"), self.now)
        self.wrote()

    @precondition(lambda self: self.session.room > 0)
    @rule()
    def submits(self) -> None:
        token = next(self.tokens)
        self.open.add(token)
        self.session.submit(pdus.SubmitSm(short_message=b"x"), token, self.now)
        self.wrote()

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), status=st.just(0) | STATUSES, again=st.booleans())
    def smsc_answers(self, data: st.DataObject, status: int, *, again: bool) -> None:
        asked = data.draw(st.sampled_from(self.asked))
        if not again:
            self.asked.remove(asked)
        kind = RESPONSES[type(asked)]
        self.told(self.session.receive(encode(kind(asked.sequence, status)), self.now))

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), status=STATUSES)
    def smsc_nacks(self, data: st.DataObject, status: int) -> None:
        asked = data.draw(st.sampled_from(self.asked))
        octets = encode(pdus.GenericNack(asked.sequence, status))
        self.told(self.session.receive(octets, self.now))

    @rule(sequence=st.integers(0, 3))
    def smsc_delivers(self, sequence: int) -> None:
        self.told(self.session.receive(encode(pdus.DeliverSm(sequence)), self.now))

    @rule(pdu=PDUS, sequence=st.integers(0, 12), cut=st.integers(0, 400))
    def smsc_sends_anything(self, pdu: Pdu, sequence: int, cut: int) -> None:
        octets = encode(pdu, sequence)
        self.told(self.session.receive(octets[:cut], self.now))
        self.told(self.session.receive(octets[cut:], self.now))

    @precondition(lambda self: self.owed)
    @rule(data=st.data(), status=STATUSES)
    def answers(self, data: st.DataObject, status: int) -> None:
        incoming = data.draw(st.sampled_from(self.owed))
        self.owed.remove(incoming)
        self.session.answer(incoming, status, self.now)
        self.wrote()

    @rule(seconds=st.floats(0, 12))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.told(self.session.tick(self.now))
        deadline = self.session.deadline()
        assert deadline is None or deadline > self.now, "a tick settles what is due"

    @rule()
    def unbinds(self) -> None:
        self.session.unbind(self.now)
        self.wrote()

    @precondition(lambda self: self.now > 20)
    @rule()
    def connection_breaks(self) -> None:
        self.told(self.session.lost(self.now))
        assert self.session.state is State.CLOSED

    @invariant()
    def room_is_what_the_window_leaves(self) -> None:
        assert self.session.room in (0, 3 - len(self.open))
        assert len(self.open) <= 3

    @invariant()
    def the_end_settles_everything(self) -> None:
        assert self.session.closed is (self.ended == 1)
        if self.ended:
            assert not self.open
            assert self.session.deadline() is None
        else:
            assert self.session.owed == len(self.owed) <= 4


Sessions.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_nothing_is_settled_twice_or_forgotten = Sessions.TestCase
