import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import encode
from sms_gateway.smpp.commands import CommandId
from sms_gateway.smpp.events import (
    BindRefused,
    Bound,
    Closed,
    Event,
    Incoming,
    Reason,
    Responded,
    RespondedLate,
    Unanswered,
)
from sms_gateway.smpp.pdus import Pdu, Unreadable
from sms_gateway.smpp.session import EsmeSession
from sms_gateway.smpp.states import State
from sms_gateway.smpp.status import Status
from sms_gateway.smpp.tlv import Tag
from tests.smpp.esme import DELIVER, SUBMIT, TIMERS, bound, written


@pytest.mark.parametrize(
    "kind,state,room",
    [
        (pdus.BindTransmitter, State.BOUND_TX, 2),
        (pdus.BindReceiver, State.BOUND_RX, 0),
        (pdus.BindTransceiver, State.BOUND_TRX, 2),
    ],
)
def test_a_bind_that_is_taken_gives_the_state_it_asked_for(
    kind: type[pdus.AnyBind], state: State, room: int
) -> None:
    session = bound(kind)
    assert session.state is state
    assert session.room == room


def test_a_bind_that_is_refused_ends_the_session_with_the_status() -> None:
    session = EsmeSession(TIMERS, 2, 0.0)
    session.bind(pdus.BindTransceiver(system_id="office"), 0.0)
    events = session.receive(encode(pdus.BindTransceiverResp(1, Status.RINVPASWD)), 1.0)
    assert events == [BindRefused(Status.RINVPASWD), Closed(Reason.BIND_REFUSED)]
    assert session.lost(2.0) == []


def test_a_bind_that_is_not_understood_is_refused() -> None:
    session = EsmeSession(TIMERS, 2, 0.0)
    session.bind(pdus.BindTransceiver(system_id="office"), 0.0)
    events = session.receive(encode(pdus.GenericNack(1, Status.RINVCMDID)), 1.0)
    assert events == [BindRefused(Status.RINVCMDID), Closed(Reason.BIND_REFUSED)]


def test_a_bind_without_an_answer_ends_the_session() -> None:
    session = EsmeSession(TIMERS, 2, 0.0)
    assert session.deadline() is None
    session.bind(pdus.BindTransceiver(system_id="office"), 0.0)
    assert session.deadline() == 5.0
    assert session.tick(4.9) == []
    assert session.tick(5.0) == [Closed(Reason.BIND_TIME_OUT)]
    assert session.deadline() is None


def test_an_answer_to_another_kind_of_bind_is_none() -> None:
    session = EsmeSession(TIMERS, 2, 0.0)
    session.bind(pdus.BindTransceiver(system_id="office"), 0.0)
    assert session.receive(encode(pdus.BindReceiverResp(1)), 1.0) == []
    assert session.state is State.OPEN
    assert session.ignored == 1


def test_a_session_binds_once() -> None:
    session = bound()
    with pytest.raises(ValueError, match="once"):
        session.bind(pdus.BindTransceiver(), 1.0)


def test_a_bind_whose_answer_cannot_be_read_is_taken_by_its_header() -> None:
    session = EsmeSession(TIMERS, 2, 0.0)
    session.bind(pdus.BindTransceiver(system_id="office"), 0.0)
    body = b"x" * 20
    octets = struct.pack(">IIII", 36, CommandId.BIND_TRANSCEIVER_RESP, 0, 1) + body
    unreadable, event = session.receive(octets, 1.0)
    assert isinstance(unreadable, Unreadable)
    assert event == Bound(pdus.BindTransceiverResp(1))


def test_answers_may_come_in_any_order_and_each_finds_its_submit() -> None:
    session = bound()
    session.submit(SUBMIT, "first", 1.0)
    session.submit(SUBMIT, "second", 1.0)
    assert session.room == 0
    first, second = written(session)
    octets = encode(pdus.SubmitSmResp(second.sequence, 0, "b"))
    octets += encode(pdus.SubmitSmResp(first.sequence, Status.RTHROTTLED))
    assert session.receive(octets, 2.0) == [
        Responded("second", 0, "b"),
        Responded("first", Status.RTHROTTLED),
    ]
    assert session.room == 2


