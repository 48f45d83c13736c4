"""Which phrase of a text says what to do, and what a code loses or keeps by it."""

import re
from collections.abc import Sequence
from itertools import takewhile

from msgspec.structs import replace

from sms_gateway.domain.record import Record
from sms_gateway.enquiry.candidates import find_pieces, with_front, with_others
from sms_gateway.enquiry.grammar import CHOICES, VERBS, Grammar, Mark
from sms_gateway.enquiry.intents import Candidate
from sms_gateway.enquiry.runs import official_start
from sms_gateway.enquiry.words import Reading, Word, cut_word, part_of

_LONG_VERB = 3
"""Behind a code only a verb of so many letters is one; `TC` there may end the code."""

_LAST_WORD = re.compile(r"(?<=[^A-Z0-9])[A-Z]+$")
_LETTERS = re.compile(r"([A-Z]+)[-./]*(?=[0-9])")


class Verb(Record, frozen=True):
    """A phrase that says what to do; its mark is one of VERBS."""

    word: Word
    mark: Mark


def says(word: Word) -> bool:
    """Neither label nor courtesy nor keyword: an ordinary word or a verb."""
    return word.mark is None or word.mark in VERBS


def is_short(word: Word) -> bool:
    """Whether a verb has so few letters that it may be the prefix of a code."""
    return len(word.key) < _LONG_VERB


def verb_of(
    body: Sequence[Word], grammar: Grammar, *, asks: bool
) -> tuple[Verb | None, tuple[Word, ...]]:
    """The phrase that says what to do, first or last, and the words without it.

    Args:
        body: the words in which it is expected.
        grammar: of the short code.
        asks: whether the text is a question: `12345 dừng?` commands nothing.
    """
    said = [word for word in body if says(word)]
    if not said:
        return None, tuple(body)
    for word in (said[0], said[-1]):
        if word.mark is None or (asks and word is not said[0] and word.mark in CHOICES):
            continue
        if word is said[0] or not _may_end_code(word, said, grammar):
            # What is refused may be called by its own verb: `ngừng nhận tin`.
            marks = {word.mark, Mark.OPT_IN} if _refuses(word, said) else {word.mark}
            rest = tuple(w for w in body if w.mark not in marks)
            return Verb(word, word.mark), rest
    return None, tuple(_ordinary(word) for word in body)


def with_whole(
    verb: Verb, found: tuple[Candidate, ...], reading: Reading, grammar: Grammar
) -> tuple[Candidate, ...]:
    """Add the reading in which the verb belongs to the number: there nothing is to be done.

    `DK170703-0001`, and `DK 170703-0001` where real numbers or an office begin so.
    """
    prefixes = grammar.words.code_prefixes
    if (verb.word is reading.glued and is_short(verb.word)) or verb.word.key in prefixes:
        return with_front(verb.word, found, first=False, with_verb=True)
    # `HUY DK 170703-0001`: there it is refused, whichever is meant.
    last = _LAST_WORD.search(verb.word.text)
    if last is None or last.group() not in prefixes:
        return found
    return with_front(cut_word(verb.word, *last.span()), found, first=True)


def with_piece(
    verb: Verb,
    found: tuple[Candidate, ...],
    rest: Sequence[Word],
    reading: Reading,
    grammar: Grammar,
) -> tuple[Candidate, ...]:
    """Read `HUY DK12345` also as `hủy đăng ký` and 12345: last, for that may be a stranger's."""
    at = next((i for i, word in enumerate(rest) if word.code_like), None)
    size = 0 if at is None else _verb_in_front(verb, rest, at, grammar)
    if at is None or not size:
        return found
    before = () if _between(rest[:at]) else rest[:at]
    cut = [*before, part_of(rest[at], size), *rest[at + 1 :]]
    pieces = find_pieces(cut, rest[at], reading.words, grammar)
    if pieces and grammar.official(pieces[0].shown):
        return with_front(cut_word(rest[at], 0, size), pieces, first=True)
    return with_others(found, pieces, first=False)


def _between(words: Sequence[Word]) -> str:
    """The letters of the ordinary words between a verb and its number."""
    return "".join(word.key for word in words if word.mark is None)


def _verb_in_front(verb: Verb, rest: Sequence[Word], at: int, grammar: Grammar) -> int:
    """How many first letters of a word belong to the verb before it or are one; 0 for none."""
    word = rest[at]
    behind = tuple(takewhile(lambda one: one.mark is None, rest[at + 1 :]))
    known = word.text.startswith(tuple(grammar.words.code_prefixes))
    if known or official_start((word, *behind), grammar):
        return 0
    match = grammar.verb_before.match(word.text)
    if match and official_start((part_of(word, match.end(1)), *behind), grammar):
        return match.end(1)
    match = _LETTERS.match(word.text)
    if match is None:
        return 0
    phrase = verb.word.key + _between(rest[:at]) + match[1]
    return match.end(1) if grammar.roles.get(match[1]) in VERBS or phrase in grammar.roles else 0


def _may_end_code(word: Word, said: Sequence[Word], grammar: Grammar) -> bool:
    """`TC` behind a number; `DK` behind an official one asks for notices."""
    if not is_short(word) or word.mark is Mark.ENGLISH:
        return False
    return word.mark is not Mark.OPT_IN or not official_start(said[:-1], grammar)


def _refuses(word: Word, said: Sequence[Word]) -> bool:
    return word is said[0] and word.mark is Mark.OPT_OUT


def _ordinary(word: Word) -> Word:
    """A verb of two letters in a place where it commands nothing is a word: `12345 TC`."""
    return replace(word, mark=None) if word.mark in VERBS and is_short(word) else word
