"""Which codes a text may mean, best first.

The order, and why (domain 3.3, its two dangers):
1. What stands together is read together: `12 345` is 12345. A joined number cannot hit a
   stranger's dossier, a piece of it can.
2. A single word is believed beside others only if it is official or long enough, and never if it
   is a piece of an official number or of a number that was typed in several pieces.
3. A short label word may be a real prefix (`BN 12345`), so the number with it comes first;
   except before an official number, and where its accents show that it is prose (`số`).
4. Readings with a repair (O for 0, keyboard slips) come last.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sms_gateway.domain.dossier import MAX_CODE, canonical_key
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.enquiry.intents import MAX_CANDIDATES, MAX_SHOWN, Candidate
from sms_gateway.enquiry.normalise import accented, undo_telex, undo_vni
from sms_gateway.enquiry.words import Word, part_of

_MAX_REST = 8
_MAX_PREFIX_WORDS = 2
_MAX_PREFIX_LETTERS = 6
_SHORT_WORD = 3
"""A letter word up to this long may stand inside or behind a code: `12 UB 345`, `12345 UB`."""

_DATE_PIECE = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_DIGITS = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True)
class _Draft:
    """Words read as one code. A label among them is no place to look for digits."""

    words: tuple[Word, ...]
    why: str
    label: bool = False

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def kept(self) -> str:
        return " ".join(word.kept for word in self.words)

    @property
    def key(self) -> CanonicalKey:
        return CanonicalKey("".join(word.key for word in self.words))


@dataclass(frozen=True, slots=True)
class _Run:
    """Code-like words that stand together, and the letter words around them in their chunk.

    Attributes:
        words: the run, short letter words between code-like ones included.
        before: unmarked words before it in its chunk.
        after: unmarked words behind it in its chunk.
        alone: nothing else in the text is an ordinary word.
    """

    words: tuple[Word, ...]
    before: tuple[Word, ...]
    after: tuple[Word, ...]
    alone: bool


def find_candidates(
    body: Sequence[Word], everything: Sequence[Word], grammar: Grammar, *, strict: bool
) -> tuple[Candidate, ...]:
    """Read the candidates out of a text.

    Args:
        body: the words in which a code is expected, marks included.
        everything: all words of the text, for what else may be a second secret.
        grammar: of the short code.
        strict: True where no keyword was seen: then even a lone number must be long enough.

    Returns:
        At most 3, distinct, exact before repaired, best first.
    """
    chunks = _without_personal(_chunks(body), grammar)
    drafts: list[_Draft] = []
    for run in _runs(chunks, grammar):
        drafts.extend(_read_run(run, grammar, strict=strict))
    return _settle(drafts, everything, grammar)


def has_code(words: Iterable[Word]) -> bool:
    """Whether any word could be a piece of a code."""
    return any(word.code_like for word in words)


def with_front(
    front: Word, candidates: tuple[Candidate, ...], *, first: bool
) -> tuple[Candidate, ...]:
    """Add the reading in which a word that was cut off belongs to the code (`EN 12345`).

    Args:
        front: the word that was cut off.
        candidates: what was found without it.
        first: whether that reading is the best one, else it is the last exact one.
    """
    exact = [c for c in candidates if not c.repaired]
    if not exact or len(front.key) + len(exact[0].key) > MAX_CODE:
        return candidates
    key = CanonicalKey(front.key + exact[0].key)
    shown = _shown(f"{front.text} {exact[0].shown}")
    whole = Candidate(key, repaired=False, shown=shown, rest=exact[0].rest, why="with first word")
    ordered = [whole, *exact] if first else [*exact[: MAX_CANDIDATES - 1], whole]
    ordered += [c for c in candidates if c.repaired]
    return tuple({c.key: c for c in reversed(ordered)}[k] for k in _keys(ordered))[:MAX_CANDIDATES]


def _keys(candidates: Iterable[Candidate]) -> list[CanonicalKey]:
    return list(dict.fromkeys(c.key for c in candidates))


def _chunks(body: Sequence[Word]) -> list[tuple[Word, ...]]:
    chunks: list[tuple[Word, ...]] = []
    chunk: list[Word] = []
    for word in body:
        if word.mark is None:
            chunk.append(word)
        elif chunk:
            chunks.append(tuple(chunk))
            chunk = []
    return [*chunks, tuple(chunk)] if chunk else chunks


def _whole(words: Sequence[Word], grammar: Grammar) -> bool:
    """Long enough or official: may be believed without its neighbours."""
    size = sum(len(word.key) for word in words)
    return size >= grammar.words.minimum_token or grammar.official(_Draft(tuple(words), "").text)


def _without_personal(
    chunks: list[tuple[Word, ...]], grammar: Grammar
) -> list[tuple[Word, ...]]:
    """Cut dates and phone numbers of a signature out, if something else can be the code."""
    split = [piece for chunk in chunks for piece in _cut_personal(chunk, grammar)]
    left = [words for words, personal in split if not personal]
    if any(word.code_like and _whole((word,), grammar) for words in left for word in words):
        return left
    return chunks


def _cut_personal(
    chunk: tuple[Word, ...], grammar: Grammar
) -> Iterator[tuple[tuple[Word, ...], bool]]:
    """The chunk in pieces, each with whether it is a phone number or a date."""
    start = at = 0
    while at < len(chunk):
        size = next((n for n in (1, 2, 3, 4) if _is_personal(chunk[at : at + n], grammar)), 0)
        if size:
            if start < at:
                yield chunk[start:at], False
            yield chunk[at : at + size], True
            start = at + size
        at += size or 1
    if start < len(chunk):
        yield chunk[start:], False


def _is_personal(words: tuple[Word, ...], grammar: Grammar) -> bool:
    if not words[0].text[0].isdigit():
        return False
    return grammar.personal(" ".join(word.text for word in words))


def _runs(chunks: list[tuple[Word, ...]], grammar: Grammar) -> Iterator[_Run]:
    for chunk in chunks:
        spans = list(_spans(chunk, grammar))
        for start, end in spans:
            before, after = chunk[:start], chunk[end:]
            alone = len(chunks) == 1 and not before and not after
            inside = len(spans) > 1
            yield _Run(chunk[start:end], before, after if not inside else (*after, *after), alone)


def _spans(chunk: tuple[Word, ...], grammar: Grammar) -> Iterator[tuple[int, int]]:
    """Where runs begin and end: one short letter word between two code-like words joins them."""
    labels = grammar.words.prefix_labels
    at = 0
    while at < len(chunk):
        if not chunk[at].code_like:
            at += 1
            continue
        end = at + 1
        while end < len(chunk):
            link = chunk[end]
            if link.code_like:
                end += 1
            elif (
                len(link.key) <= _SHORT_WORD
                and (link.key,) not in labels
                and not accented(link.kept)
                and end + 1 < len(chunk)
                and chunk[end + 1].code_like
            ):
                end += 2
            else:
                break
        yield at, end
        at = end
