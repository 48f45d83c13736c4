from datetime import UTC, datetime

import pytest

from sms_gateway.gsm import alphabet as gsm7
from sms_gateway.gsm.udh import WithHeader, read_udh
from sms_gateway.smpp.pdus import DeliverSm, SubmitSm
from sms_gateway.smpp.receipt import MessageState, read_receipt
from sms_gateway.smpp.tlv import Tag
from sms_gateway.smsc.behaviour import Coding, LongText, Receipts
from sms_gateway.smsc.receipts import receipt_of, wanted
from sms_gateway.smsc.texts import TextWriter, said_by

NUMBER = "84900000001"
LONG = "MCKH " + "0123456789" * 40
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


def written(
    text: str, coding: Coding = Coding.GSM7, long: LongText = LongText.UDH8
) -> list[DeliverSm]:
    return list(TextWriter("8083", coding, long).write(NUMBER, text))


@pytest.mark.parametrize(
    "coding,data_coding,octets",
    [
        (Coding.GSM7, 0, b"a\x11"),
        (Coding.LATIN_1, 3, b"a_"),
        (Coding.UCS2, 8, b"\0a\0_"),
        (Coding.UTF_8, 4, b"a_"),
    ],
)
def test_a_text_is_coded_as_told(coding: Coding, data_coding: int, octets: bytes) -> None:
    (pdu,) = written("a_", coding)
    assert (pdu.data_coding, pdu.short_message, pdu.esm_class) == (data_coding, octets, 0)
    assert (pdu.source_addr, pdu.destination_addr) == (NUMBER, "8083")


@pytest.mark.parametrize("coding", [Coding.GSM7, Coding.LATIN_1])
def test_what_a_coding_does_not_hold_goes_as_ucs2(coding: Coding) -> None:
    (pdu,) = written("Hồ sơ", coding)
    assert (pdu.data_coding, pdu.short_message) == (8, "Hồ sơ".encode("utf-16-be"))


@pytest.mark.parametrize("coding,size", [("0", 160), ("3", 140), ("8", 70), ("utf-8", 140)])
def test_a_text_that_just_fits_is_one_sms(coding: str, size: int) -> None:
    assert len(written("x" * size, Coding(coding))) == 1
    assert len(written("x" * (size + 1), Coding(coding))) == 2


@pytest.mark.parametrize("long,wide", [(LongText.UDH8, False), (LongText.UDH16, True)])
def test_a_long_text_goes_in_parts_with_headers(long: LongText, *, wide: bool) -> None:
    pdus = written(LONG, long=long)
    found = []
    for pdu in pdus:
        assert pdu.esm_class == 0x40
        header = read_udh(pdu.short_message)
        assert isinstance(header, WithHeader)
        assert header.concatenation is not None
        assert header.concatenation.wide is wide
        found.append((header.concatenation.number, header.concatenation.total))
        assert len(header.body) <= 153
    assert found == [(1, 3), (2, 3), (3, 3)]


def test_a_long_text_goes_in_parts_with_tlvs() -> None:
    pdus = written(LONG, long=LongText.SAR)
    assert [pdu.first(Tag.SAR_SEGMENT_SEQNUM) for pdu in pdus] == [b"\1", b"\2", b"\3"]
    assert {pdu.first(Tag.SAR_TOTAL_SEGMENTS) for pdu in pdus} == {b"\3"}
    assert len({pdu.first(Tag.SAR_MSG_REF_NUM) for pdu in pdus}) == 1
    assert gsm7.decode(b"".join(pdu.short_message for pdu in pdus)) == LONG


def test_a_long_text_goes_whole_in_message_payload() -> None:
    (pdu,) = written(LONG, long=LongText.PAYLOAD)
    assert pdu.short_message == b""
    assert pdu.octets() == gsm7.encode(LONG)


def test_no_part_ends_within_a_character() -> None:
    pdus = written("ế" * 100, Coding.UTF_8, LongText.SAR)
    assert "".join(pdu.short_message.decode() for pdu in pdus) == "ế" * 100
    assert all(len(pdu.short_message) <= 140 for pdu in pdus)


@pytest.mark.parametrize(
    "pdu,said",
    [
        (SubmitSm(short_message=b"a\x11b"), ("a_b", "")),
        (SubmitSm(data_coding=8, short_message="ế".encode("utf-16-be")), ("ế", "")),
        (SubmitSm(data_coding=245, short_message=b"\x01\x02"), ("0102", "")),
        (SubmitSm(esm_class=0x40, short_message=b"\x05\x00\x03\x07\x02\x01hi"), ("hi", "1/2")),
        (SubmitSm(esm_class=0x40, short_message=b"\x09"), ("Ç", "")),
        (
            SubmitSm(
                short_message=b"hi",
                tlvs=((Tag.SAR_TOTAL_SEGMENTS, b"\3"), (Tag.SAR_SEGMENT_SEQNUM, b"\2")),
            ),
            ("hi", "2/3"),
        ),
    ],
)
def test_what_the_gateway_says_is_read(pdu: SubmitSm, said: tuple[str, str]) -> None:
    assert said_by(pdu) == said


@pytest.mark.parametrize(
    "asked,receipts,sent",
    [
        (1, Receipts.DELIVERED, True),
        (1, Receipts.FAILED, True),
        (2, Receipts.DELIVERED, False),
        (2, Receipts.FAILED, True),
        (0, Receipts.FAILED, False),
        (1, Receipts.NONE, False),
    ],
)
def test_a_receipt_is_sent_where_it_is_asked_for(
    asked: int, receipts: Receipts, *, sent: bool
) -> None:
    assert wanted(SubmitSm(registered_delivery=asked), receipts) is sent


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize(
    "receipts,state",
    [
        (Receipts.DELIVERED, MessageState.DELIVERED),
        (Receipts.FAILED, MessageState.UNDELIVERABLE),
    ],
)
def test_a_receipt_says_what_became_of_the_message(
    receipts: Receipts, state: MessageState, *, plain: bool
) -> None:
    sent = SubmitSm(source_addr="8083", destination_addr=NUMBER, short_message=b"Ho so 1")
    pdu = receipt_of(sent, "1F", receipts, NOW, plain=plain)
    assert (pdu.source_addr, pdu.destination_addr) == (NUMBER, "8083")
    assert (pdu.esm_class, bool(pdu.tlvs)) == ((0, False) if plain else (4, True))
    read = read_receipt(pdu.short_message, pdu.tlvs, pdu.esm_class)
    assert read is not None
    assert (read.message_id, read.state, read.done_at) == ("1F", state, "2611270930")
