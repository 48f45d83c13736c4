"""The words and number shapes of one short code, compiled once."""

import enum
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sms_gateway.domain.ids import ShortCode
from sms_gateway.enquiry.normalise import squash
from sms_gateway.enquiry.tones import syllables

LONG_KEYWORD = 4
"""From so many letters on, a keyword may be misspelled or stand glued to other letters."""

_GAP = "[^A-Za-z0-9]"
_LATIN = re.IGNORECASE | re.ASCII
_START = "(?<![A-Z0-9])"
_LOOSE_END = r"(?![A-Z0-9]|[-./][A-Z0-9])"
_NO_CODE = r"(?![A-Z]|[-./]*[A-Z]*[0-9])"
_TIGHT = 4
"""A courtesy word up to this long may be a part of a code (`12/CHI/17`), so it must stand apart."""
_PREFIX_LIKE = 2
"""Any word of two letters may be the prefix of a code: TC, DK, EN, HD, VI."""

_ALSO_WRITTEN = {"KY": ("KI",), "KHONG": ("KO", "K", "KHG")}

_PHONE = re.compile(r"(?:84|0)[ .-]?[235789](?:[ .-]?[0-9]){8,9}")
_AMOUNT = re.compile(r"[1-9][0-9.]*00(?:D|DONG|VND)|[1-9][0-9]{0,3}K")
_DATE = re.compile(r"[0-9]{1,2}([./-])[0-9]{1,2}\1(?:20)?[0-9]{2}")


class Mark(enum.StrEnum):
    """What a phrase does. The value stands for the phrase in a marked text: one small letter."""

    KEYWORD = "k"
    TAIL = "t"
    LABEL = "l"
    COURTESY = "c"
    HELP = "h"
    OPT_OUT = "o"
    OPT_IN = "i"
    ENGLISH = "e"
    ACCENTED = "a"
    PLAIN = "p"


CHOICES = frozenset({Mark.OPT_OUT, Mark.OPT_IN})
"""The marks that choose whether notices come."""

