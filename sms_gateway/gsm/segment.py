"""Cutting a text into the segments of a long SMS (3GPP TS 23.040 clause 9.2.3.24.1).

One SMS carries 140 octets. The header that joins segments with an 8 bit reference takes six of
them, which leaves 153 septets or 67 UTF-16 code units. Bring the text to NFC first.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sms_gateway.gsm.alphabet import Alphabet, is_extension, measure, units

_PAIR: Final = 2  # an escape with its character, or a surrogate pair: never cut
_MARKS: Final = frozenset({"Mn", "Mc", "Me"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much fits into one segment.

    The defaults are the radio's own. A telco that adds a label, or a header with a 16 bit
    reference (152 and 66), leaves less.

    Attributes:
        gsm7_single: septets of a text that goes alone.
        gsm7_part: septets of each part of a longer one.
        ucs2_single: UTF-16 code units of a text that goes alone.
        ucs2_part: UTF-16 code units of each part of a longer one.

    Raises:
        ValueError: a figure is under 2 (a pair must fit), or a part is larger than a single.
    """

    gsm7_single: int = 160
    gsm7_part: int = 153
    ucs2_single: int = 70
    ucs2_part: int = 67

    def __post_init__(self) -> None:
        for single, part in (
            (self.gsm7_single, self.gsm7_part),
            (self.ucs2_single, self.ucs2_part),
        ):
            if not _PAIR <= part <= single:
                message = f"a segment limit must hold 2 <= part <= single, not {part} and {single}"
                raise ValueError(message)

    def of(self, alphabet: Alphabet) -> tuple[int, int]:
        """The figures of one alphabet: of a text alone, and of each part."""
        if alphabet is Alphabet.GSM7:
            return self.gsm7_single, self.gsm7_part
        return self.ucs2_single, self.ucs2_part


STANDARD: Final = Limits()


@dataclass(frozen=True, slots=True)
class Counted:
    """What a text costs.

    Attributes:
        alphabet: how it is coded.
        units: septets in GSM-7, UTF-16 code units in UCS-2, headers not counted.
        segments: how many SMS it takes, at least 1 (an empty text is an SMS too).
    """

    alphabet: Alphabet
    units: int
    segments: int


def count(text: str, limits: Limits = STANDARD) -> Counted:
    """What the text costs; `segments` is the length of what `segment` returns for it."""
    alphabet, length = measure(text)
    single, part = limits.of(alphabet)
    if length <= single:
        return Counted(alphabet, length, 1)
    return Counted(alphabet, length, len(_cut(text, alphabet, length, part)))


def segment(
    text: str, limits: Limits = STANDARD, alphabet: Alphabet | None = None
) -> tuple[str, ...]:
    """The text in as many parts as it needs; joined again they equal the text.

    No part ends inside an escape pair or a surrogate pair, and a combining mark stays with its
    base character unless the two together are longer than a part.

    Args:
        text: in NFC.
        limits: see there.
        alphabet: None for the cheapest one; UCS-2 where the telco wants no other for this text.
    """
    if alphabet is None:
        alphabet, length = measure(text)
    else:
        length = units(text, alphabet)
    single, part = limits.of(alphabet)
    if length <= single:
        return (text,)
    return tuple(_cut(text, alphabet, length, part))


def _cut(text: str, alphabet: Alphabet, length: int, limit: int) -> list[str]:
    if length == len(text) and (
        alphabet is Alphabet.GSM7 or _MARKS.isdisjoint(map(unicodedata.category, text))
    ):
        # One unit for each character and nothing to keep together: most long texts.
        return [text[begin : begin + limit] for begin in range(0, length, limit)]
    parts: list[str] = []
    begin = end = used = 0
    for piece, cost in _pieces(text, alphabet, limit):
        if used + cost > limit:
            parts.append(text[begin:end])
            begin, used = end, 0
        end += len(piece)
        used += cost
    parts.append(text[begin:])
    return parts


def _pieces(text: str, alphabet: Alphabet, limit: int) -> Iterator[tuple[str, int]]:
    """What must stay together, with its cost, in order."""
    if alphabet is Alphabet.GSM7:
        for letter in text:
            yield letter, _PAIR if is_extension(letter) else 1
        return
    piece, cost = "", 0
    for letter in text:
        price = _PAIR if letter > "\uffff" else 1
        joins = cost + price <= limit and unicodedata.category(letter) in _MARKS
        if piece and not joins:
            yield piece, cost
            piece, cost = "", 0
        piece += letter
        cost += price
    if piece:
        yield piece, cost
