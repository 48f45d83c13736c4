"""The words of a text, as a search compares them: without marks, case and signs.

From three characters on a part of a word stands for all words that it is in. An index finds them
by numbers: `part_numbers` of a word has one for each place that a part may begin at, and all that
begin with a part lie in its `part_span`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from zlib import crc32

from sms_gateway.gsm.plain import plain

LEAST_PART: Final = 3
"""What is shorter is looked for as a whole word."""

# Letters that never end are cut, so that no text writes more numbers than characters.
_WORD: Final = re.compile("[a-z0-9]{1,64}")
_OCTETS: Final = 8
_QUOTE: Final = '"'


@dataclass(frozen=True, slots=True)
class Sought:
    """One word that somebody looks for.

    Attributes:
        text: as `words_of` writes it.
        whole: as a word of its own; otherwise a part of one is enough.
    """

    text: str
    whole: bool


def words_of(text: str) -> tuple[str, ...]:
    """Each word once, in order: letters and digits that stand together, as `plain` writes them.

    `Giấy phép, GIẤY` has the words `giay` and `phep`; what has neither letter nor digit has none.
    """
    return tuple(dict.fromkeys(_WORD.findall(plain(text).lower())))


def sought_in(question: str) -> tuple[Sought, ...]:
    """The words that are asked for, each once; those between quotation marks are whole."""
    *closed, rest = plain(question).lower().split(_QUOTE)
    if len(closed) % 2:
        # A mark that nobody closed.
        rest = f"{closed.pop()} {rest}"
    pieces = [*((piece, place % 2 == 1) for place, piece in enumerate(closed)), (rest, False)]
    found = (
        Sought(word, whole or len(word) < LEAST_PART)
        for piece, whole in pieces
        for word in _WORD.findall(piece)
    )
    return tuple(dict.fromkeys(found))


def says(text: str, sought: Sequence[Sought]) -> bool:
    """Whether each of these words is in a text."""
    letters = plain(text).lower()
    if not all(one.text in letters for one in sought):
        # Nearly always, where many texts are looked through.
        return False
    words = f" {' '.join(_WORD.findall(letters))} "
    return all((f" {one.text} " if one.whole else one.text) in words for one in sought)


def word_number(word: str) -> int:
    """What an index keeps in the place of a word: 64 bits, with a sign."""
    digest = blake2b(word.encode(), digest_size=_OCTETS).digest()
    return int.from_bytes(digest, "big", signed=True)


def part_numbers(word: str) -> list[int]:
    """One number for each place in a word that a part may begin at, each once."""
    places = range(len(word) - LEAST_PART + 1)
    return list(dict.fromkeys(_number(_begun(word[place:]), b"\x00") for place in places))


def part_span(part: str) -> tuple[int, int]:
    """The lowest and the highest number of what begins with a part.

    Others may lie there too: whoever asks looks at what was found.
    """
    begun = _begun(part)
    return _number(begun, b"\x00"), _number(begun, b"\xff")


def _begun(part: str) -> bytes:
    """Three octets for the first three characters and one for each that follows, eight at most.

    Equal beginnings have equal octets; without a key, so letters can be tried out. All that three
    letters may be have other ones: with two, a rare `ivr` counted as common as `ong`.
    """
    characters = part.encode()
    so_far = crc32(characters[:LEAST_PART])
    octets = [so_far >> 16 & 0xFF, so_far >> 8 & 0xFF, so_far & 0xFF]
    most = LEAST_PART + _OCTETS - len(octets)
    for place in range(LEAST_PART, min(len(characters), most)):
        so_far = crc32(characters[place : place + 1], so_far)
        octets.append(so_far & 0xFF)
    return bytes(octets)


def _number(octets: bytes, behind: bytes) -> int:
    return int.from_bytes(octets.ljust(_OCTETS, behind), "big", signed=True)
