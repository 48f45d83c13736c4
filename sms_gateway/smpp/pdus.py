"""The PDUs of SMPP 3.4 as values (chapter 4), their fields named as in the standard.

C-Octet Strings are text of one letter an octet (Latin-1, so that nothing a peer sends is lost);
what a message says is octets. No `repr` shows an address, a password or a text.
"""

from typing import ClassVar, Final, TypeAlias

import msgspec

from sms_gateway.smpp.commands import CommandId, command_name
from sms_gateway.smpp.status import Status, status_name
from sms_gateway.smpp.tlv import Tag, Tlvs, first

VERSION: Final = 0x34
"""Clause 5.2.4: interface_version of SMPP 3.4."""


class Pdu(msgspec.Struct, frozen=True, gc=False):
    """What every PDU has (clause 3.2)."""

    command_id: ClassVar[CommandId]
    sequence: int = 0

    def __repr__(self) -> str:
        return f"{type(self).__name__}(sequence={self.sequence})"


class Response(Pdu, frozen=True, gc=False):
    """A PDU that answers one with the same sequence number (clause 5.1.4)."""

    status: int = Status.ROK

    def __repr__(self) -> str:
        return f"{type(self).__name__}(sequence={self.sequence}, {status_name(self.status)})"


class Bind(Pdu, frozen=True, gc=False):
    """Clauses 4.1.1, 4.1.3 and 4.1.5: the ESME says who it is."""

    system_id: str = ""
    password: str = ""
    system_type: str = ""
    interface_version: int = VERSION
    addr_ton: int = 0
    addr_npi: int = 0
    address_range: str = ""


class BindTransmitter(Bind, frozen=True, gc=False):
    """Clause 4.1.1: to send only."""

    command_id = CommandId.BIND_TRANSMITTER


class BindReceiver(Bind, frozen=True, gc=False):
    """Clause 4.1.3: to receive only."""

    command_id = CommandId.BIND_RECEIVER


class BindTransceiver(Bind, frozen=True, gc=False):
    """Clause 4.1.5: both on one session."""

    command_id = CommandId.BIND_TRANSCEIVER


class BindResponse(Response, frozen=True, gc=False):
    """Clauses 4.1.2, 4.1.4 and 4.1.6; system_id is the SMSC's own name."""

    system_id: str = ""
    tlvs: Tlvs = ()


class BindTransmitterResp(BindResponse, frozen=True, gc=False):
    """Clause 4.1.2."""

    command_id = CommandId.BIND_TRANSMITTER_RESP


class BindReceiverResp(BindResponse, frozen=True, gc=False):
    """Clause 4.1.4."""

    command_id = CommandId.BIND_RECEIVER_RESP


class BindTransceiverResp(BindResponse, frozen=True, gc=False):
    """Clause 4.1.6."""

    command_id = CommandId.BIND_TRANSCEIVER_RESP


class Outbind(Pdu, frozen=True, gc=False):
    """Clause 4.1.7: an SMSC asks an ESME to bind. There is no response to it."""

    command_id = CommandId.OUTBIND
    system_id: str = ""
    password: str = ""


class Unbind(Pdu, frozen=True, gc=False):
    """Clause 4.2.1: either side ends the session."""

    command_id = CommandId.UNBIND


class UnbindResp(Response, frozen=True, gc=False):
    """Clause 4.2.2."""

    command_id = CommandId.UNBIND_RESP


class GenericNack(Response, frozen=True, gc=False):
    """Clause 4.3: the answer to what could not be read, or is not known."""

    command_id = CommandId.GENERIC_NACK


class EnquireLink(Pdu, frozen=True, gc=False):
    """Clause 4.11: are you there?"""

    command_id = CommandId.ENQUIRE_LINK


class EnquireLinkResp(Response, frozen=True, gc=False):
    """Clause 4.11.2."""

    command_id = CommandId.ENQUIRE_LINK_RESP


