import pytest

from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import encode
from sms_gateway.smpp.events import (
    Closed,
    Incoming,
    PeerUnbound,
    Reason,
    Responded,
    StillThere,
    Unanswered,
)
from sms_gateway.smpp.pdus import Unreadable
from sms_gateway.smpp.session import EsmeSession
from sms_gateway.smpp.states import State, Timers
from sms_gateway.smpp.status import Status
from tests.smpp.esme import DELIVER, SUBMIT, TIMERS, bound, written


def test_a_stream_out_of_step_is_answered_and_ended() -> None:
    session = bound()
    session.submit(SUBMIT, "token", 1.0)
    session.output()
    events = session.receive(b"\0\0\0\x0f" + encode(DELIVER), 2.0)
    assert events == [
        Unreadable(0, 0, Status.RINVCMDLEN),
        Unanswered("token", Reason.OUT_OF_STEP),
        Closed(Reason.OUT_OF_STEP),
    ]
    assert written(session) == [pdus.GenericNack(0, Status.RINVCMDLEN)]
    assert session.receive(encode(DELIVER), 3.0) == []


def test_a_silent_peer_is_asked_and_then_given_up() -> None:
    session = bound()
    assert session.deadline() == 30.0
    assert session.tick(30.0) == []
    (asked,) = written(session)
    assert isinstance(asked, pdus.EnquireLink)
    assert session.deadline() == 40.0
    assert session.tick(40.0) == [Closed(Reason.PEER_SILENT)]


@pytest.mark.parametrize("answer", [pdus.EnquireLinkResp, pdus.GenericNack])
def test_a_peer_that_answers_is_there(answer: type[pdus.Response]) -> None:
    session = bound()
    session.tick(30.0)
    (asked,) = written(session)
    assert session.receive(encode(answer(asked.sequence, Status.RINVCMDID)), 31.0) == [StillThere()]
    assert session.deadline() == 61.0


def test_octets_that_make_no_pdu_are_no_sign_of_life() -> None:
    session = bound()
    for at in range(15):
        session.receive(encode(DELIVER)[at : at + 1], 2.0 * at)
    assert session.deadline() == 30.0


def test_without_the_timer_nobody_is_asked() -> None:
    session = bound(timers=Timers(response_s=10, enquire_link_s=0, inactivity_s=0, bind_s=5))
    assert session.deadline() is None
    assert session.tick(1e9) == []
    assert session.output() == b""


def test_a_session_without_messages_is_ended_where_that_is_wanted() -> None:
    session = bound(timers=Timers(response_s=10, enquire_link_s=0, inactivity_s=60, bind_s=5))
    session.submit(SUBMIT, "token", 40.0)
    session.receive(encode(pdus.SubmitSmResp(2, 0, "id")), 41.0)
    session.output()
    assert session.deadline() == 101.0
    session.receive(encode(pdus.EnquireLink(1)), 100.0)
    assert session.tick(101.0) == []
    *_, asked = written(session)
    assert isinstance(asked, pdus.Unbind)
    events = session.receive(encode(pdus.UnbindResp(asked.sequence)), 102.0)
    assert events == [Closed(Reason.INACTIVE)]


def test_an_unbind_lets_answers_in_until_it_is_answered() -> None:
    session = bound()
    session.submit(SUBMIT, "first", 1.0)
    session.submit(SUBMIT, "second", 1.0)
    session.unbind(2.0)
    assert session.room == 0
    assert session.state is State.UNBINDING
    first, _, asked = written(session)
    assert isinstance(asked, pdus.Unbind)
    octets = encode(pdus.SubmitSmResp(first.sequence, 0, "id"))
    assert session.receive(octets, 3.0) == [Responded("first", 0, "id")]
    assert session.receive(encode(pdus.UnbindResp(asked.sequence)), 4.0) == [
        Unanswered("second", Reason.UNBOUND),
        Closed(Reason.UNBOUND),
    ]


def test_an_unbind_without_an_answer_ends_all_the_same() -> None:
    session = bound()
    session.unbind(2.0)
    assert session.tick(12.0) == [Closed(Reason.UNBIND_TIME_OUT)]


def test_a_peer_that_hangs_up_on_our_unbind_has_unbound() -> None:
    session = bound()
    session.unbind(2.0)
    assert session.lost(3.0) == [Closed(Reason.UNBOUND)]


def test_an_unbind_of_what_is_not_bound_does_nothing() -> None:
    session = EsmeSession(TIMERS, 2, 0.0)
    session.unbind(0.0)
    assert session.output() == b""
    assert session.state is State.OPEN


