import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import decode, encode
from sms_gateway.smpp.commands import CommandId
from sms_gateway.smpp.events import (
    BindAnswered,
    Closed,
    Incoming,
    PeerUnbound,
    Reason,
    Responded,
    RespondedLate,
    Submitted,
    Unanswered,
)
from sms_gateway.smpp.framing import Framer
from sms_gateway.smpp.pdus import Pdu, Unreadable
from sms_gateway.smpp.session import EsmeSession
from sms_gateway.smpp.smsc_session import SmscSession
from sms_gateway.smpp.states import State
from sms_gateway.smpp.status import Status
from tests.smpp.esme import DELIVER, SUBMIT, TIMERS
from tests.smpp.strategies import PDUS

BIND = pdus.BindTransceiver(1, system_id="office", password="secret")


def written(session: SmscSession) -> list[Pdu]:
    found = []
    for frame in Framer().feed(session.output()):
        assert isinstance(frame, bytes)
        pdu = decode(frame)
        assert isinstance(pdu, Pdu)
        found.append(pdu)
    return found


def opened(status: int = Status.ROK, window: int = 2) -> SmscSession:
    return SmscSession(TIMERS, window, 0.0, lambda _bind: status, most_unanswered=2)


def bound(kind: type[pdus.AnyBind] = pdus.BindTransceiver) -> SmscSession:
    session = opened()
    (event,) = session.receive(encode(kind(1, system_id="office")), 0.0)
    assert isinstance(event, BindAnswered)
    written(session)
    return session


def submitted(session: SmscSession, sequence: int = 9) -> Submitted:
    (event,) = session.receive(encode(SUBMIT, sequence), 0.0)
    assert isinstance(event, Submitted)
    return event


@pytest.mark.parametrize(
    "kind,state,room",
    [
        (pdus.BindTransmitter, State.BOUND_TX, 0),
        (pdus.BindReceiver, State.BOUND_RX, 2),
        (pdus.BindTransceiver, State.BOUND_TRX, 2),
    ],
)
def test_who_may_bind_is_bound_as_it_asked(
    kind: type[pdus.AnyBind], state: State, room: int
) -> None:
    session = opened()
    bind = kind(5, system_id="office")
    assert session.receive(encode(bind), 0.0) == [BindAnswered(bind, Status.ROK)]
    (answer,) = written(session)
    assert isinstance(answer, pdus.BindResponse)
    assert (answer.sequence, answer.status, answer.system_id) == (5, Status.ROK, "smsc")
    assert (session.state, session.room) == (state, room)


def test_who_may_not_bind_is_told_and_the_session_ends() -> None:
    session = opened(Status.RINVPASWD)
    told = session.receive(encode(BIND), 0.0)
    assert told == [BindAnswered(BIND, Status.RINVPASWD), Closed(Reason.BIND_REFUSED)]
    assert written(session) == [pdus.BindTransceiverResp(1, Status.RINVPASWD)]


def test_who_is_bound_cannot_bind_again() -> None:
    session = bound()
    assert session.receive(encode(BIND), 0.0) == [BindAnswered(BIND, Status.RALYBND)]
    assert written(session) == [pdus.BindTransceiverResp(1, Status.RALYBND)]
    assert session.state is State.BOUND_TRX


def test_who_does_not_bind_in_time_is_sent_away() -> None:
    session = opened()
    assert session.deadline() == 5.0
    assert session.tick(4.9) == []
    assert session.tick(5.0) == [Closed(Reason.NO_BIND)]


def test_a_message_is_answered_once_in_any_order() -> None:
    session = bound()
    first, second = submitted(session, 7), submitted(session, 8)
    session.answer(second, Status.ROK, "B")
    session.answer(first, Status.RTHROTTLED)
    assert written(session) == [
        pdus.SubmitSmResp(8, Status.ROK, "B"),
        pdus.SubmitSmResp(7, Status.RTHROTTLED),
    ]
    with pytest.raises(ValueError, match="once"):
        session.answer(first, Status.ROK)


def test_a_message_that_is_forgotten_gets_no_answer() -> None:
    session = bound()
    session.forget(submitted(session))
    assert written(session) == []


