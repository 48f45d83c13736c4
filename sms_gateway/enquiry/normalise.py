"""From what was typed to plain A-Z and 0-9, letter by letter (order of domain 3.3)."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from sms_gateway.domain.record import Record

MAX_CHARS = 1_200
"""Characters considered; a text of seven radio parts has at most 1,071 (domain 4.1)."""

_MOST_MARKS = 4
"""NFD makes at most four characters of one, so this many times MAX_CHARS is always enough."""

_MANGLED = re.compile(r"([\x01\x1e])([\x00-\xff])", re.DOTALL)
_PLANE = {"\x01": 0x0100, "\x1e": 0x1E00}
_VIETNAMESE_01 = frozenset(
    "\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0"
)

_SPACES = frozenset("\t\n\v\f\r\x11\x85")
"""Breaks between words; \\x11 is the underscore of GSM-7 read as ASCII (domain 3.2)."""

_LOOK_ALIKES = {
    **dict(zip("АВЕЁКМНОРСТУХІЅЈ", "ABEEKMHOPCTYXISJ", strict=True)),  # Cyrillic
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),  # noqa: RUF001 - Greek is meant
    **dict.fromkeys("ĐƉÐ", "D"),
    "Ƣ": "U",  # what PDF exports make of Ư (domain 1.9)
    "\u2212": "-",  # the minus sign is a dash to a citizen
    "\u2043": "-",
    "\u2044": "/",
    "\u2215": "/",
    **dict.fromkeys("ÄÖÑÜ", " "),  # GSM-7 reads [ \ ] ^ { | } ~ so, and Vietnamese has none of them
}

_PICTURE_OF_NUL = "\u2400"
"""Stands for U+0000 in a text that was stored before it was read: nothing was to be seen of it."""

UNREADABLE = "?"
"""Stands for a letter of a number that nobody can read."""

_DIGIT_LOOK_ALIKES = {"З": "3"}  # noqa: RUF001 - Cyrillic is meant
"""Letters that look like no letter of ours and like a digit: believed in a second reading only."""

_TONES_VNI = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_TONES_TELEX = {"\u0301": "S", "\u0300": "F", "\u0309": "R", "\u0303": "X", "\u0323": "J"}
_SHAPES_VNI = {"\u0302": "6", "\u031b": "7", "\u0306": "8"}
_CIRCUMFLEX = "\u0302"


class Folded(Record, frozen=True):
    """A text twice, character by character alike.

    Attributes:
        kept: upper case with its accents.
        plain: the same length, only A-Z, 0-9, space and - . / ?
    """

    kept: str
    plain: str


def _unmangle(text: str) -> str:
    r"""Undo a telco that deletes the zero bytes of UCS-2: `s\x1eÑ` was `số` (domain 2.0)."""

    def letter(match: re.Match[str]) -> str:
        high, low = match.groups()
        made = chr(_PLANE[high] + ord(low))
        real = made in _VIETNAMESE_01 or "\u1ea0" <= made <= "\u1ef9"
        return made if real else match.group()

    return _MANGLED.sub(letter, text)


def _fold_char(char: str) -> str:
    """The plain form of one upper-case character; empty where nothing is to be seen of it."""
    if char in _SPACES:
        return " "
    if char in _LOOK_ALIKES:
        return _LOOK_ALIKES[char]
    category = unicodedata.category(char)
    if category in {"Cc", "Cf", "Mn", "Me", "Mc"} or char == _PICTURE_OF_NUL:
        return ""
    if category == "Pd":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(char))
    base = unicodedata.normalize("NFD", char)[0]
    return base if "A" <= base <= "Z" or base in "./?" else " "


_TABLE = {chr(n): _fold_char(chr(n)) for n in [*range(0x250), *range(0x1E00, 0x1F00)]}
"""Folded beforehand: what citizens really type. The rest is folded as it comes, never cached."""


def fold(text: str) -> Folded:
    """Fold a decoded text; the same for NFC and NFD, and folding its plain form changes nothing."""
    text = text[: _MOST_MARKS * MAX_CHARS]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = text[:MAX_CHARS]
    if "\x1e" in text or "\x01" in text:
        text = _unmangle(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[:MAX_CHARS]
    kept: list[str] = []
    plain: list[str] = []
    for char in text.upper():
        folded = _TABLE.get(char)
        if folded is None:
            folded = _fold_char(char)
        if folded:
            kept.append(char)
            plain.append(folded)
    return Folded("".join(kept)[:MAX_CHARS], "".join(plain)[:MAX_CHARS])


def unreadable(folded: Folded) -> Iterator[int]:
    """Where a letter or a picture stands that has no plain form, and where a phone wrote `?`.

    A telco that cannot carry a letter puts `?` in its place.
    """
    if UNREADABLE not in folded.plain and folded.kept.isascii():
        return
    for at, (kept, plain) in enumerate(zip(folded.kept, folded.plain, strict=True)):
        if plain == UNREADABLE or (plain == " " and kept not in _LOOK_ALIKES and _drawn(kept)):
            yield at


def _drawn(char: str) -> bool:
    category = unicodedata.category(char)
    return category == "So" or category.startswith("L")


def look_alike_digits(kept: str, plain: str) -> str:
    """The plain form with digits where a letter looks like one."""
    pairs = zip(kept, plain, strict=True)
    return "".join(_DIGIT_LOOK_ALIKES.get(char, base) for char, base in pairs)


def squash(phrase: str) -> str:
    """A phrase of the configuration as letters and digits only: `Từ chối` becomes TUCHOI."""
    return "".join(c for c in fold(phrase).plain if c.isalnum())


def accented(kept: str) -> bool:
    """Whether a stretch bears Vietnamese marks other than the stroke of Đ: then it is prose."""
    if kept.isascii():
        return False
    return any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", kept))


def undo_vni(kept: str, plain: str) -> str:
    """Spell accented letters as the keys of a VNI keyboard: Đ is D9, Á is A1, Ấ is A61."""
    pairs = zip(kept, plain, strict=True)
    return "".join(_keys(char, base, _TONES_VNI, _vni_shape, "D9") for char, base in pairs)


def undo_telex(kept: str, plain: str) -> str:
    """Spell accented letters as the keys of a Telex keyboard: Đ is DD, Á is AS, Ấ is AAS."""
    pairs = zip(kept, plain, strict=True)
    return "".join(_keys(char, base, _TONES_TELEX, _telex_shape, "DD") for char, base in pairs)


def _vni_shape(_base: str, mark: str) -> str:
    return _SHAPES_VNI.get(mark, "")


def _telex_shape(base: str, mark: str) -> str:
    if mark == _CIRCUMFLEX:
        return base
    return "W" if mark in _SHAPES_VNI else ""


def _keys(
    char: str, base: str, tones: Mapping[str, str], shape: Callable[[str, str], str], stroke: str
) -> str:
    """The keys of one character; what is no accented letter stays as it was folded."""
    if char == "Đ":
        return stroke
    if char.isascii() or not base.isalpha():
        return base
    marks = unicodedata.normalize("NFD", char)[1:]
    shapes = "".join(shape(base, mark) for mark in marks)
    return base + shapes + "".join(tones.get(mark, "") for mark in marks)
