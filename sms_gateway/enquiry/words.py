"""A folded text cut into words, each phrase with a role marked as one."""

import re
from collections.abc import Callable

from msgspec.structs import replace

from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.record import Record
from sms_gateway.enquiry.grammar import LONG_KEYWORD, Grammar, Mark
from sms_gateway.enquiry.normalise import UNREADABLE, Folded, unreadable
from sms_gateway.enquiry.tones import letters_of, may_be

_FIRST_CHARS = 20
"""Where a keyword may hide inside other letters (domain 3.3, mangled UCS-2)."""

_SAID = re.compile(
    r"(?<=[0-9])[^A-Z0-9]{1,3}"
    r"(?:GACH(?:[^A-Z0-9]{1,2}(?:NGANG|NOI|DUOI|CHEO))?|TRU|CHAM|XET|XEC)"
    r"[^A-Z0-9]{1,3}(?=[A-Z]?[0-9])"
)
"""A separator in words, as phones write down what is said to them: `170703 gạch ngang 0001`."""

_PIECE = re.compile(r"([a-z])\1*|[A-Z0-9?]+(?:[-./]+[A-Z0-9?]+)*")
_LOST = re.compile(r"(?<![A-Z0-9./-])([A-Z0-9./-]*)(\?+)(?=([A-Z0-9./-]*))")
_CODE_LIKE = re.compile(r".*[0-9]|[OIL]{5,}$")
_LETTERS = re.compile(r"[A-Z]+")


class Word(Record, frozen=True):
    """A stretch without spaces, or a phrase with a role.

    Attributes:
        text: A-Z and 0-9, inside it also - . / and anywhere ? for what may be a lost digit.
        kept: the same with its accents, upper case.
        key: its letters and digits.
        code_like: has a digit, or is five or more letters that look like digits.
        mark: its role; None for an ordinary word.
    """

    text: str
    kept: str
    key: CanonicalKey
    code_like: bool
    mark: Mark | None = None


class Reading(Record, frozen=True):
    """The words of a text and how the keyword was found.

    Attributes:
        words: in order, marked phrases among them.
        similar: the word that was only similar to the keyword, else None.
        sure: the similar word stood apart from the code, or had all letters of the keyword.
        loose: the keyword's last letter stands before the code and may belong to it (`MCK H12`).
        glued: the word that says what to do and was glued to a number, else None.
        asks: there is a question mark.
    """

    words: tuple[Word, ...]
    similar: Word | None = None
    sure: bool = True
    loose: bool = False
    glued: Word | None = None
    asks: bool = False


def read(folded: Folded, grammar: Grammar) -> Reading:
    """Cut a folded text into words and find the keyword, exact or with one slip."""
    plain = _SAID.sub(lambda match: " " * len(match.group()), folded.plain)
    marked, loose = _mark_keyword(plain, grammar)
    exact = Mark.KEYWORD.value in marked
    marked = grammar.tail.sub(_fill(Mark.TAIL), marked)
    marked = grammar.phrase.sub(lambda m: _role(m, folded.kept, grammar), marked)
    marked = _mark_lost(marked, folded)
    words = tuple(_piece(match, folded, marked) for match in _PIECE.finditer(marked))
    if not any(word.code_like for word in words):
        words = tuple(_polite(word, grammar) for word in words)
    if exact or not grammar.words.tolerate_misspelling:
        found = Reading(words, loose=loose)
    else:
        found = _with_similar(words, grammar)
    return replace(found, asks=True) if "?" in folded.plain else found


def _polite(word: Word, grammar: Grammar) -> Word:
    """The `a` of politeness; beside a number it may belong to that."""
    polite = word.mark is None and word.key in grammar.words.courtesy_letters
    return replace(word, mark=Mark.COURTESY) if polite else word


def part_of(word: Word, start: int) -> Word:
    """The word from a position on, without separators in front."""
    rest = word.text[start:]
    start += len(rest) - len(rest.lstrip("-./"))
    return _word(word.text[start:], word.kept[start:])


def cut_word(word: Word, start: int, end: int, mark: Mark | None = None) -> Word:
    """A part of the word, as a word of its own."""
    return _word(word.text[start:end], word.kept[start:end], mark)


def one_slip(word: str, keyword: str) -> bool:
    """Whether the Damerau distance is at most 1: one letter more, less or other, or two swapped."""
    if len(word) > len(keyword):
        word, keyword = keyword, word
    if len(keyword) - len(word) > 1:
        return False
    at = 0
    while at < len(word) and word[at] == keyword[at]:
        at += 1
    if len(word) < len(keyword):
        return word[at:] == keyword[at + 1 :]
    swapped = word[at : at + 2] == keyword[at : at + 2][::-1]
    return word[at + 1 :] == keyword[at + 1 :] or (swapped and word[at + 2 :] == keyword[at + 2 :])


