"""Texts as deliver_sm, in one PDU or several, and what a submit_sm says."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sms_gateway.gsm import alphabet as gsm7
from sms_gateway.gsm.alphabet import Alphabet
from sms_gateway.gsm.udh import Concatenation, WithHeader, read_udh, room, write_udh
from sms_gateway.smpp.pdus import DataSm, DeliverSm, SubmitSm
from sms_gateway.smpp.tlv import Tag, Tlvs
from sms_gateway.smsc.behaviour import Coding, LongText

_UDHI: Final = 0x40  # clause 5.2.12: a user data header stands in front
_SMS_OCTETS: Final = 140  # TS 23.040 clause 9.2.3.24.1
_SMS_SEPTETS: Final = 160
_SHORT_MESSAGE: Final = 254  # clause 5.2.21
_DATA_CODINGS: Final[Mapping[Coding, int]] = {
    Coding.GSM7: 0,
    Coding.LATIN_1: 3,
    Coding.UTF_8: 4,
    Coding.UCS2: 8,
}
_ENCODE: Final[Mapping[Coding, Callable[[str], bytes]]] = {
    Coding.GSM7: gsm7.encode,
    Coding.LATIN_1: lambda text: text.encode("latin-1"),
    Coding.UTF_8: lambda text: text.encode("utf-8", "replace"),
    Coding.UCS2: lambda text: text.encode("utf-16-be", "replace"),
}
_DECODE: Final[Mapping[int, str]] = {1: "ascii", 3: "latin-1", 4: "utf-8", 8: "utf-16-be"}


class TextWriter:
    """Writes what citizens text.

    Args:
        short_code: the number they text.
        coding: of the texts, where it holds them.
        long: how a text of several SMS goes.
    """

    def __init__(self, short_code: str, coding: Coding, long: LongText) -> None:
        self._short_code = short_code
        self._coding = coding
        self._long = long
        self._reference = 0

    def write(self, number: str, text: str) -> Sequence[DeliverSm]:
        """The PDUs of a text, in the order of its parts."""
        coding, octets = self._coding, b""
        try:
            octets = _ENCODE[coding](text)
        except ValueError:
            coding = Coding.UCS2
            octets = _ENCODE[coding](text)
        most = _SMS_SEPTETS if coding is Coding.GSM7 else _SMS_OCTETS
        if len(octets) <= most:
            return (self._pdu(number, coding, octets),)
        if self._long is LongText.PAYLOAD:
            return (self._pdu(number, coding, b"", ((Tag.MESSAGE_PAYLOAD, octets),)),)
        return self._parts(number, coding, text)

    def _parts(self, number: str, coding: Coding, text: str) -> Sequence[DeliverSm]:
        wide = self._long is LongText.UDH16
        most = room(Alphabet.GSM7, wide=wide)
        if coding is not Coding.GSM7:
            most = room(Alphabet.UCS2, wide=wide) * 2
        pieces = _cut(text, _ENCODE[coding], most)
        self._reference = self._reference % 255 + 1
        found = []
        for at, octets in enumerate(pieces, 1):
            if self._long is LongText.SAR:
                tlvs = _sar(self._reference, len(pieces), at)
                found.append(self._pdu(number, coding, octets, tlvs))
                continue
            header = write_udh(Concatenation(self._reference, len(pieces), at, wide))
            found.append(self._pdu(number, coding, header + octets, esm_class=_UDHI))
        return found

    def _pdu(
        self, number: str, coding: Coding, octets: bytes, tlvs: Tlvs = (), esm_class: int = 0
    ) -> DeliverSm:
        return DeliverSm(
            source_addr_ton=1,
            source_addr_npi=1,
            source_addr=number,
            destination_addr=self._short_code,
            esm_class=esm_class,
            data_coding=_DATA_CODINGS[coding],
            short_message=octets,
            tlvs=tlvs,
        )


def said_by(pdu: SubmitSm | DataSm) -> tuple[str, str]:
    """The text of a message of the gateway, and which part it is: `2/3`, or empty.

    data_coding 0 is read as GSM-7 unpacked; what cannot be read is shown in hexadecimal.
    """
    octets, part = pdu.octets(), ""
    header = read_udh(octets) if pdu.esm_class & _UDHI else None
    if isinstance(header, WithHeader):
        octets = header.body
        if found := header.concatenation:
            part = f"{found.number}/{found.total}"
    total, number = pdu.first(Tag.SAR_TOTAL_SEGMENTS), pdu.first(Tag.SAR_SEGMENT_SEQNUM)
    if total and number:
        part = f"{number[0]}/{total[0]}"
    if pdu.data_coding == 0:
        return gsm7.decode(octets), part
    codec = _DECODE.get(pdu.data_coding)
    return (octets.decode(codec, "replace") if codec else octets.hex()), part


def _sar(reference: int, total: int, number: int) -> Tlvs:
    """Clauses 5.3.2.22 to 5.3.2.24."""
    return (
        (Tag.SAR_MSG_REF_NUM, reference.to_bytes(2)),
        (Tag.SAR_TOTAL_SEGMENTS, total.to_bytes()),
        (Tag.SAR_SEGMENT_SEQNUM, number.to_bytes()),
    )


def _cut(text: str, encode: Callable[[str], bytes], most: int) -> Sequence[bytes]:
    """The text in pieces of so many octets at most, none of which ends within a character."""
    pieces, piece = [], b""
    for letter in text:
        octets = encode(letter)
        if len(piece) + len(octets) > most:
            pieces.append(piece)
            piece = b""
        piece += octets
    return [*pieces, piece]