class ShortMessage(Pdu, frozen=True, gc=False):
    """What submit_sm and deliver_sm have in common: all of it (clauses 4.4.1 and 4.6.1)."""

    service_type: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    destination_addr: str = ""
    esm_class: int = 0
    protocol_id: int = 0
    priority_flag: int = 0
    schedule_delivery_time: str = ""
    validity_period: str = ""
    registered_delivery: int = 0
    replace_if_present_flag: int = 0
    data_coding: int = 0
    sm_default_msg_id: int = 0
    short_message: bytes = b""
    tlvs: Tlvs = ()

    def first(self, tag: int) -> bytes | None:
        """The value of the first optional parameter with this tag, or None."""
        return first(self.tlvs, tag)

    def octets(self) -> bytes:
        """What the message says: short_message, or message_payload where that is used instead.

        A message over 254 octets goes in message_payload, with sm_length 0 (clauses 5.2.21 and
        5.3.2.32).
        """
        return self.short_message or first(self.tlvs, Tag.MESSAGE_PAYLOAD) or b""


class SubmitSm(ShortMessage, frozen=True, gc=False):
    """Clause 4.4.1: the ESME sends a message."""

    command_id = CommandId.SUBMIT_SM


class DeliverSm(ShortMessage, frozen=True, gc=False):
    """Clause 4.6.1: the SMSC delivers a message, or a receipt.

    Attributes:
        cut: an optional parameter could not be read; it and those behind it are left out.
    """

    command_id = CommandId.DELIVER_SM
    cut: bool = False


class MessageResponse(Response, frozen=True, gc=False):
    """A response that may name the message; message_id is empty where it does not."""

    message_id: str = ""
    tlvs: Tlvs = ()


class SubmitSmResp(MessageResponse, frozen=True, gc=False):
    """Clause 4.4.2."""

    command_id = CommandId.SUBMIT_SM_RESP


class DeliverSmResp(MessageResponse, frozen=True, gc=False):
    """Clause 4.6.2: message_id is not used and empty."""

    command_id = CommandId.DELIVER_SM_RESP


class DataSm(Pdu, frozen=True, gc=False):
    """Clause 4.7.1: a message whose text is in message_payload; both sides may send it."""

    command_id = CommandId.DATA_SM
    service_type: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    destination_addr: str = ""
    esm_class: int = 0
    registered_delivery: int = 0
    data_coding: int = 0
    tlvs: Tlvs = ()

    def first(self, tag: int) -> bytes | None:
        """The value of the first optional parameter with this tag, or None."""
        return first(self.tlvs, tag)

    def octets(self) -> bytes:
        """What the message says; empty where it has no message_payload."""
        return first(self.tlvs, Tag.MESSAGE_PAYLOAD) or b""


class DataSmResp(MessageResponse, frozen=True, gc=False):
    """Clause 4.7.2."""

    command_id = CommandId.DATA_SM_RESP


class AlertNotification(Pdu, frozen=True, gc=False):
    """Clause 4.12.1: a handset can be reached again. There is no response to it."""

    command_id = CommandId.ALERT_NOTIFICATION
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    esme_addr_ton: int = 0
    esme_addr_npi: int = 0
    esme_addr: str = ""
    tlvs: Tlvs = ()


AnyBind: TypeAlias = BindTransmitter | BindReceiver | BindTransceiver


class NotSupported(Pdu, frozen=True, gc=False):
    """A request of table 5-1 that neither side here serves; its body is not looked at."""


class QuerySm(NotSupported, frozen=True, gc=False):
    """Clause 4.8."""

    command_id = CommandId.QUERY_SM


class CancelSm(NotSupported, frozen=True, gc=False):
    """Clause 4.9."""

    command_id = CommandId.CANCEL_SM


class ReplaceSm(NotSupported, frozen=True, gc=False):
    """Clause 4.10."""

    command_id = CommandId.REPLACE_SM


class SubmitMulti(NotSupported, frozen=True, gc=False):
    """Clause 4.5."""

    command_id = CommandId.SUBMIT_MULTI


class Unreadable(msgspec.Struct, frozen=True, gc=False):
    """Octets that are no PDU we can read.

    Attributes:
        command_id: what the header says, known or not; 0 where there is no header.
        sequence: what the header says; 0 where there is no header (clause 4.3).
        status: what to answer, if anything is to be answered.
        command_status: what the header says.
    """

    command_id: int
    sequence: int
    status: Status
    command_status: int = 0

    def __str__(self) -> str:
        """One line for the log."""
        return f"{command_name(self.command_id)} {self.sequence}: {status_name(self.status)}"
