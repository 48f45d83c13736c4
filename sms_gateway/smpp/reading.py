"""PDUs from octets. Any octets may come, and none make this raise: what a peer sends is a value."""

import struct
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from msgspec.structs import replace

from sms_gateway.smpp import pdus
from sms_gateway.smpp.commands import CommandId
from sms_gateway.smpp.layout import (
    ADDRESS,
    ADDRESS_RANGE,
    FIVE,
    HEADER,
    HEADER_OCTETS,
    LONG_ADDRESS,
    MESSAGE_ID,
    PASSWORD,
    SERVICE_TYPE,
    SYSTEM_ID,
    SYSTEM_TYPE,
    THREE,
    TIME,
)
from sms_gateway.smpp.pdus import Pdu, Unreadable
from sms_gateway.smpp.status import Status
from sms_gateway.smpp.tlv import Tag, before_the_cut, read_tlvs

_Message = TypeVar("_Message", bound=pdus.ShortMessage)
_Answer = TypeVar("_Answer", bound=pdus.MessageResponse)
_Reader = Callable[[bytes, int, int], Pdu | Unreadable]

# What makes a receipt of a text that says nothing of it (clause 4.6.1).
_RECEIPT_TAGS: Final = tuple(
    tag.to_bytes(2) for tag in (Tag.RECEIPTED_MESSAGE_ID, Tag.NETWORK_ERROR_CODE, Tag.MESSAGE_STATE)
)


def decode(frame: bytes) -> Pdu | Unreadable:
    """One whole PDU from its octets; Unreadable says what is to be answered. Never raises."""
    if len(frame) < HEADER_OCTETS:
        return Unreadable(0, 0, Status.RINVCMDLEN)
    length, command_id, status, sequence = HEADER.unpack_from(frame)
    if length != len(frame):
        return Unreadable(command_id, sequence, Status.RINVCMDLEN, status)
    reader = _READERS.get(command_id)
    if reader is None:
        return Unreadable(command_id, sequence, Status.RINVCMDID, status)
    try:
        return reader(frame, status, sequence)
    except ValueError:  # a C-Octet String without its NULL within its maximum
        return Unreadable(command_id, sequence, Status.RINVPARLEN, status)
    except (IndexError, struct.error):  # the body ends before its fields do
        return Unreadable(command_id, sequence, Status.RINVCMDLEN, status)


def bare_response(unreadable: Unreadable) -> pdus.Response | None:
    """What the header of a response says, which answers although its body cannot be read."""
    kind = _BARE.get(unreadable.command_id)
    return None if kind is None else kind(unreadable.sequence, unreadable.command_status)


def _bad_tlvs(command_id: CommandId, sequence: int, status: int = 0) -> Unreadable:
    return Unreadable(command_id, sequence, Status.RINVOPTPARSTREAM, status)


def _text(frame: bytes, at: int, most: int) -> tuple[str, int]:
    """A C-Octet String and where the next field begins (clause 3.1)."""
    end = frame.index(0, at, at + most)
    return frame[at:end].decode("latin-1"), end + 1


def _empty_reader(kind: type[Pdu]) -> _Reader:
    return lambda _frame, _status, sequence: kind(sequence)


def _bare_reader(kind: type[pdus.Response]) -> _Reader:
    return lambda _frame, status, sequence: kind(sequence, status)


def _bind_reader(kind: type[pdus.Bind]) -> _Reader:
    def read(frame: bytes, _status: int, sequence: int) -> Pdu:
        system_id, at = _text(frame, HEADER_OCTETS, SYSTEM_ID)
        password, at = _text(frame, at, PASSWORD)
        system_type, at = _text(frame, at, SYSTEM_TYPE)
        version, ton, npi = THREE.unpack_from(frame, at)
        address_range, _ = _text(frame, at + 3, ADDRESS_RANGE)
        return kind(sequence, system_id, password, system_type, version, ton, npi, address_range)

    return read