def test_what_is_over_the_window_is_not_sent() -> None:
    session = bound(window=1)
    session.submit(SUBMIT, 1, 1.0)
    with pytest.raises(ValueError, match="no room"):
        session.submit(SUBMIT, 2, 1.0)
    assert len(written(session)) == 1


def test_what_cannot_be_written_takes_no_room() -> None:
    session = bound(window=1)
    with pytest.raises(ValueError, match="short_message"):
        session.submit(pdus.SubmitSm(short_message=b"x" * 255), 1, 1.0)
    assert session.room == 1


def test_a_submit_without_an_answer_is_unanswered_once_and_its_late_answer_is_told() -> None:
    session = bound()
    session.submit(SUBMIT, "token", 1.0)
    (sent,) = written(session)
    assert session.deadline() == 11.0
    assert session.tick(10.9) == []
    assert session.tick(11.0) == [Unanswered("token", Reason.TIME_OUT)]
    assert session.room == 2
    octets = encode(pdus.SubmitSmResp(sent.sequence, 0, "late"))
    assert session.receive(octets, 12.0) == [RespondedLate("token", 0, "late")]
    assert session.receive(octets, 13.0) == []
    assert session.ignored == 1


def test_an_answer_whose_id_cannot_be_read_is_an_answer_all_the_same() -> None:
    session = bound()
    session.submit(SUBMIT, "token", 1.0)
    (sent,) = written(session)
    header = struct.pack(">IIII", 16 + 70, CommandId.SUBMIT_SM_RESP, 0, sent.sequence)
    unreadable, event = session.receive(header + b"x" * 70, 2.0)
    assert isinstance(unreadable, Unreadable)
    assert event == Responded("token", 0)
    assert written(session) == []


@pytest.mark.parametrize(
    "said,read",
    [(Status.RINVCMDLEN, Status.RINVCMDLEN), (Status.ROK, Status.RUNKNOWNERR)],
)
def test_a_nack_is_an_answer_and_never_a_good_one(said: Status, read: Status) -> None:
    session = bound()
    session.submit(SUBMIT, "token", 1.0)
    (sent,) = written(session)
    octets = encode(pdus.GenericNack(sent.sequence, said))
    assert session.receive(octets, 2.0) == [Responded("token", read)]


def test_a_nack_of_nothing_is_ignored_and_never_answered() -> None:
    session = bound()
    assert session.receive(encode(pdus.GenericNack(0, Status.RINVCMDLEN)), 1.0) == []
    assert session.ignored == 1
    assert written(session) == []


def test_a_deliver_sm_resp_settles_no_submit() -> None:
    session = bound()
    session.submit(SUBMIT, "token", 1.0)
    (sent,) = written(session)
    assert session.receive(encode(pdus.DeliverSmResp(sent.sequence)), 2.0) == []
    assert session.room == 1


def test_deliveries_are_answered_in_any_order_each_once() -> None:
    session = bound()
    other = pdus.DataSm(901, source_addr="84912345678")
    first, second = session.receive(encode(DELIVER) + encode(other), 1.0)
    assert isinstance(first, Incoming)
    assert isinstance(second, Incoming)
    assert (first.pdu, second.pdu) == (DELIVER, other)
    assert session.owed == 2
    assert written(session) == []
    session.answer(second, Status.ROK, 2.0)
    session.answer(first, Status.RX_T_APPN, 2.0)
    assert written(session) == [
        pdus.DataSmResp(901),
        pdus.DeliverSmResp(900, Status.RX_T_APPN),
    ]
    with pytest.raises(ValueError, match="once"):
        session.answer(first, Status.ROK, 3.0)


