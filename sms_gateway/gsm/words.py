"""The words of a text, as a search compares them: without marks, case and signs."""

import re
from hashlib import blake2b
from typing import Final

from sms_gateway.gsm.plain import plain

_WORD: Final = re.compile("[a-z0-9]+")
_OCTETS: Final = 8


def words_of(text: str) -> tuple[str, ...]:
    """Each word once, in order: letters and digits that stand together, as `plain` writes them.

    `Giấy phép, GIẤY` has the words `giay` and `phep`; what has neither letter nor digit has none.
    """
    return tuple(dict.fromkeys(_WORD.findall(plain(text).lower())))


def word_number(word: str) -> int:
    """What an index keeps in the place of a word: 64 bits, with a sign."""
    digest = blake2b(word.encode(), digest_size=_OCTETS).digest()
    return int.from_bytes(digest, "big", signed=True)


def word_numbers(text: str) -> list[int]:
    """The same of all words of a text."""
    return [word_number(word) for word in words_of(text)]
