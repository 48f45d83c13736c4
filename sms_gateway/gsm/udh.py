"""The header in front of a message's own octets (3GPP TS 23.040 clause 9.2.3.24).

Only what joins the parts of a long message is understood: information elements 00 and 08. The
others are kept as they are. SMPP carries septets unpacked, so no fill bits occur here.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from sms_gateway.gsm.alphabet import Alphabet
from sms_gateway.gsm.segment import Limits

CONCATENATED_8: Final = 0x00
"""Clause 9.2.3.24.1: a reference of 8 bits."""
CONCATENATED_16: Final = 0x08
"""Clause 9.2.3.24.8: a reference of 16 bits."""

_SMS_OCTETS: Final = 140  # clause 9.2.3.24.1: 140 octets or 160 septets, the header among them
_SEPTET_BITS: Final = 7
_OCTET_BITS: Final = 8
_OCTET: Final = 0xFF
_OCTET_PAIR: Final = 0xFFFF
_FIRST_LETTER: Final = 0x20  # from here on an octet is a letter in most alphabets
_OCTETS_8: Final = 3
_OCTETS_16: Final = 4


@dataclass(frozen=True, slots=True)
class Concatenation:
    """Which part of which message this is.

    Attributes:
        reference: the same in all parts; 0 to 255, or to 65,535 where wide.
        total: how many parts there are, 1 to 255.
        number: which one this is, 1 to total.
        wide: the reference has 16 bits.

    Raises:
        ValueError: a figure is out of its range.
    """

    reference: int
    total: int
    number: int
    wide: bool = False

    def __post_init__(self) -> None:
        most = _OCTET_PAIR if self.wide else _OCTET
        if not (0 <= self.reference <= most and 1 <= self.number <= self.total <= _OCTET):
            message = (
                f"no part of a message: reference {self.reference},"
                f" number {self.number} of {self.total}"
            )
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class WithHeader:
    """A message whose header could be read.

    Attributes:
        concatenation: None where the message stands alone.
        elements: all information elements in order: identifier and octets; none of a header that
            is ignored.
        body: what follows the header: the text's own octets.
    """

    concatenation: Concatenation | None
    elements: tuple[tuple[int, bytes], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class MalformedHeader:
    """The octets have no header, whatever was announced; the reason is for the log."""

    reason: str


UserData: TypeAlias = WithHeader | MalformedHeader


def read_udh(octets: bytes, *, pairs: bool = False) -> UserData:
    """A message whose esm_class says that a header stands in front. Never raises.

    A header that its elements do not fill is ignored as a whole (clause 9.2.3.24): it says nothing,
    and the text is what follows it.

    Args:
        octets: of the message, its header among them.
        pairs: each letter of its text has two octets (UCS-2). The first octet of one reads as the
            length of a short header: what begins as no header of such a text is text.
    """
    if not octets:
        return MalformedHeader("no header at all")
    end = octets[0] + 1  # UDHL does not count itself
    if end > len(octets):
        return MalformedHeader("the header is longer than the message")
    pairs = pairs and len(octets) % 2 == 0
    elements = []
    at = 1
    while at < end:
        if at + 2 > end or at + 2 + octets[at + 1] > end:
            if pairs or octets[0] >= _FIRST_LETTER:
                return MalformedHeader("the message begins with a letter, not with a length")
            return WithHeader(None, (), octets[end:])
        begin = at + 2
        stop = begin + octets[at + 1]
        elements.append((octets[at], octets[begin:stop]))
        at = stop
    part = _concatenation(elements)
    if pairs and end % 2 and part is None:
        return MalformedHeader("behind the header half a letter would be left")
    return WithHeader(part, tuple(elements), octets[end:])


def _concatenation(elements: list[tuple[int, bytes]]) -> Concatenation | None:
    # Clause 9.2.3.24: of elements that repeat or exclude one another, the last one counts.
    found = None
    for identifier, octets in elements:
        if identifier == CONCATENATED_8 and len(octets) == _OCTETS_8:
            reference, wide = octets[0], False
        elif identifier == CONCATENATED_16 and len(octets) == _OCTETS_16:
            reference, wide = int.from_bytes(octets[:2], "big"), True
        else:
            continue
        total, number = octets[-2:]
        # Clause 9.2.3.24.1: a part 0, a total of 0, or a part after the last: the receiver "shall
        # ignore the whole information element".
        if 1 <= number <= total:
            found = Concatenation(reference, total, number, wide)
    return found


def write_udh(part: Concatenation) -> bytes:
    """The header of one part: six octets, or seven where the reference is wide."""
    if part.wide:
        high, low = divmod(part.reference, _OCTET + 1)
        return bytes((6, CONCATENATED_16, _OCTETS_16, high, low, part.total, part.number))
    return bytes((5, CONCATENATED_8, _OCTETS_8, part.reference, part.total, part.number))


def room(alphabet: Alphabet, *, wide: bool = False) -> int:
    """Septets or UTF-16 code units that one SMS has left beside the header of a part.

    153 or 67; with a wide reference 152 or 66.
    """
    octets = _SMS_OCTETS - (7 if wide else 6)
    if alphabet is Alphabet.GSM7:
        return octets * _OCTET_BITS // _SEPTET_BITS
    return octets // 2


def limits(*, wide: bool = False) -> Limits:
    """What fits into a text alone and into each part, to cut by (`gsm.segment`)."""
    return Limits(
        gsm7_part=room(Alphabet.GSM7, wide=wide), ucs2_part=room(Alphabet.UCS2, wide=wide)
    )