def test_two_deliveries_with_the_same_number_are_both_answered() -> None:
    session = bound()
    for event in session.receive(encode(DELIVER) * 2, 1.0):
        assert isinstance(event, Incoming)
        session.answer(event, Status.ROK, 1.0)
    assert written(session) == [pdus.DeliverSmResp(900)] * 2


def test_an_answer_after_the_end_is_taken_and_goes_nowhere() -> None:
    session = bound()
    (event,) = session.receive(encode(DELIVER), 1.0)
    assert isinstance(event, Incoming)
    assert session.lost(2.0) == [Closed(Reason.CONNECTION_LOST)]
    session.answer(event, Status.ROK, 3.0)
    assert session.output() == b""


def test_more_deliveries_than_we_can_hold_are_sent_back_for_later() -> None:
    session = EsmeSession(TIMERS, 1, 0.0, most_unanswered=1)
    session.bind(pdus.BindReceiver(), 0.0)
    session.receive(encode(pdus.BindReceiverResp(1)), 0.0)
    session.output()
    assert len(session.receive(encode(DELIVER) * 2, 1.0)) == 1
    assert written(session) == [pdus.DeliverSmResp(900, Status.RX_T_APPN)]
    assert session.refused == 1


def test_more_octets_than_we_can_hold_are_sent_back_for_later_too() -> None:
    session = EsmeSession(TIMERS, 1, 0.0, most_octets=2 * len(encode(DELIVER)))
    session.bind(pdus.BindReceiver(), 0.0)
    session.receive(encode(pdus.BindReceiverResp(1)), 0.0)
    session.output()
    first, _ = session.receive(encode(DELIVER) * 3, 1.0)
    assert written(session) == [pdus.DeliverSmResp(900, Status.RX_T_APPN)]
    assert isinstance(first, Incoming)
    session.answer(first, Status.ROK, 2.0)
    assert len(session.receive(encode(DELIVER) * 2, 3.0)) == 1
    assert session.refused == 2


def test_a_thousand_texts_of_the_longest_kind_do_not_fill_the_memory() -> None:
    session = bound()
    longest = pdus.DeliverSm(1, tlvs=((Tag.MESSAGE_PAYLOAD, b"x" * 65_000),))
    held = sum(len(session.receive(encode(longest), 1.0)) for _ in range(1_000))
    assert held == 8 * 1024 * 1024 // len(encode(longest))


@pytest.mark.parametrize(
    "pdu,answer",
    [
        (DELIVER, pdus.DeliverSmResp(900, Status.RINVBNDSTS)),
        (pdus.EnquireLink(6), pdus.EnquireLinkResp(6)),
        (SUBMIT, pdus.GenericNack(0, Status.RINVCMDID)),
        (pdus.BindReceiver(7), pdus.GenericNack(7, Status.RINVCMDID)),
    ],
)
def test_a_transmitter_answers_what_it_cannot_take(pdu: Pdu, answer: Pdu) -> None:
    session = bound(pdus.BindTransmitter)
    session.receive(encode(pdu), 1.0)
    assert written(session) == [answer]
    assert session.state is State.BOUND_TX


@pytest.mark.parametrize("kind", [pdus.BindTransmitter, pdus.BindReceiver, pdus.BindTransceiver])
def test_data_sm_is_taken_however_the_session_is_bound(kind: type[pdus.AnyBind]) -> None:
    """Table 2-1 of SMPP 3.4 lets both sides send it in each bound state; 5.0 no longer does."""
    session = bound(kind)
    (event,) = session.receive(encode(pdus.DataSm(5)), 1.0)
    assert isinstance(event, Incoming)
    session.answer(event, Status.ROK, 1.0)
    assert written(session) == [pdus.DataSmResp(5)]


def test_nothing_is_taken_before_the_bind() -> None:
    session = EsmeSession(TIMERS, 2, 0.0)
    assert session.receive(encode(DELIVER) + encode(pdus.DataSm(5)), 0.0) == []
    assert written(session) == [
        pdus.DeliverSmResp(900, Status.RINVBNDSTS), pdus.DataSmResp(5, Status.RINVBNDSTS)
    ]  # fmt: skip