def _bind_response_reader(kind: type[pdus.BindResponse]) -> _Reader:
    def read(frame: bytes, status: int, sequence: int) -> Pdu | Unreadable:
        if len(frame) == HEADER_OCTETS:
            # Clauses 4.1.2 and 4.1.4: a bind that fails is answered without a body. Some leave it
            # out of a good one too.
            return kind(sequence, status)
        system_id, at = _text(frame, HEADER_OCTETS, SYSTEM_ID)
        tlvs = read_tlvs(frame, at)
        if tlvs is None:
            return _bad_tlvs(kind.command_id, sequence, status)
        return kind(sequence, status, system_id, tlvs)

    return read


def _read_outbind(frame: bytes, _status: int, sequence: int) -> Pdu:
    system_id, at = _text(frame, HEADER_OCTETS, SYSTEM_ID)
    password, _ = _text(frame, at, PASSWORD)
    return pdus.Outbind(sequence, system_id, password)


def _message_reader(kind: type[_Message]) -> _Reader:
    """Of submit_sm and deliver_sm. Written out, not in steps: each message passes here."""
    command_id = kind.command_id

    def read(frame: bytes, _status: int, sequence: int) -> Pdu | Unreadable:
        index = frame.index
        a = index(0, 16, 16 + SERVICE_TYPE)
        b = index(0, a + 3, a + 3 + ADDRESS)
        c = index(0, b + 3, b + 3 + ADDRESS)
        d = index(0, c + 4, c + 4 + TIME)
        e = index(0, d + 1, d + 1 + TIME)
        begin = e + 6
        receipt, replace, coding, default, length = FIVE.unpack_from(frame, e + 1)
        end = begin + length
        if end > len(frame):
            # Clause 5.2.21: sm_length says how many octets of short_message follow.
            return Unreadable(command_id, sequence, Status.RINVMSGLEN)
        tlvs = read_tlvs(frame, end)
        if tlvs is None:
            return _saved(read(frame[:end], 0, sequence), frame[end:])
        return kind(
            sequence,
            frame[16:a].decode("latin-1"),
            frame[a + 1],
            frame[a + 2],
            frame[a + 3 : b].decode("latin-1"),
            frame[b + 1],
            frame[b + 2],
            frame[b + 3 : c].decode("latin-1"),
            frame[c + 1],
            frame[c + 2],
            frame[c + 3],
            frame[c + 4 : d].decode("latin-1"),
            frame[d + 1 : e].decode("latin-1"),
            receipt, replace, coding, default, frame[begin:end], tlvs,
        )  # fmt: skip

    return read


def _saved(pdu: Pdu | Unreadable, optional: bytes) -> Pdu | Unreadable:
    """A deliver_sm whose text is whole: it is not lost with a parameter that is cut off.

    What may be a receipt is refused as before, for as a text it would be answered.

    Args:
        pdu: without its optional parameters.
        optional: their octets.
    """
    if isinstance(pdu, pdus.DeliverSm) and not any(tag in optional for tag in _RECEIPT_TAGS):
        pdu = replace(pdu, tlvs=before_the_cut(optional, 0), cut=True)
        if pdu.octets():
            return pdu
    return _bad_tlvs(CommandId(pdu.command_id), pdu.sequence)


def _message_response_reader(kind: type[_Answer]) -> _Reader:
    def read(frame: bytes, status: int, sequence: int) -> Pdu | Unreadable:
        if len(frame) == HEADER_OCTETS:
            # Clause 4.4.2: a submit_sm that is refused is answered without a body.
            return kind(sequence, status)
        end = frame.find(0, HEADER_OCTETS, HEADER_OCTETS + MESSAGE_ID)
        if end < 0 and len(frame) < HEADER_OCTETS + MESSAGE_ID:
            # Some forget the NULL where the id is the last field; the id itself is whole.
            end = len(frame)
        elif end < 0:
            return Unreadable(kind.command_id, sequence, Status.RINVPARLEN, status)
        tlvs = read_tlvs(frame, min(end + 1, len(frame)))
        if tlvs is None:
            return _bad_tlvs(kind.command_id, sequence, status)
        return kind(sequence, status, frame[HEADER_OCTETS:end].decode("latin-1"), tlvs)

    return read


