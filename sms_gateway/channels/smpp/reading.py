"""From deliver_sm and data_sm to MOs and DLRs."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

from sms_gateway.channels.door import DoorContext, read_zone
from sms_gateway.channels.smpp.settings import Receipts, SmppDoor
from sms_gateway.channels.smpp.texts import TextReader
from sms_gateway.domain.ids import ShortCode, TelcoId
from sms_gateway.domain.message import DeliveryReport, Item, MobileOriginated, PartOf
from sms_gateway.domain.msisdn import read_address
from sms_gateway.domain.outcome import Delivery
from sms_gateway.domain.short_code import short_code_of
from sms_gateway.gsm.udh import Concatenation, WithHeader, read_udh
from sms_gateway.ports import Handed, Unreadable
from sms_gateway.reading import MoRow
from sms_gateway.settings import SettingsError
from sms_gateway.smpp.pdus import DataSm, DeliverSm
from sms_gateway.smpp.receipt import MessageState, Receipt, read_receipt
from sms_gateway.smpp.tlv import Tag

MAX_TEXT = 2_000
"""Longest text of an MO, in characters: a long text of ten segments has 1,530."""

MAX_WORD = 40

_KEPT = b"smpp "
"""Before the octets of a PDU in hex, as they are kept."""

# SMPP 3.4 clause 5.2.12: bit 6 says that the text begins with a user data header.
_UDHI = 0x40
_SAR = (Tag.SAR_MSG_REF_NUM, Tag.SAR_TOTAL_SEGMENTS, Tag.SAR_SEGMENT_SEQNUM)

_STATES: Mapping[MessageState | None, Delivery] = {
    MessageState.ENROUTE: Delivery.ENROUTE,
    MessageState.ACCEPTED: Delivery.ENROUTE,
    MessageState.DELIVERED: Delivery.DELIVERED,
    MessageState.EXPIRED: Delivery.EXPIRED,
    MessageState.DELETED: Delivery.UNDELIVERABLE,
    MessageState.UNDELIVERABLE: Delivery.UNDELIVERABLE,
    MessageState.REJECTED: Delivery.REJECTED,
}
# Digits of a receipt's date to how it is written: with the seconds or without, with the century.
_DATES = {10: "%y%m%d%H%M", 12: "%y%m%d%H%M%S", 14: "%Y%m%d%H%M%S"}


def own_request(kept: bytes, _mo: MoRow) -> bytes | None:
    """See `ports.Door`: a PDU carries one text."""
    return kept if kept.startswith(_KEPT) else None


class PduReader:
    """Reads what the telco hands over as `[doors.<name>]` describes it. Never raises.

    Args:
        settings: of the door.
        context: region of numbers without a country code, zone of times without one.
        at: dotted key of the door's table, named in errors.

    Raises:
        SettingsError: they cannot be used.
    """

    def __init__(self, settings: SmppDoor, context: DoorContext, at: str) -> None:
        self._texts = TextReader(settings.texts, f"{at}.texts")
        self._region = context.region
        self._receipts = settings.receipts
        zone = settings.receipts.time_zone
        self._zone = read_zone(zone, context.timezone, f"{at}.receipts")
        self._echo = settings.echo_tlvs
        self._short_code = _fixed(settings.addresses.short_code, f"{at}.addresses.short_code")

    def read(self, pdu: DeliverSm | DataSm, frame: bytes, smsc: str) -> Handed:
        """What it says, and its octets for staff.

        Args:
            pdu: as it was read.
            frame: its octets as they came; they hold no secret of ours.
            smsc: host and port that it came from.
        """
        raw = _KEPT + frame.hex().encode()
        octets = pdu.octets()
        receipt = read_receipt(octets, pdu.tlvs, pdu.esm_class)
        if receipt is not None:
            return Handed(self._report(receipt, raw, smsc), raw)
        return Handed(self._mo(pdu, octets, raw), raw)

    def _report(self, receipt: Receipt, raw: bytes, smsc: str) -> Item | Unreadable:
        if not receipt.message_id:
            # Of which message, nobody can tell; it is none of a citizen and never answered.
            return Unreadable("field receipted_message_id is missing", raw)
        return DeliveryReport(
            telco_id=same_id(receipt.message_id, self._receipts, smsc, of_receipt=True),
            delivery=_delivery(receipt),
            at=self._moment(receipt.done_at or ""),
            error=(receipt.error or "")[:MAX_WORD],
        )

    def _moment(self, digits: str) -> datetime | None:
        try:
            found = datetime.strptime(digits, _DATES.get(len(digits), "-"))  # noqa: DTZ007 - below
            return found.replace(tzinfo=self._zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None  # it decides nothing

    def _mo(self, pdu: DeliverSm | DataSm, octets: bytes, raw: bytes) -> Item | Unreadable:
        sender = read_address(pdu.source_addr, self._region)
        if sender is None:
            return Unreadable("field source_addr is no phone number or name", raw)
        short_code = self._short_code or short_code_of(pdu.destination_addr, self._region)
        if short_code is None:
            return Unreadable("field destination_addr is no short code", raw)
        part = _sar(pdu)
        if pdu.esm_class & _UDHI:
            header = read_udh(octets, pairs=self._texts.pairs(octets, pdu.data_coding))
            if isinstance(header, WithHeader):
                octets = header.body
                part = _part(header.concatenation) or part
        read = self._texts.read if part is None else self._texts.read_part
        text = read(octets, pdu.data_coding)
        if len(text) > MAX_TEXT:
            return Unreadable(f"field text is longer than {MAX_TEXT} characters", raw)
        return MobileOriginated(
            telco_id=None,
            sender=sender,
            short_code=short_code,
            text=text,
            part=part,
            door_data=self._echoed(pdu),
        )

    def _echoed(self, pdu: DeliverSm | DataSm) -> Mapping[str, str]:
        found = ((tag, pdu.first(tag)) for tag in self._echo)
        return {str(tag): value.hex() for tag, value in found if value is not None}


def _delivery(receipt: Receipt) -> Delivery:
    if receipt.intermediate:
        return Delivery.ENROUTE  # SMPP 3.4 clause 5.2.12: the final one is still to come
    return _STATES.get(receipt.state, Delivery.UNKNOWN)


def same_id(raw: str, receipts: Receipts, smsc: str, *, of_receipt: bool) -> TelcoId:
    """An id of the telco in the one spelling that sends and receipts are compared by.

    Args:
        raw: as submit_sm_resp or a receipt writes it.
        receipts: the settings.
        smsc: host and port of the one that wrote it.
        of_receipt: it stood in a receipt.
    """
    hexadecimal = {"hex_then_decimal": not of_receipt, "decimal_then_hex": of_receipt}
    if hexadecimal.get(receipts.ids):
        # A telco may say otherwise now and then: then nothing matches.
        with suppress(ValueError):
            raw = str(int(raw, 16))
    # Behind the id, for leading zeros and blanks around it are still to count for nothing.
    return TelcoId(raw if receipts.ids_shared else f"{raw.strip()}@{smsc}")


def _fixed(text: str, at: str) -> ShortCode | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()):
        msg = f"{at}: expected the number citizens text, digits only, for example 8083"
        raise SettingsError(msg)
    return ShortCode(text)


def _sar(pdu: DeliverSm | DataSm) -> PartOf | None:
    """SMPP 3.4 clauses 5.3.2.22 to 5.3.2.24: which part this is, by TLVs."""
    values = [pdu.first(tag) for tag in _SAR]
    if not all(value and len(value) == size for value, size in zip(values, (2, 1, 1), strict=True)):
        return None
    reference, total, number = (int.from_bytes(value or b"") for value in values)
    return PartOf(reference, total, number) if 1 <= number <= total and total > 1 else None


def _part(found: Concatenation | None) -> PartOf | None:
    if found is None or found.total <= 1:
        return None
    return PartOf(found.reference, found.total, found.number)