def test_an_unbind_of_the_peer_is_answered_and_what_is_open_is_told() -> None:
    session = bound()
    session.submit(SUBMIT, "token", 1.0)
    session.output()
    assert session.receive(encode(pdus.Unbind(50)), 2.0) == [
        PeerUnbound(),
        Unanswered("token", Reason.PEER_UNBOUND),
        Closed(Reason.PEER_UNBOUND),
    ]
    assert written(session) == [pdus.UnbindResp(50)]


def owing(*sequences: int) -> tuple[EsmeSession, list[Incoming]]:
    """A session to which a text was delivered just before the peer's unbind."""
    session = bound()
    octets = b"".join(encode(pdus.DeliverSm(sequence)) for sequence in sequences)
    *came, left = session.receive(octets + encode(pdus.Unbind(50)), 1.0)
    assert left == PeerUnbound()
    return session, [event for event in came if isinstance(event, Incoming)]


def test_an_unbind_of_the_peer_waits_for_what_we_owe() -> None:
    session, (first, second) = owing(7, 8)
    assert written(session) == []
    session.answer(second, Status.ROK, 1.5)
    assert session.tick(1.5) == []
    session.answer(first, Status.ROK, 2.0)
    assert session.deadline() == 2.0
    assert session.tick(2.0) == [Closed(Reason.PEER_UNBOUND)]
    assert written(session) == [
        pdus.DeliverSmResp(8), pdus.DeliverSmResp(7), pdus.UnbindResp(50)
    ]  # fmt: skip


def test_an_unbind_of_the_peer_waits_for_two_seconds_at_most() -> None:
    session, (text,) = owing(7)
    assert session.deadline() == 3.0
    assert session.tick(2.9) == []
    assert session.tick(3.0) == [Closed(Reason.PEER_UNBOUND)]
    assert written(session) == [pdus.UnbindResp(50)]
    session.answer(text, Status.ROK, 3.5)
    assert session.output() == b""


def test_whoever_unbound_gets_nothing_more_and_hands_over_nothing_more() -> None:
    session, (_,) = owing(7)
    assert session.room == 0
    octets = encode(pdus.DeliverSm(9)) + encode(pdus.Unbind(51)) + encode(pdus.EnquireLink(10))
    assert session.receive(octets, 1.5) == []
    assert written(session) == [
        pdus.DeliverSmResp(9, Status.RINVBNDSTS), pdus.EnquireLinkResp(10)
    ]  # fmt: skip


def test_an_answer_to_a_submit_still_counts_while_an_unbind_waits() -> None:
    session = bound()
    session.submit(SUBMIT, "token", 1.0)
    (sent,) = written(session)
    session.receive(encode(DELIVER) + encode(pdus.Unbind(50)), 2.0)
    octets = encode(pdus.SubmitSmResp(sent.sequence, 0, "id"))
    assert session.receive(octets, 2.5) == [Responded("token", 0, "id")]


def test_a_peer_that_hangs_up_while_its_unbind_waits_has_unbound() -> None:
    session, _ = owing(7)
    assert session.lost(2.0) == [Closed(Reason.PEER_UNBOUND)]
    assert session.deadline() is None


def test_a_bind_of_a_session_that_ended_before_it_does_nothing() -> None:
    session = EsmeSession(TIMERS, 2, 0.0)
    *_, closed = session.receive(b"SSH-2.0-OpenSSH_9.2\r\n", 1.0)
    assert closed == Closed(Reason.OUT_OF_STEP)
    session.output()
    session.bind(pdus.BindTransceiver(system_id="office"), 2.0)
    assert session.output() == b""
    assert session.deadline() is None


def test_a_broken_connection_leaves_each_submit_unanswered() -> None:
    session = bound()
    session.submit(SUBMIT, 1, 1.0)
    session.submit(SUBMIT, 2, 1.0)
    assert session.lost(2.0) == [
        Unanswered(1, Reason.CONNECTION_LOST),
        Unanswered(2, Reason.CONNECTION_LOST),
        Closed(Reason.CONNECTION_LOST),
    ]
    assert session.lost(3.0) == []


@pytest.mark.parametrize("wrong", [(0, 1, 1, 1), (1, -1, 1, 1), (1, 1, -1, 1), (1, 1, 1, 0)])
def test_timers_that_make_no_sense_are_refused(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="time-out"):
        Timers(*wrong)
