"""What becomes of PDUs that others wrote, beyond their fields."""

import pytest

from sms_gateway.gsm.udh import Concatenation, WithHeader, read_udh
from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import decode, encode
from sms_gateway.smpp.events import Incoming
from sms_gateway.smpp.pdus import Unreadable
from sms_gateway.smpp.receipt import MessageState, Receipt, read_receipt
from sms_gateway.smpp.smsc_session import SmscSession
from sms_gateway.smpp.states import State
from sms_gateway.smpp.status import Status
from tests.smpp.captured import NGHIENG
from tests.smpp.esme import TIMERS, bound, written
from tests.smpp.test_golden import GOLDEN


def message(by: str, name: str) -> pdus.ShortMessage:
    pdu = decode(GOLDEN[by, name])
    assert isinstance(pdu, pdus.ShortMessage)
    return pdu


@pytest.mark.parametrize(
    "key,receipt",
    [
        (
            ("cloudhopper", "deliver_sm_receipt"),
            Receipt("38601fa", MessageState.DELIVERED, "000", "1002101731"),
        ),
        (
            ("cloudhopper", "deliver_sm_receipt_accepted"),
            Receipt("94251430923", MessageState.ACCEPTED, "107", "0911040124"),
        ),
        (
            ("cloudhopper", "deliver_sm_receipt_latin_1"),
            Receipt(
                "126e85a6edeac1a02020099312479564", MessageState.DELIVERED, "000", "1002191630"
            ),
        ),
        (
            ("smpp.pdu", "deliver_sm_receipt"),
            Receipt("70BA8A69", MessageState.DELIVERED, "000", "1305050826"),
        ),
        (("cloudhopper", "deliver_sm_tlvs"), None),
        (("cloudhopper", "deliver_sm_payload"), None),
        (("smpp.pdu", "deliver_sm_syniverse"), None),
        (("go-smpp", "deliver_sm_udh"), None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_receipts_are_told_from_messages(key: tuple[str, str], receipt: Receipt | None) -> None:
    pdu = message(*key)
    assert read_receipt(pdu.octets(), pdu.tlvs, pdu.esm_class) == receipt


@pytest.mark.parametrize(
    "key,part,text",
    [
        (("gosmpp", "deliver_sm_udh"), Concatenation(254, 2, 1), NGHIENG),
        (("go-smpp", "deliver_sm_udh"), Concatenation(5, 3, 1), b"\x5c\x0a\x65\x6c"),
        (("smpp.pdu", "submit_sm_udh_sim_toolkit"), None, b"\x00\x28\x15\x16"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_headers_are_read_and_taken_off(
    key: tuple[str, str], part: Concatenation | None, text: bytes
) -> None:
    read = read_udh(message(*key).short_message)
    assert isinstance(read, WithHeader)
    assert read.concatenation == part
    assert read.body.startswith(text)


SERVED_BY_NOBODY = (
    ("cloudhopper", "unknown_request"), ("go-smpp", "query_sm"), ("go-smpp", "cancel_sm"),
    ("go-smpp", "replace_sm"), ("go-smpp", "submit_multi"), ("go-smpp", "broadcast_sm"),
)  # fmt: skip


@pytest.mark.parametrize("key", SERVED_BY_NOBODY, ids=" ".join)
def test_an_esme_refuses_what_it_does_not_serve_and_stays(key: tuple[str, str]) -> None:
    session = bound()
    (event,) = session.receive(GOLDEN[key], 1.0)
    assert isinstance(event, Unreadable)
    assert written(session) == [pdus.GenericNack(event.sequence, Status.RINVCMDID)]
    assert session.state is State.BOUND_TRX


@pytest.mark.parametrize("key", SERVED_BY_NOBODY, ids=" ".join)
def test_an_smsc_refuses_what_it_does_not_serve_and_stays(key: tuple[str, str]) -> None:
    session = SmscSession(TIMERS, 1, 0.0, lambda _bind: Status.ROK)
    session.receive(GOLDEN["cloudhopper", "bind_transceiver"], 0.0)
    session.output()
    (event,) = session.receive(GOLDEN[key], 1.0)
    assert isinstance(event, Unreadable)
    assert session.output() == encode(pdus.GenericNack(event.sequence, Status.RINVCMDID))
    assert session.state is State.BOUND_TRX


@pytest.mark.parametrize(
    "key",
    [
        ("go-smpp", "alert_notification"), ("npm", "alert_notification"), ("npm", "outbind"),
        ("cloudhopper", "unknown_response"), ("smpp.pdu", "query_sm_resp"),
        ("gosmpp", "cancel_sm_resp"), ("smpp.pdu", "generic_nack_no_sequence"),
        ("smpp.pdu", "bind_transceiver_resp_cut_parameter"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_has_no_answer_gets_none(key: tuple[str, str]) -> None:
    session = bound()
    session.receive(GOLDEN[key], 1.0)
    assert written(session) == []
    assert session.state is State.BOUND_TRX


def test_a_delivery_is_answered_by_its_number_however_high_it_is() -> None:
    session = bound()
    (event,) = session.receive(GOLDEN["cloudhopper", "deliver_sm_high_sequence"], 1.0)
    assert isinstance(event, Incoming)
    session.answer(event, Status.ROK, 1.0)
    assert session.output() == GOLDEN["cloudhopper", "deliver_sm_high_sequence_resp"]


def test_a_text_longer_than_its_pdu_is_refused() -> None:
    session = bound()
    session.receive(GOLDEN["cloudhopper", "deliver_sm_length_beyond_the_end"], 1.0)
    assert written(session) == [pdus.DeliverSmResp(1, Status.RINVMSGLEN)]