def test_data_sm_gets_its_own_answer() -> None:
    session = bound()
    (event,) = session.receive(encode(pdus.DataSm(3)), 0.0)
    assert isinstance(event, Submitted)
    session.answer(event, Status.ROK, "C")
    assert written(session) == [pdus.DataSmResp(3, Status.ROK, "C")]


@pytest.mark.parametrize("kind", [pdus.BindTransmitter, pdus.BindReceiver, pdus.BindTransceiver])
def test_data_sm_is_taken_however_the_session_is_bound(kind: type[pdus.AnyBind]) -> None:
    session = bound(kind)
    (event,) = session.receive(encode(pdus.DataSm(3)), 0.0)
    assert isinstance(event, Submitted)
    session.answer(event, Status.ROK, "C")
    assert written(session) == [pdus.DataSmResp(3, Status.ROK, "C")]


def test_data_sm_is_refused_before_the_bind() -> None:
    session = opened()
    assert session.receive(encode(pdus.DataSm(3)), 0.0) == []
    assert written(session) == [pdus.DataSmResp(3, Status.RINVBNDSTS)]


def test_a_receiver_may_not_send() -> None:
    session = bound(pdus.BindReceiver)
    assert session.receive(encode(SUBMIT, 4), 0.0) == []
    assert written(session) == [pdus.SubmitSmResp(4, Status.RINVBNDSTS)]


def test_too_many_messages_without_an_answer_are_refused() -> None:
    session = bound()
    submitted(session, 1)
    submitted(session, 2)
    assert session.receive(encode(SUBMIT, 3), 0.0) == []
    assert written(session) == [pdus.SubmitSmResp(3, Status.RMSGQFUL)]


def test_each_delivery_is_settled_once_and_late_answers_are_known() -> None:
    session = bound()
    session.deliver(DELIVER, "a", 0.0)
    session.deliver(DELIVER, "b", 1.0)
    assert session.room == 0
    with pytest.raises(ValueError, match="room"):
        session.deliver(DELIVER, "c", 1.0)
    first, second = written(session)
    answer = encode(pdus.DeliverSmResp(second.sequence, Status.RX_T_APPN))
    assert session.receive(answer, 2.0) == [Responded("b", Status.RX_T_APPN)]
    assert session.tick(10.0) == [Unanswered("a", Reason.TIME_OUT)]
    late = encode(pdus.DeliverSmResp(first.sequence))
    assert session.receive(late, 11.0) == [RespondedLate("a", Status.ROK)]
    assert session.receive(late, 11.0) == []
    assert session.ignored == 1


def test_a_delivery_that_is_not_understood_is_refused() -> None:
    session = bound()
    session.deliver(DELIVER, "a", 0.0)
    (sent,) = written(session)
    nack = encode(pdus.GenericNack(sent.sequence))
    assert session.receive(nack, 0.0) == [Responded("a", Status.RUNKNOWNERR)]


def test_what_is_outstanding_when_the_line_breaks_comes_back() -> None:
    session = bound()
    session.deliver(DELIVER, "a", 0.0)
    lost = Reason.CONNECTION_LOST
    assert session.lost(1.0) == [Unanswered("a", lost), Closed(lost)]
    assert session.lost(2.0) == []


def test_an_unbind_of_the_peer_is_answered_and_ends_it() -> None:
    session = bound()
    told = session.receive(encode(pdus.Unbind(6)), 0.0)
    assert told == [PeerUnbound(), Closed(Reason.PEER_UNBOUND)]
    assert written(session) == [pdus.UnbindResp(6)]


def test_our_unbind_ends_it_when_it_is_answered() -> None:
    session = bound()
    session.unbind(0.0)
    (asked,) = written(session)
    assert isinstance(asked, pdus.Unbind)
    late = submitted(session)
    session.answer(late, Status.ROK, "D")
    told = session.receive(encode(pdus.UnbindResp(asked.sequence)), 1.0)
    assert told == [Closed(Reason.UNBOUND)]


def test_an_unbind_without_an_answer_ends_it_too() -> None:
    session = bound()
    session.unbind(0.0)
    assert session.tick(10.0) == [Closed(Reason.UNBIND_TIME_OUT)]


def test_a_silent_peer_is_asked_and_then_given_up() -> None:
    session = bound()
    assert session.tick(30.0) == []
    (asked,) = written(session)
    assert isinstance(asked, pdus.EnquireLink)
    session.receive(encode(pdus.EnquireLinkResp(asked.sequence)), 31.0)
    assert session.deadline() == 61.0
    session.tick(61.0)
    assert session.tick(71.0) == [Closed(Reason.PEER_SILENT)]


