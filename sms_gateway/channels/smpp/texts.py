"""What the octets of a text mean, whatever their data_coding says, and how an MT is coded.

SMPP 3.4 clause 5.2.19 names the codings; codes beyond it are those of TS 23.038 clause 4.
"""

from collections.abc import Mapping

from sms_gateway.channels.smpp.settings import Alphabet, Texts
from sms_gateway.gsm import alphabet as gsm7
from sms_gateway.gsm import halves
from sms_gateway.settings import SettingsError

# Clause 5.2.19: 0 is left out, for it is whatever the SMSC's own alphabet is. 2 and 4 are octets
# without an alphabet: what people send under them is UTF-8 or reads as Latin-1.
_NAMED: Mapping[int, Alphabet] = {1: "ascii", 2: "utf-8", 3: "latin-1", 4: "utf-8", 8: "ucs2"}

# TS 23.038 clause 4: bits 3 and 2 of the groups 00xx and 01xx, bit 2 of group 1111.
_GENERAL: Mapping[int, Alphabet] = {0: "gsm7", 1: "utf-8", 2: "ucs2", 3: "gsm7"}
_CLASS_GROUP = 0xF0
_GENERAL_END = 0x80
_GENERAL_BEGIN = 0x10
_EIGHT_BITS = 0x04
_WAITING_UCS2 = 0xE0  # TS 23.038 clause 4, group 1110: message waiting, text in UCS-2

# High octets of UTF-16 code units in Latin and Vietnamese text: U+00xx to U+03xx, U+1Exx, U+20xx.
_HIGH = frozenset((0x00, 0x01, 0x02, 0x03, 0x1E, 0x20))
_SHORTEST = 4


class TextReader:
    """Reads octets as `[texts]` describes them. Never raises: a telco may send anything."""

    def __init__(self, texts: Texts, at: str) -> None:
        """Read the settings.

        Args:
            texts: the settings.
            at: dotted key of `texts`, named in errors.

        Raises:
            SettingsError: a coding is no number from 0 to 255.
        """
        self._finds_ucs2 = texts.finds_ucs2
        self._alphabets: list[Alphabet] = [_by_standard(coding) for coding in range(256)]
        self._alphabets[0] = texts.coding_0
        for coding, alphabet in texts.codings.items():
            if not (coding.isascii() and coding.isdecimal() and int(coding) < len(self._alphabets)):
                msg = f"{at}.codings: {coding!r} is no data_coding; write a number from 0 to 255"
                raise SettingsError(msg)
            self._alphabets[int(coding)] = alphabet

    def read(self, octets: bytes, coding: int) -> str:
        """The text.

        Args:
            octets: without user data header.
            coding: data_coding.
        """
        return halves.joined([self.read_part(octets, coding)])

    def pairs(self, octets: bytes, coding: int) -> bool:
        """Whether each letter of the text has two octets: it is UCS-2, or looks like it."""
        if self._alphabets[coding] == "ucs2":
            return True
        return self._finds_ucs2 and _looks_like_ucs2(octets) is not None

    def read_part(self, octets: bytes, coding: int) -> str:
        """The same of one part of a long text, to be joined by `halves.joined`."""
        alphabet = self._alphabets[coding]
        if alphabet != "ucs2" and self._finds_ucs2 and (found := _looks_like_ucs2(octets)):
            return halves.part_text(octets, found)
        if alphabet == "gsm7":
            return gsm7.decode(octets)
        if alphabet == "ucs2":
            # An odd octet at the end is half a character: the others are still text.
            whole = octets[: len(octets) & ~1]
            odd = "\ufffd" if len(octets) & 1 else ""
            return halves.part_text(whole, "utf-16-be") + odd
        return _decoded(octets, alphabet)


def encoded(text: str, coding_0: str) -> bytes | None:
    """An MT's text in the alphabet of data_coding 0, or None where that does not hold it."""
    try:
        return gsm7.encode(text) if coding_0 == "gsm7" else text.encode(coding_0)
    except ValueError:
        return None


def _by_standard(coding: int) -> Alphabet:
    if named := _NAMED.get(coding):
        return named
    if _GENERAL_BEGIN <= coding < _GENERAL_END:
        return _GENERAL[coding >> 2 & 3]
    if coding >= _CLASS_GROUP:
        return "utf-8" if coding & _EIGHT_BITS else "gsm7"
    if coding >= _WAITING_UCS2:
        return "ucs2"
    return "gsm7"


def _decoded(octets: bytes, codec: str) -> str:
    try:
        return octets.decode(codec)
    except UnicodeDecodeError:
        # ASCII and UTF-8 with other octets in it: Latin-1 keeps each one for the eye.
        return octets.decode("latin-1")


def _looks_like_ucs2(octets: bytes) -> str | None:
    """The codec of octets that are UTF-16 whatever was declared (domain 8, item 4), or None.

    Every second octet is one that Latin and Vietnamese letters have in front, and at least half of
    them are NUL. NUL is `@` in GSM-7 and nothing in the other alphabets, so that only a text with
    an `@` behind most of its letters is taken for one.
    """
    size = len(octets)
    if size < _SHORTEST or size & 1 or 0 not in octets:
        return None
    for first, codec in ((0, "utf-16-be"), (1, "utf-16-le")):
        high = octets[first::2]
        if _HIGH.issuperset(high) and high.count(0) * 2 >= len(high):
            return codec
    return None
