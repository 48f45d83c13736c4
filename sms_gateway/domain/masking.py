"""Phone numbers within a text: where they stand, and the text without them."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_BETWEEN: Final = r"[\W_]{0,3}"
"""What people write within a number: blanks, dots, dashes, strokes, brackets, invisible signs."""

# Digits that are no number of a phone: a receipt code (the day, then its count), a date, a time.
_CODE: Final = r"(?<!\d)[1-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[\W_]{0,3}\d{4,6}(?!\d)"
_DATE: Final = r"(?<!\d)\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)\d\d(?![./\-_]?\d)"
_TIME: Final = r"(?<![\d:])\d{1,2}[:hg]\d{2}(?!:?\d)"
_OTHER: Final = f"(?:{_CODE}|{_DATE}|{_TIME})"


def _then(count: str, digits: str = r"\d") -> str:
    return f"(?:{_BETWEEN}(?!{_OTHER}){digits}){{{count}}}"


# Mobile numbers have nine digits behind the zero, of a line and of before 2018 ten (domain 2).
_BEHIND_ZERO: Final = f"(?:{_then('1', '[3-9]')}{_then('8')}|{_then('1', '[12]')}{_then('9')})"
_NUMBER: Final = re.compile(
    f"(?P<other>{_OTHER})"
    rf"|(?<!\d)(?:(?:\+|00)?84(?:{_BETWEEN}0)?|0){_BEHIND_ZERO}\d*"
    r"|(?<!\d)[35789]\d{8}(?!\d)"
    rf"|\+{_then('8,15')}"
)
# With letters that pass for digits a text must look more like a number: a mobile one of today.
_LIKE_DIGITS: Final = str.maketrans("OoIl", "0011")
_TYPED: Final = re.compile(
    f"(?P<other>{_OTHER})"
    rf"|(?<!\d)(?:(?:\+|00)?84(?:{_BETWEEN}0)?|0){_then('1', '[3-9]')}{_then('8')}(?!\d)"
)
_LETTERS: Final = re.compile("[OoIl]")
_DIGITS_OF_TYPED: Final = 6
_SHOWN: Final = 3


def plain_digits(text: str) -> str:
    """The text in NFKC, with the digits of all scripts as 0 to 9."""
    plain = unicodedata.normalize("NFKC", text)
    if plain.isascii():
        return plain
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in plain)


def numbers_in(text: str) -> Sequence[re.Match[str]]:
    """What may be a phone number of Vietnam, or of abroad with its plus sign.

    Receipt codes (`170703-0001`), dates and times are none, also beside a number.

    Args:
        text: of `plain_digits`.
    """
    return [found for found in _NUMBER.finditer(text) if found["other"] is None]


def masked_numbers(text: str) -> str:
    """The text with `xxx` and the last three digits in the place of each phone number.

    A text without one is as it was; of others letters in full width and the like are plain ones.
    Where O, o, I and l stand for some digits of a number, it is masked as well.
    """
    plain = plain_digits(text)
    typed = plain.translate(_LIKE_DIGITS)
    spans = [found.span() for found in numbers_in(plain)]
    pieces: list[str] = []
    at = 0
    for begin, end in _merged([*spans, *_typed_in(plain, typed)]):
        pieces += [plain[at:begin], "xxx", digits_of(typed[begin:end])[-_SHOWN:]]
        at = end
    return "".join([*pieces, plain[at:]]) if pieces else text


def _typed_in(plain: str, typed: str) -> list[tuple[int, int]]:
    """Where a number stands in which letters pass for digits; never a part of a word."""
    if not _LETTERS.search(plain):
        return []
    return [
        found.span()
        for found in _TYPED.finditer(typed)
        if found["other"] is None
        and _LETTERS.search(plain, *found.span())
        and sum(map(str.isdecimal, plain[found.start() : found.end()])) >= _DIGITS_OF_TYPED
        and not plain[found.start() - 1 : found.start()].isalnum()
        and not plain[found.end() : found.end() + 1].isalnum()
    ]


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """In their order; those that overlap are one."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if merged and begin < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def digits_of(number: str) -> str:
    """The digits of a number, behind its plus sign where it has one."""
    digits = "".join(filter(str.isdecimal, number))
    return f"+{digits}" if number.startswith("+") else digits
