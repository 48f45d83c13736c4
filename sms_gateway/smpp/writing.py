"""PDUs to octets. What we send is our own, so what cannot be written is a bug: ValueError."""

import struct
from collections.abc import Callable, Mapping
from typing import Any, Final

from sms_gateway.smpp import pdus
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
    SHORT_MESSAGE,
    SYSTEM_ID,
    SYSTEM_TYPE,
    THREE,
    TIME,
)
from sms_gateway.smpp.pdus import Pdu
from sms_gateway.smpp.status import Status
from sms_gateway.smpp.tlv import write_tlvs

_NULL: Final = b"\0"
# Any: each writer takes its own kind of PDU, and the table is looked up by that kind.
_Writer = Callable[[Any], bytes]


def encode(pdu: Pdu, sequence: int | None = None) -> bytes:
    """The octets of a PDU, its length in front.

    Args:
        pdu: what to write.
        sequence: to be written in place of the PDU's own, which spares a copy.

    Raises:
        ValueError: a field is too long, out of its range, or holds what its type cannot; the text
            names the field and never shows it.
    """
    number = pdu.sequence if sequence is None else sequence
    status = pdu.status if isinstance(pdu, pdus.Response) else 0
    try:
        body = _WRITERS[type(pdu)](pdu)
        return HEADER.pack(HEADER_OCTETS + len(body), pdu.command_id, status, number) + body
    except struct.error as error:
        message = f"{type(pdu).__name__} has a number out of its range: {error}"
        raise ValueError(message) from None
    except KeyError:
        message = f"{type(pdu).__name__} cannot be written"
        raise ValueError(message) from None


def _text(text: str, most: int, field: str) -> bytes:
    """A C-Octet String (clause 3.1): NULL at its end, none inside, within its maximum."""
    if not text:
        return _NULL
    try:
        octets = text.encode("latin-1")
    except UnicodeEncodeError:
        # The error would show what it could not encode: an address, or a password.
        message = f"{field} must be ASCII"
        raise ValueError(message) from None
    if len(octets) >= most or 0 in octets:
        message = f"{field} must be at most {most - 1} octets without NULL"
        raise ValueError(message)
    return octets + _NULL


def _nothing(_pdu: Pdu) -> bytes:
    return b""


def _bind(pdu: pdus.Bind) -> bytes:
    return b"".join((
        _text(pdu.system_id, SYSTEM_ID, "system_id"),
        _text(pdu.password, PASSWORD, "password"),
        _text(pdu.system_type, SYSTEM_TYPE, "system_type"),
        THREE.pack(pdu.interface_version, pdu.addr_ton, pdu.addr_npi),
        _text(pdu.address_range, ADDRESS_RANGE, "address_range"),
    ))  # fmt: skip


def _bind_response(pdu: pdus.BindResponse) -> bytes:
    if pdu.status != Status.ROK:
        return b""  # clauses 4.1.2 and 4.1.4: no body where the bind fails
    return _text(pdu.system_id, SYSTEM_ID, "system_id") + write_tlvs(pdu.tlvs)


def _outbind(pdu: pdus.Outbind) -> bytes:
    return _text(pdu.system_id, SYSTEM_ID, "system_id") + _text(pdu.password, PASSWORD, "password")


def _short_message(pdu: pdus.ShortMessage) -> bytes:
    octets = pdu.short_message
    if len(octets) > SHORT_MESSAGE:
        message = f"short_message must be at most {SHORT_MESSAGE} octets: use message_payload"
        raise ValueError(message)
    return b"".join((
        _text(pdu.service_type, SERVICE_TYPE, "service_type"),
        bytes((pdu.source_addr_ton, pdu.source_addr_npi)),
        _text(pdu.source_addr, ADDRESS, "source_addr"),
        bytes((pdu.dest_addr_ton, pdu.dest_addr_npi)),
        _text(pdu.destination_addr, ADDRESS, "destination_addr"),
        THREE.pack(pdu.esm_class, pdu.protocol_id, pdu.priority_flag),
        _text(pdu.schedule_delivery_time, TIME, "schedule_delivery_time"),
        _text(pdu.validity_period, TIME, "validity_period"),
        FIVE.pack(
            pdu.registered_delivery,
            pdu.replace_if_present_flag,
            pdu.data_coding,
            pdu.sm_default_msg_id,
            len(octets),
        ),
        octets,
        write_tlvs(pdu.tlvs),
    ))  # fmt: skip


def _submit_response(pdu: pdus.SubmitSmResp) -> bytes:
    if pdu.status != Status.ROK:
        return b""  # clause 4.4.2: no body where it is refused
    return _text(pdu.message_id, MESSAGE_ID, "message_id") + write_tlvs(pdu.tlvs)


def _message_response(pdu: pdus.MessageResponse) -> bytes:
    # Clauses 4.6.2 and 4.7.2 know no response without a body.
    return _text(pdu.message_id, MESSAGE_ID, "message_id") + write_tlvs(pdu.tlvs)


def _data_sm(pdu: pdus.DataSm) -> bytes:
    return b"".join((
        _text(pdu.service_type, SERVICE_TYPE, "service_type"),
        bytes((pdu.source_addr_ton, pdu.source_addr_npi)),
        _text(pdu.source_addr, LONG_ADDRESS, "source_addr"),
        bytes((pdu.dest_addr_ton, pdu.dest_addr_npi)),
        _text(pdu.destination_addr, LONG_ADDRESS, "destination_addr"),
        THREE.pack(pdu.esm_class, pdu.registered_delivery, pdu.data_coding),
        write_tlvs(pdu.tlvs),
    ))  # fmt: skip


def _alert(pdu: pdus.AlertNotification) -> bytes:
    return b"".join((
        bytes((pdu.source_addr_ton, pdu.source_addr_npi)),
        _text(pdu.source_addr, LONG_ADDRESS, "source_addr"),
        bytes((pdu.esme_addr_ton, pdu.esme_addr_npi)),
        _text(pdu.esme_addr, LONG_ADDRESS, "esme_addr"),
        write_tlvs(pdu.tlvs),
    ))  # fmt: skip


_WRITERS: Final[Mapping[type[Pdu], _Writer]] = {
    pdus.BindTransmitter: _bind,
    pdus.BindReceiver: _bind,
    pdus.BindTransceiver: _bind,
    pdus.BindTransmitterResp: _bind_response,
    pdus.BindReceiverResp: _bind_response,
    pdus.BindTransceiverResp: _bind_response,
    pdus.Outbind: _outbind,
    pdus.Unbind: _nothing,
    pdus.UnbindResp: _nothing,
    pdus.GenericNack: _nothing,
    pdus.EnquireLink: _nothing,
    pdus.EnquireLinkResp: _nothing,
    pdus.SubmitSm: _short_message,
    pdus.SubmitSmResp: _submit_response,
    pdus.DeliverSm: _short_message,
    pdus.DeliverSmResp: _message_response,
    pdus.DataSm: _data_sm,
    pdus.DataSmResp: _message_response,
    pdus.AlertNotification: _alert,
}
