"""The GSM 7 bit default alphabet and its extension table (3GPP TS 23.038 clause 6.2.1).

Everything here counts the text as given: bring it to NFC first (`sms_gateway.gsm.plain.nfc`),
because an accented letter in NFD is two or three code units long.
"""

import enum
import re
from typing import Final

_ESCAPE: Final = 0x1B
_HIGHEST: Final = 0x7F

# Clause 6.2.1, sixteen positions a line, from 0x00. Look-alike letters are written as escapes.
_BASIC: Final = (
    "@\u00a3$\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\n\u00d8\u00f8\r\u00c5\u00e5"
    "\u0394_\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039e\x1b\u00c6\u00e6\u00df\u00c9"
    " !\"#\u00a4%&'()*+,-./"
    "0123456789:;<=>?"
    "\u00a1ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZ\u00c4\u00d6\u00d1\u00dc\u00a7"
    "\u00bfabcdefghijklmno"
    "pqrstuvwxyz\u00e4\u00f6\u00f1\u00fc\u00e0"
)
# Clause 6.2.1.1: reached through the escape at 0x1B, so each costs two septets.
_EXTENSION: Final = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "\u20ac",
}
# The escape itself is no character: a text that holds U+001B would change the one after it.
_OCTETS: Final = {
    **{letter: bytes((code,)) for code, letter in enumerate(_BASIC) if code != _ESCAPE},
    **{letter: bytes((_ESCAPE, code)) for code, letter in _EXTENSION.items()},
}
_OUTSIDE: Final = re.compile(f"[^{re.escape(''.join(_OCTETS))}]")
_ONE_EACH: Final = re.compile(
    f"[{re.escape(''.join(letter for letter, code in _OCTETS.items() if len(code) == 1))}]*"
)
_DOUBLE: Final = re.compile(f"[{re.escape(''.join(_EXTENSION.values()))}]")


class Alphabet(enum.StrEnum):
    """How a text is coded on the air (TS 23.038 clause 4): seven bits or sixteen a character."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


def alphabet_of(text: str) -> Alphabet:
    """The cheapest alphabet that carries the whole text; one foreign character makes it UCS-2."""
    return Alphabet.UCS2 if _OUTSIDE.search(text) else Alphabet.GSM7


def is_gsm7(character: str) -> bool:
    """Whether one character is in the default alphabet or its extension table."""
    return character in _OCTETS


def is_extension(character: str) -> bool:
    """Whether one character costs two septets (clause 6.2.1.1)."""
    return character in _OCTETS and len(_OCTETS[character]) > 1


def septets(text: str) -> int:
    """How many septets a GSM-7 text takes; a character of the extension table takes two.

    Raises:
        ValueError: the text holds a character that is not in GSM-7.
    """
    if _OUTSIDE.search(text):
        message = "text is not GSM-7: count it in UCS-2 code units"
        raise ValueError(message)
    return units(text, Alphabet.GSM7)


def units(text: str, alphabet: Alphabet) -> int:
    """The length in the alphabet's own units: septets, or UTF-16 code units of two octets.

    The alphabet is the caller's word and is not checked again.
    """
    if alphabet is Alphabet.GSM7:
        return len(text) + len(_DOUBLE.findall(text))
    # Handsets and telcos read "UCS-2" as UTF-16: an emoji is two units (domain 3.1).
    return len(text.encode("utf-16-be", "surrogatepass")) // 2


def measure(text: str) -> tuple[Alphabet, int]:
    """The alphabet of the text and its length in that alphabet's units."""
    if _ONE_EACH.fullmatch(text):  # nearly every unaccented reply: one look is enough
        return Alphabet.GSM7, len(text)
    alphabet = alphabet_of(text)
    return alphabet, units(text, alphabet)


def encode(text: str) -> bytes:
    """Septets unpacked, one in each octet, as SMPP and HTTP interfaces carry them.

    Raises:
        ValueError: the text holds a character that is not in GSM-7.
    """
    try:
        return b"".join([_OCTETS[letter] for letter in text])
    except KeyError:
        message = "text is not GSM-7: send it as UCS-2"
        raise ValueError(message) from None


def decode(octets: bytes) -> str:
    """Unpacked septets back to text. Never raises: a telco may send anything.

    An octet over 0x7F becomes U+FFFD. After an escape, a code without a meaning is read from the
    default table; an escape followed by an escape is a space (clause 6.2.1.1), and so is one
    followed by nothing (clause 6.2.1).
    """
    letters: list[str] = []
    escaped = False
    for octet in octets:
        if octet > _HIGHEST:
            letters.append(" \ufffd" if escaped else "\ufffd")
            escaped = False
        elif octet != _ESCAPE:
            letters.append(_EXTENSION.get(octet, _BASIC[octet]) if escaped else _BASIC[octet])
            escaped = False
        elif escaped:
            letters.append(" ")
            escaped = False
        else:
            escaped = True
    if escaped:
        letters.append(" ")
    return "".join(letters)
