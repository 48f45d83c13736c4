"""What a citizen thinks of the office, out of the text that answers the question of the survey."""

import re
from collections.abc import Sequence

from sms_gateway.enquiry.grammar import VERBS, Grammar, Mark
from sms_gateway.enquiry.normalise import fold, squash
from sms_gateway.enquiry.words import Word, read

_MARK = re.compile(r"([A-Z]*)([1-5])(?:/5| TREN 5)?([A-Z]*)")
_NUMBER = re.compile(r"(?:[0-9](?:[-. ]?[0-9])?|100)(?:/(?:5|10|100))?")
"""What can be meant as a mark; with more digits it may be a receipt number."""

_SLASH = re.compile(r"\s*/\s*")
_AROUND = frozenset({Mark.KEYWORD, Mark.COURTESY, Mark.TAIL})
_LONGEST = 80
"""Characters of an answer; what is longer has more to say than a mark."""

_TELLING = 6
"""A phrase of so many letters says within others that a mark was meant: `HAILONG`."""


def score_of(text: str, grammar: Grammar, *, words: bool = True) -> int | None:
    """The mark from 1 to 5 that a text gives; None where it says anything besides.

    `4`, `MCKH 4`, `4/5`, `bon`, `hai long` and the words of `scores` in `keywords.toml`; the
    keyword and courtesy around them do not matter. A number counts beside words that say nearly
    the same. A question is no mark, nor is a word that is also a name or an answer (`alone`) with
    anything beside it.

    Args:
        text: the text.
        grammar: of the short code.
        words: whether words may give a mark by themselves, not only digits.
    """
    said = _said(text, grammar)
    number = _number(said, grammar)
    if number is not None or not said:
        return number
    if both := _number_and_word(said, grammar):
        number, meant = both
        return number if abs(number - meant) <= 1 else None
    if not words or _doubtful(text, said, grammar):
        return None
    return grammar.words.scores.get(_letters(said))


def is_attempt(text: str, grammar: Grammar, *, words: bool = True) -> bool:
    """Whether a text that gives no mark may be meant to: `6`, `8/10`, `chua hai long lam`.

    Args:
        text: the text.
        grammar: of the short code.
        words: whether words may be meant so, not only numbers.
    """
    said = _said(text, grammar)
    if not said or any(word.mark in VERBS for word in said):
        return False
    if _NUMBER.fullmatch(" ".join(word.text for word in said)):
        return True
    if not words:
        return False
    letters = _letters(said)
    told = any(len(phrase) >= _TELLING and phrase in letters for phrase in grammar.words.scores)
    contrary = _number_and_word(said, grammar) is not None
    return (
        contrary
        or letters in grammar.words.scores
        or (told and not any(word.code_like for word in said))
    )


def _said(text: str, grammar: Grammar) -> Sequence[Word]:
    """The words that may give a mark; none where the text asks, or is too long for an answer."""
    words = _words(text, grammar)
    if len(text) > _LONGEST or "?" in fold(text).plain or any(_asks(w, grammar) for w in words):
        return ()
    polite = grammar.words.courtesy_letters | grammar.words.beside_scores
    polite |= grammar.words.separators
    # `chưa` is courtesy behind a number, and turns `hài lòng` into its contrary.
    return [
        word
        for word in words
        if word.key not in polite
        and (word.mark not in _AROUND or word.key in grammar.words.score_words)
    ]


def _words(text: str, grammar: Grammar) -> Sequence[Word]:
    return read(fold(_SLASH.sub("/", text)), grammar).words


def _asks(word: Word, grammar: Grammar) -> bool:
    """Whether courtesy asks for something, `cho em hỏi`; `chưa` alone may belong to a mark."""
    if word.mark is not Mark.COURTESY or word.key in grammar.words.score_words:
        return False
    return any(phrase in word.key for phrase in grammar.words.asking)


def _doubtful(text: str, said: Sequence[Word], grammar: Grammar) -> bool:
    """Whether a word that counts alone only has others beside it: `anh Hai ơi`, `dạ được ạ`."""
    if _letters(said) not in grammar.words.scores_alone:
        return False
    around = [
        word
        for word in _words(text, grammar)
        if word.mark not in {Mark.KEYWORD, Mark.TAIL}
        and word.key not in grammar.words.beside_scores
    ]
    return len(around) > len(said)


def _number(said: Sequence[Word], grammar: Grammar) -> int | None:
    """The mark that is written in digits, also with a word glued to it: `4sao`, `5d`."""
    match = _MARK.fullmatch(" ".join(word.text for word in said))
    if match is None:
        return None
    glued = {match[1], match[3]} - {""}
    return int(match[2]) if glued <= grammar.words.beside_scores else None


def _number_and_word(said: Sequence[Word], grammar: Grammar) -> tuple[int, int] | None:
    """A mark said twice, in digits first or last and in words: `5 rất hài lòng`."""
    for digits, others in ((said[:1], said[1:]), (said[-1:], said[:-1])):
        number, meant = _number(digits, grammar), grammar.words.scores.get(_letters(others))
        if number is not None and meant is not None:
            return number, meant
    return None


def _letters(said: Sequence[Word]) -> str:
    return squash("".join(word.key for word in said))
