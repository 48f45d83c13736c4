"""Characters that a phone cut between two parts of a long text.

Phones write an emoji in UCS-2 as two UTF-16 code units, and some end a part between them, against
3GPP TS 23.040 clause 9.2.3.24.1. No database keeps half a character, so that until the parts are
joined each half stands as a character of a plane that nobody texts in: U+10F800 to U+10FFFF, of
private use, one for each of U+D800 to U+DFFF.
"""

import re
from typing import Final

_FIRST: Final = 0xD800
_MOVED: Final = 0x10F800
_HALVES: Final = re.compile("[\ud800-\udfff]")
_MARKS: Final = re.compile(
    "([\U0010f800-\U0010fbff])([\U0010fc00-\U0010ffff])|[\U0010f800-\U0010ffff]"
)
_LOST: Final = "\ufffd"


def part_text(octets: bytes, codec: str) -> str:
    """The text of one part; half a character at its ends is marked.

    Args:
        octets: a whole number of UTF-16 code units.
        codec: `utf-16-be` or `utf-16-le`.
    """
    text = octets.decode(codec, "surrogatepass")
    return _HALVES.sub(lambda half: chr(ord(half[0]) - _FIRST + _MOVED), text)


def joined(texts: list[str]) -> str:
    """The parts of a text in their order as one; a half whose other one is missing is U+FFFD."""
    return _MARKS.sub(_whole, "".join(texts))


def _whole(found: re.Match[str]) -> str:
    high, low = found[1], found[2]
    if high is None:
        return _LOST
    units = (ord(half) - _MOVED + _FIRST for half in (high, low))
    return b"".join(unit.to_bytes(2) for unit in units).decode("utf-16-be")