def test_enquire_link_is_answered_before_the_bind_too() -> None:
    session = opened()
    session.receive(encode(pdus.EnquireLink(2)), 0.0)
    assert written(session) == [pdus.EnquireLinkResp(2)]


def test_a_command_that_is_none_of_an_smsc_is_refused() -> None:
    session = bound()
    told = session.receive(struct.pack(">IIII", 16, 0x777, 0, 3), 0.0)
    assert told == [Unreadable(0x777, 3, Status.RINVCMDID)]
    assert written(session) == [pdus.GenericNack(3, Status.RINVCMDID)]
    assert session.receive(encode(DELIVER), 0.0) == [Unreadable(5, 900, Status.RINVCMDID)]


def test_a_length_that_cannot_be_ends_the_session() -> None:
    session = bound()
    *_, last = session.receive(b"GET / HTTP/1.1\r\n\r\n", 0.0)
    assert last == Closed(Reason.OUT_OF_STEP)
    assert session.receive(encode(BIND), 0.0) == []


@given(st.lists(st.one_of(PDUS.map(encode), st.binary(max_size=40)), max_size=6))
def test_no_octets_raise_and_nothing_comes_after_the_end(chunks: list[bytes]) -> None:
    session = bound()
    session.deliver(DELIVER, "a", 0.0)
    told = [event for chunk in chunks for event in session.receive(chunk, 1.0)]
    told += session.lost(2.0)
    ends = [at for at, event in enumerate(told) if isinstance(event, Closed)]
    assert ends == [len(told) - 1]
    fates = [event for event in told if isinstance(event, Responded | Unanswered)]
    assert [fate.token for fate in fates] == ["a"]


def test_the_two_sides_understand_each_other() -> None:
    esme, smsc = EsmeSession(TIMERS, 9, 0.0), SmscSession(TIMERS, 9, 0.0, lambda _bind: 0)
    esme.bind(pdus.BindTransceiver(system_id="office"), 0.0)
    smsc.receive(esme.output(), 0.0)
    esme.receive(smsc.output(), 0.0)
    esme.submit(SUBMIT, "up", 0.0)
    smsc.deliver(DELIVER, "down", 0.0)
    (taken,) = smsc.receive(esme.output(), 0.0)
    (came,) = esme.receive(smsc.output(), 0.0)
    assert isinstance(taken, Submitted)
    assert isinstance(came, Incoming)
    smsc.answer(taken, Status.ROK, "1F")
    esme.answer(came, Status.RX_T_APPN, 0.0)
    assert esme.receive(smsc.output(), 0.0) == [Responded("up", Status.ROK, "1F")]
    assert smsc.receive(esme.output(), 0.0) == [Responded("down", Status.RX_T_APPN)]


def octets_of(command_id: int, body: bytes) -> bytes:
    return struct.pack(">IIII", 16 + len(body), command_id, 0, 77) + body


@pytest.mark.parametrize(
    "command_id,answer",
    [
        (CommandId.SUBMIT_SM, pdus.SubmitSmResp(77, Status.RINVPARLEN)),
        (CommandId.DATA_SM, pdus.DataSmResp(77, Status.RINVPARLEN)),
        (CommandId.BIND_TRANSCEIVER, pdus.BindTransceiverResp(77, Status.RINVPARLEN)),
        (CommandId.BIND_TRANSMITTER, pdus.BindTransmitterResp(77, Status.RINVPARLEN)),
        (CommandId.BIND_RECEIVER, pdus.BindReceiverResp(77, Status.RINVPARLEN)),
        (CommandId.ALERT_NOTIFICATION, pdus.GenericNack(77, Status.RINVPARLEN)),
    ],
)
def test_a_request_with_a_bad_body_gets_its_own_response(
    command_id: CommandId, answer: Pdu
) -> None:
    """Clause 2.8: generic_nack is for a bad header."""
    session = opened()
    (event,) = session.receive(octets_of(command_id, b"x" * 90), 0.0)
    assert event == Unreadable(command_id, 77, Status.RINVPARLEN)
    assert written(session) == [answer]
