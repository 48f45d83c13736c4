import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import decode, encode
from sms_gateway.smpp.commands import CommandId
from sms_gateway.smpp.pdus import Pdu, Unreadable
from sms_gateway.smpp.status import Status
from sms_gateway.smpp.tlv import Tag, Tlvs, write_tlvs
from tests.smpp.strategies import PDUS

ANY = st.sampled_from(CommandId) | st.integers(0, 0xFFFFFFFF)


def frame(command_id: int, body: bytes, status: int = 0, sequence: int = 7) -> bytes:
    return struct.pack(">IIII", 16 + len(body), command_id, status, sequence) + body


@given(PDUS)
def test_what_is_written_is_read_again(pdu: Pdu) -> None:
    assert decode(encode(pdu)) == pdu


@given(PDUS, st.integers(1, 0x7FFFFFFF))
def test_a_sequence_number_can_be_given_while_writing(pdu: Pdu, sequence: int) -> None:
    read = decode(encode(pdu, sequence))
    assert isinstance(read, Pdu)
    assert read.sequence == sequence


@given(st.binary(max_size=100))
def test_no_octets_make_reading_raise(octets: bytes) -> None:
    assert isinstance(decode(octets), Pdu | Unreadable)


@given(ANY, st.binary(max_size=200), st.integers(0, 255))
def test_no_body_of_any_command_makes_reading_raise(
    command_id: int, body: bytes, status: int
) -> None:
    read = decode(frame(command_id, body, status))
    if isinstance(read, Unreadable):
        assert (read.command_id, read.sequence, read.command_status) in {
            (command_id, 7, status),
            (command_id, 7, 0),
        }


@given(PDUS, st.data())
def test_a_pdu_cut_short_or_lengthened_never_makes_reading_raise(
    pdu: Pdu, data: st.DataObject
) -> None:
    octets = encode(pdu)
    body = octets[16 : data.draw(st.integers(16, len(octets)))] + data.draw(st.binary(max_size=9))
    assert isinstance(decode(frame(pdu.command_id, body)), Pdu | Unreadable)


HEAD = b"\0\1\1849\0\1\0018083\0\0\0\0\0\0\0\0\0\0"
"""Of a deliver_sm or submit_sm, up to and without sm_length."""
DATA = b"\0\1\1849\0\1\0018083\0\0\0\0"
"""Of a data_sm, up to its optional parameters."""


@pytest.mark.parametrize(
    "octets,status",
    [
        (b"", Status.RINVCMDLEN),
        (b"\0\0\0\x10\x80\0\0", Status.RINVCMDLEN),
        (struct.pack(">IIII", 17, 0x15, 0, 7), Status.RINVCMDLEN),
        (frame(0x0777, b""), Status.RINVCMDID),
        (frame(CommandId.QUERY_SM_RESP, b""), Status.RINVCMDID),
        (frame(CommandId.DELIVER_SM, b""), Status.RINVPARLEN),
        (frame(CommandId.DELIVER_SM, b"longer\0" + HEAD), Status.RINVPARLEN),
        (frame(CommandId.DELIVER_SM, HEAD), Status.RINVCMDLEN),
        (frame(CommandId.DELIVER_SM, HEAD + b"\x05four"), Status.RINVMSGLEN),
        (frame(CommandId.SUBMIT_SM, HEAD + b"\x04four\x04"), Status.RINVOPTPARSTREAM),
        (frame(CommandId.SUBMIT_SM, HEAD + b"\x04four\0\0\x04"), Status.RINVOPTPARSTREAM),
        (
            frame(CommandId.SUBMIT_SM, HEAD + b"\x04four\x04\x24\0\x02x"),
            Status.RINVOPTPARSTREAM,
        ),
        # Of these the telco has the text still, whole.
        (frame(CommandId.DELIVER_SM, HEAD + b"\0\x04\x24\0\x05four"), Status.RINVOPTPARSTREAM),
        (frame(CommandId.DATA_SM, DATA + b"\x04\x24\0\x05four"), Status.RINVOPTPARSTREAM),
        # As a text it would be answered, and it may be a receipt.
        (
            frame(CommandId.DELIVER_SM, HEAD + b"\x04four\0\x1e\0\x09four"),
            Status.RINVOPTPARSTREAM,
        ),
        (
            frame(CommandId.DELIVER_SM, HEAD + b"\x04four\x04\x27\0\x01\x02\x02"),
            Status.RINVOPTPARSTREAM,
        ),
    ],
)
def test_what_cannot_be_read_says_what_to_answer(octets: bytes, status: Status) -> None:
    read = decode(octets)
    assert isinstance(read, Unreadable)
    assert read.status is status


@pytest.mark.parametrize("stray", [b"\0", b"\0\0", b"\0\0\0"])
@pytest.mark.parametrize("tlvs", [(), ((0x0204, b"\x01\x02"),)])
def test_stray_nulls_at_the_end_cost_no_text(stray: bytes, tlvs: Tlvs) -> None:
    """Some telcos close short_message with one, as public trackers of four libraries tell."""
    pdu = pdus.DeliverSm(7, source_addr="84912345678", short_message=b"MCKH", tlvs=tlvs)
    octets = encode(pdu)[4:] + stray
    assert decode(struct.pack(">I", len(octets) + 4) + octets) == pdu


