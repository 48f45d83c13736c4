"""Groups of words that may be one code, and what stands around them."""

from collections.abc import Iterator, Sequence

from sms_gateway.domain.record import Record
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.enquiry.intents import MAX_SHOWN
from sms_gateway.enquiry.normalise import UNREADABLE, accented
from sms_gateway.enquiry.words import Word

_SHORT_WORD = 3
"""A letter word up to this long may stand inside a code or behind it: `12 UB 345`, `12345 UB`."""

_MAX_PREFIX_WORDS = 2
_MAX_PREFIX_LETTERS = 6
_MAX_PHONE_WORDS = 4
_SHORTEST_DATE = 4
_LONGEST_PHONE = 12


class Run(Record, frozen=True):
    """Code-like words that stand together.

    Attributes:
        words: the run, short letter words between code-like ones included.
        front: letter words before it that may be its prefix: a label word or a short unknown one.
        back: one short letter word behind it that may be its suffix.
        label: the front is a known label word.
        prose: the front bears accents, so it is a label or a word and hardly a prefix.
        polite: the back is a courtesy letter.
        clean: nothing else is said: no ordinary word but those that are surely none of the code.
    """

    words: tuple[Word, ...]
    front: tuple[Word, ...] = ()
    back: tuple[Word, ...] = ()
    label: bool = False
    prose: bool = False
    polite: bool = False
    clean: bool = False


def believable(words: Sequence[Word], grammar: Grammar) -> bool:
    """Long enough or official: may be believed without its neighbours (domain 3.3, danger 1)."""
    size = sum(len(word.key) + word.text.count(UNREADABLE) for word in words)
    return size >= grammar.words.minimum_token or grammar.official(text_of(words))


def text_of(words: Sequence[Word]) -> str:
    """The words with single spaces between them."""
    return " ".join(word.text for word in words)


def official_start(words: Sequence[Word], grammar: Grammar) -> int:
    """How many of the first words are one official number, at most; 0 for none."""
    sizes = range(min(len(words), MAX_SHOWN), 0, -1)
    return next((n for n in sizes if grammar.official(text_of(words[:n]))), 0)


def find_runs(body: Sequence[Word], grammar: Grammar) -> Iterator[Run]:
    """The runs of a text in order; marked phrases and signatures part them."""
    chunks = _without_signature(_chunks(body), grammar)
    for chunk in chunks:
        for start, end in _spans(chunk, grammar):
            yield _run(chunk, start, end, grammar, only=len(chunks) == 1)


def _run(chunk: tuple[Word, ...], start: int, end: int, grammar: Grammar, *, only: bool) -> Run:
    before, after = chunk[:start], chunk[end:]
    label = "".join(word.key for word in before) in grammar.words.prefix_labels
    prose = any(accented(word.kept) for word in before)
    polite = len(after) == 1 and after[0].key in grammar.words.courtesy_letters
    return Run(
        words=chunk[start:end],
        front=before if label or (not prose and _may_be_prefix(before)) else (),
        back=after if _may_be_suffix(after) else (),
        label=label,
        prose=prose,
        polite=polite,
        clean=only and (not before or (label and prose)) and (not after or polite),
    )


def _may_be_prefix(words: tuple[Word, ...]) -> bool:
    if len(words) > _MAX_PREFIX_WORDS or any(word.code_like for word in words):
        return False
    return sum(len(word.key) for word in words) <= _MAX_PREFIX_LETTERS


def _may_be_suffix(words: tuple[Word, ...]) -> bool:
    if len(words) != 1 or words[0].code_like or accented(words[0].kept):
        return False
    return len(words[0].key) <= _SHORT_WORD


def _chunks(body: Sequence[Word]) -> list[tuple[Word, ...]]:
    """The ordinary words, parted at each marked phrase."""
    chunks: list[list[Word]] = [[]]
    for word in body:
        if word.mark is None:
            chunks[-1].append(word)
        else:
            chunks.append([])
    return [tuple(chunk) for chunk in chunks if chunk]


def _without_signature(chunks: list[tuple[Word, ...]], grammar: Grammar) -> list[tuple[Word, ...]]:
    """Cut dates and phone numbers out, if something else can be the code."""
    left = [piece for chunk in chunks for piece in _parted(chunk, grammar)]
    codes = [word for piece in left for word in piece if word.code_like]
    return left if any(believable((word,), grammar) for word in codes) else chunks


def _parted(chunk: tuple[Word, ...], grammar: Grammar) -> Iterator[tuple[Word, ...]]:
    """The chunk without its phone numbers and dates."""
    start = at = 0
    while at < len(chunk):
        sizes = range(1, _MAX_PHONE_WORDS + 1)
        size = next((n for n in sizes if _personal(chunk[at : at + n], grammar)), 0)
        if size:
            yield chunk[start:at]
            start = at + size
        at += size or 1
    yield chunk[start:]


def _personal(words: tuple[Word, ...], grammar: Grammar) -> bool:
    if not words[0].text[0].isdigit():
        return False
    size = sum(len(word.key) for word in words)
    return _SHORTEST_DATE <= size <= _LONGEST_PHONE and grammar.personal(text_of(words))


def _spans(chunk: tuple[Word, ...], grammar: Grammar) -> Iterator[tuple[int, int]]:
    """Where runs begin and end: one short letter word between two code-like words joins them."""
    at = 0
    while at < len(chunk):
        if not chunk[at].code_like:
            at += 1
            continue
        end = at + 1
        while end < len(chunk):
            if chunk[end].code_like:
                end += 1
            elif end + 1 < len(chunk) and chunk[end + 1].code_like and _joins(chunk[end], grammar):
                end += 2
            else:
                break
        yield at, end
        at = end


def _joins(word: Word, grammar: Grammar) -> bool:
    if len(word.key) > _SHORT_WORD or accented(word.kept):
        return False
    return word.key not in grammar.words.prefix_labels