def _mark_keyword(plain: str, grammar: Grammar) -> tuple[str, bool]:
    """The text with the keyword marked, and whether its last letter was left to the code."""
    marked, found = grammar.keyword.subn(_fill(Mark.KEYWORD), plain)
    if found:
        return marked, False
    match = grammar.keyword_split.search(plain)
    if match is not None:
        last = match.end() - 1
        code = _PIECE.match(plain, last)
        if plain[last - 1].isalpha():
            return _marked(plain, match.start(), match.end()), False
        if code is not None and not grammar.official(code.group()):
            return _marked(plain, match.start(), last), True
    match = grammar.keyword_anywhere.search(plain, 0, _FIRST_CHARS)
    return (_marked(plain, *match.span()) if match else plain), False


def _marked(plain: str, start: int, end: int) -> str:
    return plain[:start] + Mark.KEYWORD.value * (end - start) + plain[end:]


def _fill(mark: Mark) -> Callable[[re.Match[str]], str]:
    """Replaces a match by its mark at the same length, so that positions stay."""
    return lambda match: mark.value * len(match.group())


def _role(match: re.Match[str], kept: str, grammar: Grammar) -> str:
    """The mark of a phrase at the same length.

    Where its accents make it another word, `nhắn` or `Dũng`, as many of its first words as still
    are a phrase have their mark, and the others mean nothing.
    """
    text, start = match.group(), match.start()
    size = len(text)
    while size and not _as_written(text[:size], kept[start : start + size], grammar):
        size = max(text.rfind(" ", 0, size), 0)
    mark = grammar.roles[letters_of(text[:size])] if size else Mark.COURTESY
    return mark.value * size + Mark.COURTESY.value * (len(text) - size)


def _as_written(text: str, kept: str, grammar: Grammar) -> bool:
    """Whether a stretch is a phrase, its accents regarded where the phrase chooses something."""
    phrase, typed = letters_of(text), letters_of(kept)
    if phrase not in grammar.roles:
        return False
    spelled = grammar.spelled.get(phrase)
    return not spelled or typed.isascii() or any(may_be(typed, one) for one in spelled)


def _mark_lost(marked: str, folded: Folded) -> str:
    """Leave `?` where a letter that cannot be read may be a digit; else it parts words as a space.

    Between two pieces of a number it may be one. At its end only a letter that has capitals is:
    pictures stand there for fun, and Chinese, Korean and Thai write words without spaces.
    """
    lost_at = list(unreadable(folded))
    if not lost_at:
        return marked
    letters = list(marked)
    for at in lost_at:
        # Inside a phrase it is a letter of no number.
        if not letters[at].islower():
            letters[at] = UNREADABLE

    def lost(match: re.Match[str]) -> str:
        before, gap, behind = match.groups()
        left, right = (any(map(str.isdigit, side)) for side in (before, behind))
        capital = any(map(str.isupper, folded.kept[match.start(2) : match.end(2)]))
        may_be_digit = (left and right) or (capital and (left or right))
        return match.group() if may_be_digit else before + " " * len(gap)

    return _LOST.sub(lost, "".join(letters))


def _piece(match: re.Match[str], folded: Folded, marked: str) -> Word:
    start, end = match.span()
    mark = Mark(match.group(1)) if match.group(1) else None
    text = folded.plain if mark else marked
    return _word(text[start:end], folded.kept[start:end], mark)


def _word(text: str, kept: str, mark: Mark | None = None) -> Word:
    key = canonical_key(text)
    return Word(text, kept, key, mark is None and bool(_CODE_LIKE.match(key)), mark)


def _with_similar(words: tuple[Word, ...], grammar: Grammar) -> Reading:
    """Take the first ordinary word for the keyword if it, or its first letters, has one slip."""
    index = next((i for i, word in enumerate(words) if word.mark is None), None)
    if index is None:
        return Reading(words)
    word = words[index]
    size = _similar_letters(word, grammar)
    if not size:
        return Reading(words)
    keyword = _word(word.text[:size], word.kept[:size], Mark.KEYWORD)
    rest = part_of(word, size)
    new = (*words[:index], keyword, *((rest,) if rest.key else ()), *words[index + 1 :])
    anagrams = {"".join(sorted(k)) for k in grammar.words.keywords}
    return Reading(new, keyword, not rest.key or "".join(sorted(keyword.key)) in anagrams)


def _similar_letters(word: Word, grammar: Grammar) -> int:
    """How many first letters of the word are a misspelled keyword; 0 for none."""
    match = _LETTERS.match(word.text)
    if match is None or grammar.official(word.text):
        return 0
    letters = match.group()
    known = letters in grammar.words.prefix_labels
    if known or letters.startswith(tuple(grammar.words.code_prefixes)):
        return 0
    for keyword in grammar.words.keywords:
        if len(keyword) < LONG_KEYWORD:
            continue
        if one_slip(letters, keyword):
            return len(letters)
        if word.code_like and one_slip(letters[: len(keyword)], keyword):
            return len(keyword)
    return 0