@pytest.mark.parametrize("stray", [1, 2, 3])
def test_stray_nulls_before_the_optional_parameters_cost_neither_them_nor_the_text(
    stray: int,
) -> None:
    for tag, length in itertools.product((*Tag, 0x1400, 0x3FFF), range(20)):
        tlvs = ((tag, bytes(range(7, 7 + length))), (0x0204, b"\0\x07"))
        pdu = pdus.DeliverSm(7, short_message=b"MCKH 170703-0001", tlvs=tlvs)
        body, optional = encode(replace(pdu, tlvs=()))[16:], write_tlvs(tlvs)
        assert decode(frame(CommandId.DELIVER_SM, body + bytes(stray) + optional)) == pdu


@pytest.mark.parametrize("rest", ["04", "000004", "04240002 78", "0000000000 05 00ff", "14ffffff"])
def test_a_text_is_not_lost_with_an_optional_parameter_that_is_cut_off(rest: str) -> None:
    """As with stray NULLs before them, the text itself is whole, and the telco sent it once."""
    whole = encode(pdus.DeliverSm(short_message=b"four", tlvs=((0x0204, b"\0\x07"),)))[16:]
    read = decode(frame(CommandId.DELIVER_SM, whole + bytes.fromhex(rest)))
    assert isinstance(read, pdus.DeliverSm)
    assert (read.octets(), read.first(0x0204), read.cut) == (b"four", b"\0\x07", True)


def test_a_text_in_message_payload_is_not_lost_with_a_parameter_behind_it_that_is_cut_off() -> None:
    body = HEAD + b"\0" + write_tlvs(((Tag.MESSAGE_PAYLOAD, b"four"),)) + b"\x02\x04\0\x02x"
    read = decode(frame(CommandId.DELIVER_SM, body))
    assert isinstance(read, pdus.DeliverSm)
    assert (read.octets(), read.cut) == (b"four", True)


@pytest.mark.parametrize(
    "kind,command_id",
    [
        (pdus.SubmitSmResp, CommandId.SUBMIT_SM_RESP),
        (pdus.DataSmResp, CommandId.DATA_SM_RESP),
        (pdus.BindTransceiverResp, CommandId.BIND_TRANSCEIVER_RESP),
    ],
)
def test_a_response_may_come_without_its_body(
    kind: type[pdus.Response], command_id: CommandId
) -> None:
    assert decode(frame(command_id, b"", 0x58)) == kind(7, 0x58)


@pytest.mark.parametrize("message_id", ["", "1", "x" * 64])
def test_a_message_id_may_come_without_its_null(message_id: str) -> None:
    read = decode(frame(CommandId.SUBMIT_SM_RESP, message_id.encode()))
    assert read == pdus.SubmitSmResp(7, 0, message_id)


def test_a_message_id_over_its_maximum_is_not_read() -> None:
    read = decode(frame(CommandId.SUBMIT_SM_RESP, b"x" * 65 + b"\0"))
    assert read == Unreadable(CommandId.SUBMIT_SM_RESP, 7, Status.RINVPARLEN)


def test_what_is_known_but_not_supported_is_told_apart() -> None:
    read = decode(frame(CommandId.QUERY_SM, b"1\0\0\0\0"))
    assert read == pdus.QuerySm(7)


@pytest.mark.parametrize(
    "pdu,field",
    [
        (pdus.SubmitSm(short_message=b"x" * 255), "short_message"),
        (pdus.SubmitSm(destination_addr="8" * 21), "destination_addr"),
        (pdus.SubmitSm(source_addr="80\x0083"), "source_addr"),
        (pdus.BindTransceiver(password="secret089"), "password"),
        (pdus.BindTransceiver(password="mật"), "password"),
        (pdus.SubmitSm(data_coding=256), "SubmitSm"),
        (pdus.SubmitSm(source_addr_ton=256), "byte"),
        (pdus.SubmitSm(tlvs=((0x0424, b"x" * 0x10000),)), "optional parameter"),
        (pdus.QuerySm(), "QuerySm"),
    ],
)
def test_what_cannot_be_written_is_named_and_never_shown(pdu: Pdu, field: str) -> None:
    with pytest.raises(ValueError, match=field) as raised:
        encode(pdu)
    for secret in ("secret", "mật", "8083", "888"):
        assert secret not in str(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


@given(PDUS)
def test_no_repr_shows_what_a_pdu_carries(pdu: Pdu) -> None:
    assert repr(pdu).startswith(f"{type(pdu).__name__}(sequence=")
    assert len(repr(pdu)) < 80


def test_the_text_of_a_long_message_is_in_message_payload() -> None:
    payload = ((0x0424, b"long"),)
    assert pdus.DeliverSm(tlvs=payload).octets() == b"long"
    assert pdus.DeliverSm(short_message=b"short", tlvs=payload).octets() == b"short"
    assert pdus.DataSm(tlvs=payload).octets() == b"long"
    assert pdus.DataSm().octets() == b""
    assert pdus.DeliverSm(tlvs=((0x0204, b"1"), (0x0204, b"2"))).first(0x0204) == b"1"
    assert pdus.DataSm(tlvs=((0x0204, b"1"),)).first(0x0205) is None
