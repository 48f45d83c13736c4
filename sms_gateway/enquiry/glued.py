"""What to do, glued to an official number: `DK170703-0001`, `HUYH32.12-230615-0001`."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from msgspec.structs import replace

from sms_gateway.enquiry.grammar import VERBS, Grammar
from sms_gateway.enquiry.runs import official_start
from sms_gateway.enquiry.words import Reading, Word, cut_word, part_of


def with_verbs_apart(reading: Reading, grammar: Grammar) -> Reading:
    """The reading in which what to do is a word of its own.

    Only before an official number: DK12345 may well be one word, and what begins as real numbers
    do (`shapes`, `code_prefixes`) is never cut. Nor is anything where what to do was said before:
    `HUY DK170703-0001`.
    """
    words: list[Word] = []
    glued: Word | None = None
    for at, word in enumerate(reading.words):
        apart = any(one.mark in VERBS for one in reading.words[:at])
        parts = tuple(_parts(word, reading.words[at + 1 :], grammar, apart=apart))
        words += parts or (word,)
        glued = glued or next((part for part in parts if part.mark is not None), None)
    return reading if glued is None else replace(reading, words=tuple(words), glued=glued)


def _parts(word: Word, behind: Sequence[Word], grammar: Grammar, *, apart: bool) -> Iterator[Word]:
    """The verb and the number that a word is made of; nothing where it is one word."""
    if not word.code_like or word.mark is not None:
        return
    if match := grammar.verb_before.match(word.text):
        ordinary = tuple(takewhile(lambda one: one.mark is None, behind))
        number = part_of(word, match.end(1))
        known = word.text.startswith(tuple(grammar.words.code_prefixes))
        whole = known or official_start((word, *ordinary), grammar)
        if not (whole or apart) and official_start((number, *ordinary), grammar):
            yield cut_word(word, 0, match.end(1), grammar.roles[match.group(1)])
            yield number
    elif match := grammar.verb_behind.fullmatch(word.text):
        number = cut_word(word, 0, match.end(1))
        if grammar.official(number.text) and not grammar.official(word.text):
            yield number
            yield cut_word(word, match.start(2), match.end(2), grammar.roles[match.group(2)])
