"""Outgoing text in letters that every telco and handset carries.

Three strengths, each for the text after rendering, because the values of a template bring in what
its author never typed (domain 3.1): `clean_accented` keeps Vietnamese letters and
repairs typography; `plain` gives GSM-7 text without marks; `allowed` leaves only what no telco
refuses. `offenders` tells a person what stands in the way.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from anyascii import anyascii

from sms_gateway.gsm.alphabet import is_gsm7

# A table fills as characters come by; strangers' texts must not make it grow without end.
_MOST_REMEMBERED: Final = 4096
_LATIN: Final = (*range(0x250), *range(0x300, 0x370), *range(0x1E00, 0x1F00))
_REMOVED: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
_SYMBOLS: Final = frozenset({"Cn", "Sk", "Sm", "So"})
_PICTURE: Final = "\0"  # stands for an emoji until the spaces around it are settled
_PICTURE_BLOCKS: Final = (
    (0x2190, 0x243F),  # arrows, technical signs, pictures of control characters
    (0x25A0, 0x27BF),  # geometric shapes, weather, chess, dingbats
    (0x2900, 0x2BFF),  # more arrows and shapes
    (0x1F000, 0x1FAFF),  # emoji, flags, tiles, cards
)


def _each(characters: str, replacement: str) -> dict[int, str]:
    return dict.fromkeys(map(ord, characters), replacement)


_TYPOGRAPHY: Final = {
    **_each("`\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u201a\u201b\u2032\u2039\u203a", "'"),
    **_each("\u275b\u275c\uff07", "'"),
    **_each('"\u00ab\u00bb\u201c\u201d\u201e\u201f\u2033\u275d\u275e\uff02', '"'),
    **_each("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u3030\ufe58\ufe63\uff0d", "-"),
    # Bullets.
    **_each("\u00b7\u2022\u2023\u2219\u25a0\u25aa\u25cb\u25cf\u25e6\u25fe", "-"),
    **_each("\u2192\u21d2\u2794\u279c\u27a1", "->"),
    **_each("\u2190\u21d0\u2b05", "<-"),
    **_each("\t\u2800", " "),
    **_each("\n\r\v\f\x85\u2028\u2029", "\n"),
    # Fillers that show nothing, the keycap around a digit, and what stands for lost characters.
    **_each("\u034f\u115f\u1160\u17b4\u17b5\u20e3\u303d\u3164\uffa0\ufffc\ufffd", ""),
    # Variation selectors.
    **dict.fromkeys((*range(0x180B, 0x1810), *range(0xFE00, 0xFE10)), ""),
    **dict.fromkeys(range(0xE0100, 0xE01F0), ""),
    ord("\u2025"): "..",
    ord("\u2026"): "...",
    # The currency by its ISO 4217 code: a bare letter reads as a slip of the finger.
    ord("\u20ab"): "VND",
}
# A stroke is no mark of Unicode, so the letters d with stroke stay whole in NFD. The sign for "not
# equal" would lose its stroke, and its sense.
_BY_HAND: Final = {"\u0111": "d", "\u0110": "D", "\u2260": "<>"}
# In another script they are not '?', which on a phone looks like a letter that was lost. They end
# a sentence, and so does a full stop.
_QUESTIONS: Final = frozenset(
    "\u055e\u061f\u1367\u1945\u203d\u2047\u2048\u2049\u2e2e\ua60f\ufe16\ufe56\uff1f"
)


class _Table(dict[int, str]):
    """A table for str.translate that works a character out when it first meets it.

    It starts with Latin letters, all Vietnamese ones among them: no stranger's text can push
    those out.
    """

    def __init__(self, find: Callable[[str], str]) -> None:
        super().__init__()
        self._find = find
        for code in _LATIN:
            self[code] = find(chr(code))

    def __missing__(self, code: int) -> str:
        found = self._find(chr(code))
        if len(self) < _MOST_REMEMBERED:
            self[code] = found
        return found


def _is_picture(character: str, category: str) -> bool:
    if category not in _SYMBOLS:
        return False
    code = ord(character)
    if category != "Sm" and any(first <= code <= last for first, last in _PICTURE_BLOCKS):
        return True
    # anyascii spells emoji out, `:thumbsup:`, which nobody wants to read and to pay for.
    name = anyascii(character)
    return len(name) > len("::=") and name.startswith(":") and name.endswith(":")


def _repaired(character: str) -> str:
    """One character with its typography repaired; letters and marks come back as they are."""
    replacement = _TYPOGRAPHY.get(ord(character))
    if replacement is not None:
        return replacement
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if _is_picture(character, category):
        return _PICTURE
    return "" if category in _REMOVED else character


def _unmarked(character: str) -> str:
    """One repaired character in ASCII; empty for what has no counterpart."""
    if character.isascii():
        return character
    if character in _BY_HAND:
        return _BY_HAND[character]
    if character in _QUESTIONS:
        return "."
    base = unicodedata.normalize("NFD", character)[0]
    if base.isascii() and base.isalpha():
        return base
    # anyascii says '?' for what it cannot tell, and a backtick (not in GSM-7) for a glottal stop.
    return anyascii(character).replace("?", "").replace("`", "'")


_REPAIRS: Final = _Table(_repaired)
_UNMARKS: Final = _Table(_unmarked)
# anyascii reads a table from disk for each block of 256 characters when it first meets it. Those
# that a Vietnamese office meets (Latin, Greek, Cyrillic, signs, full width) are read here, so that
# no reply waits for the disk. Another script costs one read of some hundred bytes, once.
_BLOCKS: Final = (*range(6), *range(0x1E, 0x28), 0xFB, 0xFE, 0xFF)
anyascii("".join(chr(block << 8) for block in _BLOCKS))

_DONG: Final = re.compile("(?<=[0-9])\u20ab")
_PICTURES: Final = re.compile(f" ?{_PICTURE}[ {_PICTURE}]*")


def nfc(text: str) -> str:
    """The text in NFC: one code point for each Vietnamese letter.

    Text from macOS and some editors comes in NFD, where a reply of 87 code units counts 100
    (domain 3.1). Apply it before counting and sending.
    """
    return unicodedata.normalize("NFC", text)


def _is_simple(text: str) -> bool:
    return text.isascii() and text.isprintable() and "`" not in text


def _between(match: re.Match[str]) -> str:
    """What is left where an emoji was: one space between words, else nothing."""
    before = match.string[: match.start()][-1:]
    after = match.string[match.end() : match.end() + 1]
    return "" if before in ("", "\n", "(") or after in ("", *".,:;!?)\n") else " "


def clean_accented(text: str) -> str:
    """Accented text as it may go out: the same letters in NFC, with typography made plain.

    Smart quotes, dashes, ellipses, bullets, odd spaces and the dong sign get an ASCII form; line
    ends become a newline; zero-width, bidirectional and control characters, emoji and lone
    surrogates are taken out. Letters of any script stay.
    """
    if _is_simple(text):
        return text
    repaired = _DONG.sub(" \u20ab", nfc(text).replace("\r\n", "\n")).translate(_REPAIRS)
    if _PICTURE in repaired:
        repaired = _PICTURES.sub(_between, repaired)
    # A letter and its mark may have met only now that a zero-width character is gone.
    return nfc(repaired)


def plain(text: str) -> str:
    """The text in printable ASCII and newlines, without marks, every letter kept as a letter.

    Vietnamese letters become their base letter one for one; other scripts are transliterated.
    The result is always GSM-7 and holds a '?' only where the text held one.
    """
    if _is_simple(text):
        return text
    return clean_accented(text).translate(_UNMARKS)


_ALLOWED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .:-/()")
_ALL_ALLOWED: Final = re.compile(r"[A-Za-z0-9 .:\-/()]*")
_SPACES: Final = re.compile(" {2,}")
_FIGURE: Final = re.compile(
    r"(?<![\w,./-])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3},[0-9]{1,2})(?![\w/-])(?!,[0-9])"
)
_SEPARATOR: Final = re.compile(r" ?[,;&][ ,;&]*(?:- )?")
# The order matters: numbers are told from punctuation first.
_REWORDED: Final = (
    # A number is dialled as well without '+': in the country by 0, else by the prefix 00.
    (re.compile(r"(?<!\w)\+84[ .-]?(?:\(0\) ?)?(?=[1-9](?:[ .-]?[0-9]){7,9}(?![0-9]))"), "0"),
    (re.compile(r"(?<!\w)\+(?=[1-9](?:[ .-]?[0-9]){6,14}(?![0-9]))"), "00"),
    (re.compile(r"<([^<> ](?:[^<>]{0,80}[^<> -])?)>"), r"(\1)"),
    (re.compile(r" ?[!?][!?.]*"), "."),
    (re.compile(r" ?= ?"), ": "),
    (re.compile(r" ?%"), "/100"),
)
_REPLACED: Final = str.maketrans(
    {
        **dict.fromkeys("\n#*+<>^_", " "),
        **dict.fromkeys("[{", "("),
        **dict.fromkeys("]}", ")"),
        **dict.fromkeys("\\|", "/"),
        **dict.fromkeys("\"'", ""),
        "$": "USD",
        "@": "(at)",
        "~": "-",
    }
)


def _dash(match: re.Match[str]) -> str:
    """A dash for a comma between words; nothing at an edge or beside other punctuation."""
    before = match.string[: match.start()][-1:]
    after = match.string[match.end() : match.end() + 1]
    return "" if before in ("", "(") or after in ("", *".:)") else " - "


def allowed(text: str) -> str:
    """The text in `A-Z a-z 0-9 space . : - / ( )` only (domain 3.1), on one line.

    Some brandname platforms refuse or mangle all else. A text that already complies comes back
    as it is; another is made plain first, then reworded without leaning on a language:
    `,` `;` `&` become a dash, or a point inside a figure; `!` `?` a full stop; `=` a colon; `%`
    `/100`; `+84` before a phone number `0` and another `+` before one `00`; brackets of all kinds
    round ones; backslash and bar `/`; `~` `-`; `$` `USD`; `@` `(at)`; quotes nothing; what is
    left, `_` and newlines too, a space. Double spaces and those at the ends go.
    """
    text = plain(text)
    if _ALL_ALLOWED.fullmatch(text):
        return _single_spaced(text)
    text = _FIGURE.sub(lambda figure: figure[0].replace(",", "."), text.replace("\n", " "))
    text = _SEPARATOR.sub(_dash, text)
    for pattern, replacement in _REWORDED:
        text = pattern.sub(replacement, text)
    return _single_spaced(text.translate(_REPLACED))


def _single_spaced(text: str) -> str:
    return (_SPACES.sub(" ", text) if "  " in text else text).strip(" ")


def offenders(text: str) -> tuple[str, ...]:
    """What keeps a text from being cheap and safe, a line for each different character.

    A line reads `U+2019 RIGHT SINGLE QUOTATION MARK: not in GSM-7, the whole text becomes UCS-2`
    or `U+005F LOW LINE: not on the allow-list, some telcos refuse it`. In order of appearance,
    after NFC; empty when nothing offends.
    """
    lines = []
    for character in dict.fromkeys(nfc(text)):
        if not is_gsm7(character):
            fault = "not in GSM-7, the whole text becomes UCS-2"
        elif character not in _ALLOWED:
            fault = "not on the allow-list, some telcos refuse it"
        else:
            continue
        # Control characters have no name of their own.
        name = unicodedata.name(character, "(no name)")
        lines.append(f"U+{ord(character):04X} {name}: {fault}")
    return tuple(lines)
