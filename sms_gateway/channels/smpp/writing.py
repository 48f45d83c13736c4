"""From an MT to the submit_sm that carry it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.channels.smpp.settings import Bill, SmppDoor
from sms_gateway.channels.smpp.texts import encoded
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing
from sms_gateway.gsm.alphabet import Alphabet
from sms_gateway.gsm.segment import segment
from sms_gateway.gsm.udh import Concatenation, limits, write_udh
from sms_gateway.settings import SettingsError
from sms_gateway.smpp.pdus import SubmitSm
from sms_gateway.smpp.tlv import Tag, Tlvs

_LOWER_OCTET = 0xFF
_UDHI = 0x40
_LONGEST_SHORT_MESSAGE = 254  # SMPP 3.4 clause 5.2.21
_REGISTERED = {"always": 1, "failure": 2, "never": 0}  # SMPP 3.4 clause 5.2.17
_MOST_VALID_DAYS = 60


@dataclass(frozen=True, slots=True)
class _Common:
    """What all PDUs of a message share."""

    message: MobileTerminated
    service_type: str
    valid_for: str
    coding: int
    tlvs: Tlvs


class PduWriter:
    """Writes MTs as `[doors.<name>]` describes it.

    Args:
        settings: of the door.
        at: dotted key of the door's table, named in errors.

    Raises:
        SettingsError: they cannot be used.
    """

    def __init__(self, settings: SmppDoor, at: str) -> None:
        self._addresses = settings.addresses
        self._texts = settings.texts
        self._service_type = settings.service_type
        self._registered = _REGISTERED[settings.receipts.ask]
        billing = settings.billing
        self._bills: Mapping[Billing, tuple[str, Tlvs]] = {
            Billing.CHARGE: _bill(billing.charge, settings, f"{at}.billing.charge"),
            Billing.FREE: _bill(billing.free, settings, f"{at}.billing.free"),
            Billing.REFUND: _bill(billing.refund, settings, f"{at}.billing.refund"),
        }
        self._refused = {ord(character): " " for character in settings.refused_characters}

    def write(self, message: MobileTerminated, now: datetime) -> Sequence[SubmitSm]:
        """The PDUs of one MT, in the order of its parts.

        Args:
            message: the MT.
            now: for how long it is worth sending.
        """
        text = message.text.translate(self._refused) if self._refused else message.text
        octets = encoded(text, self._texts.coding_0)
        ucs2 = octets is None
        coding = self._texts.ucs2_coding if ucs2 else 0
        service_type, tlvs = self._bills[message.billing]
        valid_for = _valid_for(message.valid_until, now)
        common = _Common(message, service_type, valid_for, coding, (*tlvs, *_echoed(message)))
        wide = self._texts.long == "udh16"
        # What the telco's own alphabet does not hold is as long as UCS-2 makes it.
        parts = segment(text, limits(wide=wide), Alphabet.UCS2 if ucs2 else None)
        whole = _ucs2(text) if octets is None else octets
        if len(parts) == 1:
            return (self._pdu(common, whole),)
        if self._texts.long == "payload":
            return (self._pdu(common, b"", ((Tag.MESSAGE_PAYLOAD, whole),)),)
        return self._long(common, [self._as(part, ucs2=ucs2) for part in parts])

    def _long(self, common: _Common, parts: Sequence[bytes]) -> Sequence[SubmitSm]:
        wide = self._texts.long == "udh16"
        reference = _reference(common.message)
        pdus: list[SubmitSm] = []
        for number, octets in enumerate(parts, 1):
            if self._texts.long == "sar":
                pdus.append(self._pdu(common, octets, _sar(reference, len(parts), number)))
                continue
            own = reference if wide else reference & _LOWER_OCTET
            header = write_udh(Concatenation(own, len(parts), number, wide))
            pdus.append(self._pdu(common, header + octets, esm_class=_UDHI))
        return pdus

    def _as(self, part: str, *, ucs2: bool) -> bytes:
        octets = None if ucs2 else encoded(part, self._texts.coding_0)
        return _ucs2(part) if octets is None else octets

    def _pdu(self, common: _Common, octets: bytes, tlvs: Tlvs = (), esm_class: int = 0) -> SubmitSm:
        message, to = common.message, self._addresses
        if len(octets) > _LONGEST_SHORT_MESSAGE:
            octets, tlvs = b"", (*tlvs, (Tag.MESSAGE_PAYLOAD, octets))
        return SubmitSm(
            service_type=common.service_type,
            source_addr_ton=to.source_ton,
            source_addr_npi=to.source_npi,
            source_addr=to.source or message.short_code,
            dest_addr_ton=to.dest_ton,
            dest_addr_npi=to.dest_npi,
            destination_addr=_number(message.recipient, to.number_format),
            esm_class=esm_class,
            validity_period=common.valid_for,
            registered_delivery=self._registered,
            data_coding=common.coding,
            short_message=octets,
            tlvs=(*tlvs, *common.tlvs),
        )


def _ucs2(text: str) -> bytes:
    return text.encode("utf-16-be", "replace")


def _number(recipient: Address, number_format: str) -> str:
    if number_format == "national":
        return recipient.national
    return recipient.value if number_format == "plus" else recipient.digits


def _valid_for(until: datetime, now: datetime) -> str:
    """SMPP 3.4 clause 7.1.1, a relative time: the SMSC's clock need not agree with ours."""
    seconds = max(60, int((until - now).total_seconds()))
    days, rest = divmod(min(seconds, _MOST_VALID_DAYS * 86_400), 86_400)
    months, days = divmod(days, 30)
    return f"00{months:02d}{days:02d}{rest // 3_600:02d}{rest // 60 % 60:02d}{rest % 60:02d}000R"


def _reference(message: MobileTerminated) -> int:
    """The same at every attempt: a phone then puts a repeated part over the first one."""
    return int.from_bytes(hashlib.blake2b(message.id.encode(), digest_size=2).digest())


def _sar(reference: int, total: int, number: int) -> Tlvs:
    """SMPP 3.4 clauses 5.3.2.22 to 5.3.2.24."""
    return (
        (Tag.SAR_MSG_REF_NUM, reference.to_bytes(2)),
        (Tag.SAR_TOTAL_SEGMENTS, total.to_bytes()),
        (Tag.SAR_SEGMENT_SEQNUM, number.to_bytes()),
    )


def _echoed(message: MobileTerminated) -> Tlvs:
    return tuple((int(tag), bytes.fromhex(value)) for tag, value in message.door_data.items())


def _bill(bill: Bill, settings: SmppDoor, at: str) -> tuple[str, Tlvs]:
    tlvs: list[tuple[int, bytes]] = []
    for tag, value in bill.tlvs.items():
        if not (tag.isascii() and tag.isdecimal() and 0 < int(tag) <= 0xFFFF and value.isascii()):  # noqa: PLR2004  # a tag is two octets
            msg = f"{at}.tlvs: expected a tag such as 5121 (a decimal number) and an ASCII text"
            raise SettingsError(msg)
        tlvs.append((int(tag), value.encode() + b"\0"))
    return bill.service_type or settings.service_type, tuple(tlvs)
