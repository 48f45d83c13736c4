"""Which word is meant where accents are written: `dừng` is no `Dũng`, and no `đúng`."""

import unicodedata
from collections.abc import Sequence

from sms_gateway.enquiry.normalise import accented, fold

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_AS_HEARD = {"\u0303": "\u0309"}
"""Half the country writes ngã for hỏi, `hũy`."""


def syllables(phrase: str) -> tuple[str, ...]:
    """The letters of each word of a phrase, upper case, with their accents."""
    return tuple(letters_of(fold(word).kept) for word in phrase.split())


def letters_of(kept: str) -> str:
    """The letters of a stretch, without what stands between them."""
    return "".join(filter(str.isalnum, kept))


def may_be(letters: str, spelled: Sequence[str]) -> bool:
    """Whether letters may be the phrase: of each word that bears accents the tone is the same.

    Where in the word it is written makes no difference, `hủy` and `huỷ`; what bears no accents on
    either side may be anything.

    Args:
        letters: as typed, the same as those of the phrase once accents are dropped.
        spelled: the phrase, by `syllables`.
    """
    at = 0
    for syllable in spelled:
        typed = letters[at : at + len(syllable)]
        at += len(syllable)
        if accented(typed) and accented(syllable) and _tone(typed) != _tone(syllable):
            return False
    return True


def _tone(syllable: str) -> frozenset[str]:
    letters = unicodedata.normalize("NFD", syllable)
    return frozenset(_AS_HEARD.get(letter, letter) for letter in letters if letter in _TONES)