VERBS = frozenset(Mark) - {Mark.KEYWORD, Mark.TAIL, Mark.LABEL, Mark.COURTESY}
"""The marks that say what to do."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of an official number.

    Attributes:
        strict: matches a text that has it; separators only where the shape has them.
        loose: the same with the letters O, I and L allowed for digits.
        classes: one letter per character of the key: `9` for a digit, `A` for a letter.
    """

    strict: re.Pattern[str]
    loose: re.Pattern[str]
    classes: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the file says for one short code, checked, not yet compiled.

    Attributes:
        keywords: the keyword and its aliases, squashed to A-Z.
        phrases: words with a role, as written.
        prefix_labels: short label words that may be real code prefixes, squashed.
        opt_out_alone: words that want no notices only where nothing else is said, squashed.
        courtesy_letters: courtesy of one letter, such as the `a` of politeness.
        send: words before the short code in `gửi 8083`.
        code_prefixes: prefixes of real codes, never taken for a misspelled keyword.
        shapes: official numbers.
        minimum_token: the shortest single word that is believed when more words stand around it.
        tolerate_misspelling: whether one slip in the keyword is forgiven.
        scores: words that answer the question of the survey, squashed, and the mark they give.
        score_words: the single words of those.
        beside_scores: words that may stand beside such an answer and mean nothing, squashed.
        scores_alone: answers that count only where nothing stands beside them, squashed.
        asking: words that make a question of what would be an answer, squashed.
        separators: labels that only part words, squashed.
    """

    keywords: tuple[str, ...]
    phrases: Mapping[str, Mark]
    prefix_labels: frozenset[str]
    opt_out_alone: frozenset[str]
    courtesy_letters: frozenset[str]
    send: tuple[str, ...]
    code_prefixes: frozenset[str]
    shapes: tuple[Shape, ...]
    minimum_token: int
    tolerate_misspelling: bool
    scores: Mapping[str, int]
    score_words: frozenset[str]
    beside_scores: frozenset[str]
    scores_alone: frozenset[str]
    asking: frozenset[str]
    separators: frozenset[str]


@dataclass(frozen=True, slots=True)
class Grammar:
    """Everything `keywords.parse` needs for one short code.

    Attributes:
        words: what the file says.
        numbers: the short codes of the whole file: never a receipt number.
        fast: a whole text of keyword and plain number; group 1 is the number.
        keyword: the keyword in a folded text.
        keyword_split: the keyword with gaps between its letters and a number glued to it.
        keyword_anywhere: the keyword inside other letters, the last resort.
        tail: `GUI 8083` in a folded text.
        phrase: any phrase that has a role, the longest first.
        roles: the role of each squashed phrase.
        spelled: of each squashed phrase that chooses about notices how it is written, by syllables.
        glued: a label or an English word glued to a digit; group 1 is the label.
        verb_before, verb_behind: what to do, glued before or behind a number; of both the first
            group stands first.
        only_labels: letters that are prefix labels and nothing else.
        shaped: a folded text of the shape of any official number.
    """

    words: Words
    numbers: frozenset[str]
    fast: re.Pattern[str]
    keyword: re.Pattern[str]
    keyword_split: re.Pattern[str]
    keyword_anywhere: re.Pattern[str]
    tail: re.Pattern[str]
    phrase: re.Pattern[str]
    roles: Mapping[str, Mark]
    spelled: Mapping[str, Sequence[Sequence[str]]]
    glued: re.Pattern[str]
    verb_before: re.Pattern[str]
    verb_behind: re.Pattern[str]
    only_labels: re.Pattern[str]
    shaped: re.Pattern[str]

    @property
    def verbs(self) -> frozenset[str]:
        """The squashed phrases that say what to do."""
        return frozenset(phrase for phrase, mark in self.roles.items() if mark in VERBS)

    def official(self, text: str) -> bool:
        """Whether a folded text has the shape of an official number, and is no phone number."""
        if text.isdigit() and _PHONE.fullmatch(text):
            return False
        return self.shaped.fullmatch(text) is not None

    def personal(self, text: str) -> bool:
        """Whether it looks like a phone number or a date, as in a signature, or a sum of money."""
        if _DATE.fullmatch(text) or _AMOUNT.fullmatch(text):
            return True
        return bool(_PHONE.fullmatch(text)) and not self.official(text)


def compile_grammar(words: Words, numbers: Iterable[ShortCode]) -> Grammar:
    """Compile the patterns of one short code."""
    keywords = _either(words.keywords)
    long = [word for word in words.keywords if len(word) >= LONG_KEYWORD]
    phrases = {**words.phrases}
    for phrase, mark in words.phrases.items():
        for spelling in other_spellings(phrase):
            phrases.setdefault(spelling, mark)
    roles = {squash(phrase): mark for phrase, mark in phrases.items()}
    verbs = [verb for verb, mark in roles.items() if mark in VERBS]
    long_verbs = [verb for verb in verbs if len(verb) > _PREFIX_LIKE]
    own = frozenset(str(number) for number in numbers)
    return Grammar(
        words=words,
        numbers=own,
        fast=_fast(keywords),
        keyword=re.compile("|".join(_keyword(word) for word in words.keywords)),
        keyword_split=re.compile("|".join(map(_split_keyword, long)) or "(?!)"),
        keyword_anywhere=re.compile(_either(long) or "(?!)"),
        tail=_tail(words.send, own),
        phrase=_phrases(phrases),
        roles=MappingProxyType(roles),
        spelled=_spelled(phrases),
        glued=_glued(words),
        verb_before=re.compile(rf"({_either(verbs) or '(?!)'})[-./]*(?=[A-Z0-9])"),
        verb_behind=re.compile(rf"(.*?[0-9])[-./]*({_either(long_verbs) or '(?!)'})"),
        only_labels=re.compile(f"(?:{_either(words.prefix_labels)})*"),
        shaped=re.compile("|".join(shape.strict.pattern for shape in words.shapes) or "(?!)"),
    )


def compile_shape(shape: str) -> Shape:
    """Compile a shape: `9` a digit, `A` a letter, `yymmdd` a date, else separators - . / space.

    Raises:
        ValueError: for anything else, naming it.
    """
    strict, loose, classes = "", "", ""
    for part in re.findall(r"yymmdd|9|A|[-./ ]+|.", shape, re.DOTALL):
        if part == "yymmdd":
            strict += "[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
            loose += "[0-9OIL]{6}"
            classes += "999999"
        elif part in {"9", "A"}:
            strict += "[0-9]" if part == "9" else "[A-Z]"
            loose += "[0-9OIL]" if part == "9" else "[A-Z]"
            classes += part
        elif set(part) <= set("-./ "):
            strict += "[^A-Z0-9]*"
            loose += "[^A-Z0-9]*"
        else:
            message = f"a shape has only 9, A, yymmdd and the separators - . /, not {part!r}"
            raise ValueError(message)
    if not classes:
        message = "a shape must have at least one 9, A or yymmdd"
        raise ValueError(message)
    return Shape(re.compile(strict), re.compile(loose), classes)


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _fast(keywords: str) -> re.Pattern[str]:
    """Keyword, at most four separators, and a number whose letters nobody takes for digits."""
    number = r"[0-9]{1,12}(?:[-./][A-HJKMNP-Z]?[0-9]{1,12}){0,4}"
    return re.compile(rf"\s*(?:{keywords})[ _:.\-]{{0,4}}({number})[ .\r\n]*", _LATIN)


def _keyword(word: str) -> str:
    """The keyword whole, or its letters set apart by up to two separators (`MCK H`).

    Set apart it must end there: in `MCK H32-1` the H belongs to the code. The first letter stands
    before the look-behind, so that the search skips ahead to it.
    """
    if len(word) < LONG_KEYWORD:
        return rf"{word[0]}(?<![A-Z0-9]{word[0]}){word[1:]}(?![A-Z])"
    start, apart = _letters_apart(word)
    return rf"{start}(?:{word[1:]}|{apart}(?![A-Z0-9]))"


def _split_keyword(word: str) -> str:
    start, apart = _letters_apart(word)
    return rf"{start}{apart}(?=[0-9])"


def _letters_apart(word: str) -> tuple[str, str]:
    """The first letter, and the others with up to two separators before each."""
    return f"{word[0]}(?<![A-Z]{word[0]})", (_GAP + "{0,2}").join(["", *word[1:]])


def _tail(send: Iterable[str], numbers: frozenset[str]) -> re.Pattern[str]:
    """`GUI 8083`: our short codes, or any four-digit service number that starts with 6 or 8."""
    known = _either([*numbers, "[68][0-9]{3}"])
    end = rf"{_GAP}*(?:{known})(?![A-Z0-9])"
    return re.compile(_START + _by_first_letter([(_split(phrase), end) for phrase in send]))


def _phrases(phrases: Mapping[str, Mark]) -> re.Pattern[str]:
    """All phrases in one pattern, the longest first; short ones stand apart and come after."""
    choices = {squash(phrase) for phrase, mark in phrases.items() if mark in CHOICES}
    apart: list[tuple[tuple[str, ...], str]] = []
    free: list[tuple[tuple[str, ...], str]] = []
    for phrase, mark in phrases.items():
        parts = _split(phrase)
        size = len("".join(parts))
        courtesy = mark is Mark.COURTESY
        if size <= _PREFIX_LIKE or (courtesy and size <= _TIGHT):
            apart.append((parts, _LOOSE_END))
        elif mark in CHOICES and any("".join(parts[:n]) in choices for n in range(1, len(parts))):
            # In `HUY DK12345` the second word belongs to the number, in `HUYDK12345` hardly.
            free += [(parts, _NO_CODE), (("".join(parts),), "(?![A-Z])")]
        else:
            free.append((parts, "(?![A-Z])" if mark in VERBS else "(?![A-Z0-9])"))
    short = f"(?<![A-Z0-9][-./]){_by_first_letter(apart)}"
    return re.compile(f"{_START}(?:{_by_first_letter(free)}|{short})")


def _spelled(phrases: Mapping[str, Mark]) -> Mapping[str, Sequence[Sequence[str]]]:
    found: dict[str, list[Sequence[str]]] = {}
    for phrase, mark in phrases.items():
        if mark in CHOICES:
            found.setdefault(squash(phrase), []).append(syllables(phrase))
    return MappingProxyType(found)


def other_spellings(phrase: str) -> Iterator[str]:
    """A phrase as people also write it: `đăng kí`, `ko nhận`, `k nhận`."""
    parts = _split(phrase)
    for part, others in _ALSO_WRITTEN.items():
        if part in parts:
            yield from (
                " ".join(other if one == part else one for one in parts) for other in others
            )


def _by_first_letter(phrases: Iterable[tuple[tuple[str, ...], str]]) -> str:
    """Alternatives with their ends, longest first, sorted by first letter to be found quickly."""
    groups: dict[str, list[str]] = {}
    for parts, end in sorted(phrases, key=lambda item: len("".join(item[0])), reverse=True):
        body = f"{_GAP}*".join(parts)
        groups.setdefault(body[0], []).append(body[1:] + end)
    branches = (f"{letter}(?:{'|'.join(ends)})" for letter, ends in groups.items())
    return f"(?:{'|'.join(branches) or '(?!)'})"


def _glued(words: Words) -> re.Pattern[str]:
    roles = {Mark.ENGLISH, Mark.LABEL}
    cut = [squash(phrase) for phrase, mark in words.phrases.items() if mark in roles]
    return re.compile(rf"({_either([*words.prefix_labels, *cut]) or '(?!)'})[-./]*(?=[0-9])")


def _split(phrase: str) -> tuple[str, ...]:
    return tuple(word for part in phrase.split() if (word := squash(part)))
