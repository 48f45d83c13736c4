"""What a reply is filled with, made fit to send.

Values come from settings, case databases and citizens. One curly quote or accent among them would
turn a whole text into UCS-2 at two to three times the price (domain 3.1), so they are
cleaned while rendering, whatever the template was checked for.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from sms_gateway.enquiry.templates import LONGEST
from sms_gateway.gsm.plain import allowed, clean_accented, plain

_MOST_READ: Final = 256  # of a value that nobody limited; what is longer is cut anyway
_TONES: Final = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VOWELS: Final = "aăâeêioôơuưy"
_LETTERS: Final = "".join(
    unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES
)
VIETNAMESE: Final = frozenset(_LETTERS + _LETTERS.upper() + "đĐ")
"""The letters of accented Vietnamese, in NFC, A to Z not all among them."""

_CLEAN: Final = re.compile(r"[A-Za-z0-9.:/()-]+(?: [A-Za-z0-9.:/()-]+)*")
_REFUSED: Final = re.compile(r"[^A-Za-z0-9 .:/()-]+")
_FOREIGN: Final = re.compile(rf"[^A-Za-z0-9 .:/()\-{''.join(sorted(VIETNAMESE))}]")

# What stands for a character that a telco refuses, the first of which it takes; else a space.
_STAND_INS: Final = {"/": "-.", ":": ".-", "(": "-", ")": "", "-": "./", ".": "-"}


def plain_value(name: str, value: str) -> str:
    """A value in `A-Z a-z 0-9 space . : - / ( )`, single-spaced, no longer than its placeholder.

    Args:
        name: the placeholder, a key of `LONGEST`.
        value: whatever was given.
    """
    if len(value) <= LONGEST[name] and _CLEAN.fullmatch(value):
        return value
    value = value[:_MOST_READ]
    # Rewording `%` or `$` is for sentences. In a code it would add letters to the key.
    text = _REFUSED.sub(" ", plain(value)) if name == "code" else allowed(value)
    return _shortened(name, " ".join(text.split()))


def accented_value(name: str, value: str) -> str:
    """The same with the letters of Vietnamese kept."""
    if len(value) <= LONGEST[name] and _CLEAN.fullmatch(value):
        return value
    text = _FOREIGN.sub(
        lambda letter: plain_value(name, letter[0]) or " ", clean_accented(value[:_MOST_READ])
    )
    return _shortened(name, " ".join(text.split()))


def cleaned(names: Iterable[str], given: Mapping[str, str], *, accented: bool) -> dict[str, str]:
    """The values of some placeholders, made fit to send; empty where none was given."""
    code = accented_value if accented else plain_value
    other = _accented_again if accented else _plain_again
    return {n: (code if n == "code" else other)(n, given.get(n, "")) for n in names}


# Hotlines and days come again and again. A code is one citizen's, and is not remembered.
_plain_again = functools.lru_cache(maxsize=1024)(plain_value)
_accented_again = functools.lru_cache(maxsize=1024)(accented_value)


def without(text: str, refused: Iterable[str]) -> str:
    """The text without characters that one telco refuses, `/` as `-` or `.` for example.

    A letter or figure that is refused becomes a space; nothing but spaces comes of refusing all.
    """
    unwanted = frozenset(refused)
    for character in unwanted.intersection(text):
        stand_ins = _STAND_INS.get(character, " ")
        text = text.replace(character, next((s for s in stand_ins if s not in unwanted), " "))
    return " ".join(text.split())


def _shortened(name: str, text: str) -> str:
    longest = LONGEST[name]
    if len(text) <= longest:
        return text
    cut = text[:longest]
    if name != "code" and " " in cut and text[longest] != " ":
        cut = cut.rpartition(" ")[0]
    return cut.rstrip(" .:-/(")
