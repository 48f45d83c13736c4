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
    """
    plain = plain_digits(text)
    return _NUMBER.sub(_masked, plain) if numbers_in(plain) else text


def digits_of(number: str) -> str:
    """The digits of a number, behind its plus sign where it has one."""
    digits = "".join(filter(str.isdecimal, number))
    return f"+{digits}" if number.startswith("+") else digits


def _masked(found: re.Match[str]) -> str:
    return found[0] if found["other"] is not None else f"xxx{digits_of(found[0])[-_SHOWN:]}"