def raw(command_id: int, body: bytes = b"") -> bytes:
    return struct.pack(">IIII", 16 + len(body), command_id, 0, 77) + body


@pytest.mark.parametrize(
    "octets,answer",
    [
        (raw(0x777), pdus.GenericNack(77, Status.RINVCMDID)),
        (raw(CommandId.QUERY_SM), pdus.GenericNack(77, Status.RINVCMDID)),
        (raw(CommandId.CANCEL_SM), pdus.GenericNack(77, Status.RINVCMDID)),
        (raw(CommandId.REPLACE_SM), pdus.GenericNack(77, Status.RINVCMDID)),
        (raw(CommandId.DELIVER_SM, b"too long\0"), pdus.DeliverSmResp(77, Status.RINVPARLEN)),
        (raw(CommandId.DATA_SM, b"too long\0"), pdus.DataSmResp(77, Status.RINVPARLEN)),
        (raw(CommandId.OUTBIND, b"x" * 20), pdus.GenericNack(77, Status.RINVPARLEN)),
        (
            struct.pack(">IIII", 70_001, 5, 0, 77) + b"\0" * 69_985,
            pdus.GenericNack(77, Status.RINVCMDLEN),
        ),
    ],
)
def test_what_cannot_be_read_gets_its_error_and_the_session_goes_on(
    octets: bytes, answer: Pdu
) -> None:
    session = bound()
    unreadable, event = session.receive(octets + encode(DELIVER), 1.0)
    assert isinstance(unreadable, Unreadable)
    assert unreadable.sequence == 77
    assert isinstance(event, Incoming)
    assert written(session) == [answer]


def test_an_answer_nobody_knows_is_never_answered() -> None:
    session = bound()
    (unreadable,) = session.receive(raw(0x80000777), 1.0)
    assert str(unreadable) == "0x80000777 77: ESME_RINVCMDID"
    assert written(session) == []


def test_an_answer_that_is_too_long_is_never_answered() -> None:
    session = bound()
    octets = struct.pack(">IIII", 70_001, CommandId.SUBMIT_SM_RESP, 0, 77) + b"\0" * 69_985
    (unreadable,) = session.receive(octets, 1.0)
    assert isinstance(unreadable, Unreadable)
    assert written(session) == []


@given(
    st.lists(
        st.builds(
            raw, st.sampled_from(CommandId) | st.integers(0, 0xFFFFFFFF), st.binary(max_size=90)
        )
        | st.binary(max_size=20),
        max_size=5,
    ),
    st.lists(st.integers(0, 200), max_size=5),
)
def test_no_octets_cut_anywhere_make_a_session_raise(parts: list[bytes], cuts: list[int]) -> None:
    octets = b"".join(parts)
    whole, cut = bound(), bound()
    expected = whole.receive(octets, 1.0)
    found: list[Event] = []
    for begin, end in itertools.pairwise((0, *sorted(cuts), len(octets))):
        found += cut.receive(octets[begin:end], 1.0)
    assert list(map(repr, found)) == list(map(repr, expected))
    assert cut.output() == whole.output()


def test_what_has_no_answer_gets_none() -> None:
    session = bound()
    octets = encode(pdus.AlertNotification(1)) + encode(pdus.Outbind(2))
    assert session.receive(octets, 1.0) == []
    assert written(session) == []
    assert session.ignored == 2


def test_numbers_begin_again_after_the_last_and_pass_over_those_in_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = bound(window=3)
    session.submit(SUBMIT, "slow", 1.0)
    monkeypatch.setattr(session, "_sequence", 0x7FFFFFFE)
    session.submit(SUBMIT, "last", 1.0)
    assert [pdu.sequence for pdu in written(session)] == [2, 0x7FFFFFFF]
    monkeypatch.setattr(session, "_sequence", 1)
    session.submit(SUBMIT, "next", 1.0)
    assert [pdu.sequence for pdu in written(session)] == [3]
