"""Delivery receipts as an SMSC writes them (clause 5.2.12, appendix B)."""

from datetime import datetime
from typing import Final

from sms_gateway.smpp.pdus import DataSm, DeliverSm, SubmitSm
from sms_gateway.smpp.receipt import MessageState
from sms_gateway.smpp.tlv import Tag
from sms_gateway.smsc.behaviour import Receipts

_RECEIPT: Final = 0x04
_ASKS: Final = 0b11  # clause 5.2.17
_ONLY_OF_FAILURE: Final = 0b10
_SHOWN: Final = 20  # appendix B: the first 20 characters of the message
_FORMAT: Final = "%y%m%d%H%M"


def wanted(pdu: SubmitSm | DataSm, receipts: Receipts) -> bool:
    """Whether the message asks for a receipt of this kind, and we send any."""
    asked = pdu.registered_delivery & _ASKS
    if receipts is Receipts.NONE or not asked:
        return False
    return asked != _ONLY_OF_FAILURE or receipts is Receipts.FAILED


def receipt_of(
    pdu: SubmitSm | DataSm, message_id: str, receipts: Receipts, now: datetime, *, plain: bool
) -> DeliverSm:
    """The receipt of a message.

    Args:
        pdu: the message.
        message_id: that its answer names.
        receipts: what became of it; not NONE.
        now: the moment, in the SMSC's own zone.
        plain: esm_class 0 and no TLVs.
    """
    delivered = receipts is Receipts.DELIVERED
    stat, error = ("DELIVRD", "000") if delivered else ("UNDELIV", "001")
    state = MessageState.DELIVERED if delivered else MessageState.UNDELIVERABLE
    date = now.strftime(_FORMAT)
    text = (
        f"id:{message_id} sub:001 dlvrd:00{int(delivered)} submit date:{date} done date:{date}"
        f" stat:{stat} err:{error} text:"
    )
    shown = pdu.octets()[:_SHOWN] if not pdu.esm_class and not pdu.data_coding else b""
    return DeliverSm(
        source_addr_ton=pdu.dest_addr_ton,
        source_addr_npi=pdu.dest_addr_npi,
        source_addr=pdu.destination_addr[:20],
        destination_addr=pdu.source_addr[:20],
        esm_class=0 if plain else _RECEIPT,
        short_message=text.encode("ascii") + shown,
        tlvs=()
        if plain
        else (
            (Tag.RECEIPTED_MESSAGE_ID, message_id.encode("ascii") + b"\0"),
            (Tag.MESSAGE_STATE, bytes((state,))),
        ),
    )