def _read_data_sm(frame: bytes, _status: int, sequence: int) -> Pdu | Unreadable:
    service_type, a = _text(frame, HEADER_OCTETS, SERVICE_TYPE)
    source, b = _text(frame, a + 2, LONG_ADDRESS)
    destination, c = _text(frame, b + 2, LONG_ADDRESS)
    esm_class, receipt, coding = THREE.unpack_from(frame, c)
    tlvs = read_tlvs(frame, c + 3)
    if tlvs is None:
        return _bad_tlvs(CommandId.DATA_SM, sequence)
    return pdus.DataSm(
        sequence, service_type, frame[a], frame[a + 1], source, frame[b], frame[b + 1],
        destination, esm_class, receipt, coding, tlvs,
    )  # fmt: skip


def _read_alert(frame: bytes, _status: int, sequence: int) -> Pdu | Unreadable:
    source, a = _text(frame, HEADER_OCTETS + 2, LONG_ADDRESS)
    esme, b = _text(frame, a + 2, LONG_ADDRESS)
    tlvs = read_tlvs(frame, b)
    if tlvs is None:
        return _bad_tlvs(CommandId.ALERT_NOTIFICATION, sequence)
    return pdus.AlertNotification(
        sequence, frame[16], frame[17], source, frame[a], frame[a + 1], esme, tlvs
    )


_READERS: Final[Mapping[int, _Reader]] = {
    CommandId.BIND_TRANSMITTER: _bind_reader(pdus.BindTransmitter),
    CommandId.BIND_RECEIVER: _bind_reader(pdus.BindReceiver),
    CommandId.BIND_TRANSCEIVER: _bind_reader(pdus.BindTransceiver),
    CommandId.BIND_TRANSMITTER_RESP: _bind_response_reader(pdus.BindTransmitterResp),
    CommandId.BIND_RECEIVER_RESP: _bind_response_reader(pdus.BindReceiverResp),
    CommandId.BIND_TRANSCEIVER_RESP: _bind_response_reader(pdus.BindTransceiverResp),
    CommandId.OUTBIND: _read_outbind,
    CommandId.UNBIND: _empty_reader(pdus.Unbind),
    CommandId.UNBIND_RESP: _bare_reader(pdus.UnbindResp),
    CommandId.GENERIC_NACK: _bare_reader(pdus.GenericNack),
    CommandId.ENQUIRE_LINK: _empty_reader(pdus.EnquireLink),
    CommandId.ENQUIRE_LINK_RESP: _bare_reader(pdus.EnquireLinkResp),
    CommandId.SUBMIT_SM: _message_reader(pdus.SubmitSm),
    CommandId.SUBMIT_SM_RESP: _message_response_reader(pdus.SubmitSmResp),
    CommandId.DELIVER_SM: _message_reader(pdus.DeliverSm),
    CommandId.DELIVER_SM_RESP: _message_response_reader(pdus.DeliverSmResp),
    CommandId.DATA_SM: _read_data_sm,
    CommandId.DATA_SM_RESP: _message_response_reader(pdus.DataSmResp),
    CommandId.ALERT_NOTIFICATION: _read_alert,
    CommandId.QUERY_SM: _empty_reader(pdus.QuerySm),
    CommandId.REPLACE_SM: _empty_reader(pdus.ReplaceSm),
    CommandId.CANCEL_SM: _empty_reader(pdus.CancelSm),
    CommandId.SUBMIT_MULTI: _empty_reader(pdus.SubmitMulti),
}
_BARE: Final[Mapping[int, type[pdus.Response]]] = {
    CommandId.BIND_TRANSMITTER_RESP: pdus.BindTransmitterResp,
    CommandId.BIND_RECEIVER_RESP: pdus.BindReceiverResp,
    CommandId.BIND_TRANSCEIVER_RESP: pdus.BindTransceiverResp,
    CommandId.SUBMIT_SM_RESP: pdus.SubmitSmResp,
    CommandId.DATA_SM_RESP: pdus.DataSmResp,
}
