"""Which codes a text may mean, best first.

The order, and why (domain 3.3, its two dangers):
1. What stands together is read together: `12 345` is 12345. A joined number can hardly hit a
   stranger's dossier, a piece of it can.
2. A single word is believed beside others only if it is official or long enough, and never if it
   looks like a piece of an official number or of one that was typed in several pieces. Where
   there is an official number, the others are not tried: they may be secrets, dates, phones.
3. A short label word may be a real prefix (`BN 12345`), so the number with it comes first;
   except before an official number, and where its accents show that it is prose (`số`).
4. Readings with a repair come last.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from sms_gateway.domain.dossier import MAX_CODE
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.record import Record
from sms_gateway.enquiry.grammar import Grammar, Mark
from sms_gateway.enquiry.intents import MAX_CANDIDATES, MAX_SHOWN, Candidate
from sms_gateway.enquiry.normalise import UNREADABLE
from sms_gateway.enquiry.repairs import repairs
from sms_gateway.enquiry.runs import Run, believable, find_runs, official_start, text_of
from sms_gateway.enquiry.words import Word, part_of

_MAX_REST = 4
"""Few, because each may be tried as a second secret."""

_MIN_REST = 3
_PAIR = 2
_DATE_PIECE = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


class _Draft(Record, frozen=True):
    """Words read as one code.

    Attributes:
        words: the words.
        why: the short reason.
        label: a label word is among them, in which no letter stands for a digit.
        cut: the word that a label was cut from, so that it is not taken for a second secret.
    """

    words: tuple[Word, ...]
    why: str
    label: bool = False
    cut: Word | None = None

    @property
    def key(self) -> CanonicalKey:
        return CanonicalKey("".join(word.key for word in self.words))


def find_candidates(
    body: Sequence[Word], everything: Sequence[Word], grammar: Grammar, *, strict: bool = False
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
    runs = [list(_read_run(run, grammar, strict=strict)) for run in find_runs(body, grammar)]
    official = [
        drafts for drafts in runs if any(grammar.official(text_of(d.words)) for d in drafts)
    ]
    drafts = (draft for run in official or runs for draft in run)
    return _settle(drafts, everything, grammar)


def find_pieces(
    cut: Sequence[Word], whole: Word, everything: Sequence[Word], grammar: Grammar
) -> tuple[Candidate, ...]:
    """Read the candidates out of a text with letters cut off a number.

    Only what is long enough or official: a shorter piece may be the number of a stranger.

    Args:
        cut: the words in which a code is expected, the shorter one among them.
        whole: the word that was cut, no second secret.
        everything: all words of the text.
        grammar: of the short code.
    """
    others = [word for word in everything if word is not whole]
    return tuple(
        candidate
        for candidate in find_candidates(cut, others, grammar)
        if len(candidate.key) >= grammar.words.minimum_token or grammar.official(candidate.shown)
    )


def with_front(
    front: Word, candidates: tuple[Candidate, ...], *, first: bool, with_verb: bool = False
) -> tuple[Candidate, ...]:
    """Add the reading in which a word that was cut off belongs to the code (`EN 12345`).

    Args:
        front: the word that was cut off.
        candidates: what was found without it.
        first: whether that reading is the best one, else it is the last exact one.
        with_verb: see `Candidate`.
    """
    exact = [c for c in candidates if not c.repaired]
    if not exact or len(front.key) + len(exact[0].key) > MAX_CODE:
        return candidates
    whole = Candidate(
        key=CanonicalKey(front.key + exact[0].key),
        repaired=False,
        shown=_shown(f"{front.text} {exact[0].shown}"),
        rest=exact[0].rest,
        why="with the word before",
        with_verb=with_verb,
    )
    ordered = [whole, *exact] if first else [*exact[: MAX_CANDIDATES - 1], whole]
    return _distinct([*ordered, *(c for c in candidates if c.repaired)])


def with_others(
    candidates: tuple[Candidate, ...], others: Iterable[Candidate], *, first: bool
) -> tuple[Candidate, ...]:
    """Add the candidates of another reading of the text, before or behind those of its kind."""
    ordered = [*others, *candidates] if first else [*candidates, *others]
    return _distinct(sorted(ordered, key=lambda candidate: candidate.repaired))


def _read_run(run: Run, grammar: Grammar, *, strict: bool) -> Iterator[_Draft]:
    """The readings of one run: with its front and back, without them, without a glued label."""
    if not run.clean and grammar.personal(text_of(run.words)):
        return
    core = _inner(run, grammar, clean=run.clean and not strict)
    around = (*run.front, *run.words, *run.back)
    if len(around) == len(run.words) or (strict and not core):
        yield from core
        return
    whole = _Draft(around, "with the words around it", label=run.label)
    official = bool(core) and grammar.official(text_of(core[0].words))
    if core and (official or run.prose or (run.polite and not run.front)):
        yield from (core[0], whole, *core[1:])
    else:
        yield from (whole, *core)


def _inner(run: Run, grammar: Grammar, *, clean: bool) -> list[_Draft]:
    """The readings of the run itself, with and without a label glued to it (`BN12345`).

    A prefix label stays on first; a full label (`MSBN12345`) and one before an official number
    is cut off first.
    """
    core = list(_core(run.words, grammar, clean=clean))
    match = grammar.glued.match(run.words[0].text)
    if match is None:
        return core
    core = [replace(draft, label=True) for draft in core]
    shorter = (part_of(run.words[0], match.end(1)), *run.words[1:])
    cut = [
        replace(draft, why="label cut off", cut=run.words[0])
        for draft in _core(shorter, grammar, clean=False)
    ]
    full_label = grammar.roles.get(match.group(1)) is Mark.LABEL
    if cut and (full_label or grammar.official(text_of(cut[0].words))):
        return [*cut, *core]
    return [*core, *cut]


def _core(words: tuple[Word, ...], grammar: Grammar, *, clean: bool) -> Iterator[_Draft]:
    """The readings of words that stand together."""
    official = official_start(words, grammar)
    if official:
        yield _Draft(words[:official], "official number")
        later = (word for word in words[official:] if grammar.official(word.text))
        yield from (_Draft((word,), "official number") for word in later)
        return
    tokens = _tokens(words, grammar)
    if len(tokens) <= _PAIR and (clean or believable(words, grammar)):
        yield _Draft(words, "joined" if clean or len(words) > 1 else "token")
    yield from (_Draft((word,), "token") for word in tokens)


def _tokens(words: tuple[Word, ...], grammar: Grammar) -> tuple[Word, ...]:
    """The single words that may be believed beside their neighbours."""
    codes = tuple(word for word in words if word.code_like)
    if len(codes) < _PAIR or any(_opens_official(*pair) for pair in pairwise(codes)):
        return ()
    long = tuple(word for word in codes if believable((word,), grammar))
    if len(long) == len(codes):
        return tuple(word for word in codes if grammar.official(word.text)) or long
    # What is short behind a long one is hardly a piece of it: `12345 4821`, `12345 le 5`.
    return long if len(codes) == _PAIR and long == codes[:1] else ()


def _opens_official(word: Word, behind: Word) -> bool:
    """Whether a word looks like the first part of an official number with a slip in it.

    A dotted word is the agency's part, six digits of a date the middle one.
    """
    return "." in word.text or bool(_DATE_PIECE.fullmatch(word.key) and behind.key.isdigit())


def _settle(
    drafts: Iterable[_Draft], everything: Sequence[Word], grammar: Grammar
) -> tuple[Candidate, ...]:
    """The best three drafts, and where there is room their repairs."""
    by_key: dict[CanonicalKey, _Draft] = {}
    lost: list[_Draft] = []
    for draft in drafts:
        if _has_lost(draft, grammar):
            lost.append(draft)
        elif 0 < len(draft.key) <= MAX_CODE:
            by_key.setdefault(draft.key, draft)
        if len(by_key) == MAX_CANDIDATES:
            break
    found = [
        Candidate(
            key,
            repaired=False,
            shown=_shown(text_of(draft.words)),
            rest=_rest(draft, everything, grammar),
            why=draft.why,
        )
        for key, draft in by_key.items()
    ]
    if len(found) < MAX_CANDIDATES:
        for draft in (*by_key.values(), *lost):
            found.extend(_repaired(draft, _rest(draft, everything, grammar), grammar))
    return _distinct(found)


def _has_lost(draft: _Draft, grammar: Grammar) -> bool:
    """Whether a digit may be missing; not where a mark is the dash of an official number."""
    if not any(UNREADABLE in word.text for word in draft.words):
        return False
    letters = any(
        kept.isalpha()
        for word in draft.words
        for kept, plain in zip(word.kept, word.text, strict=True)
        if plain == UNREADABLE
    )
    return letters or not grammar.official(text_of(draft.words))


def _repaired(draft: _Draft, rest: tuple[str, ...], grammar: Grammar) -> Iterator[Candidate]:
    if draft.label:
        return
    kept = " ".join(word.kept for word in draft.words)
    for key, shown, why in repairs(text_of(draft.words), kept, grammar):
        if 0 < len(key) <= MAX_CODE:
            yield Candidate(key, repaired=True, shown=_shown(shown), rest=rest, why=why)


def _distinct(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The first of each key, at most three."""
    by_key: dict[CanonicalKey, Candidate] = {}
    for candidate in candidates:
        by_key.setdefault(candidate.key, candidate)
    return tuple(by_key.values())[:MAX_CANDIDATES]


def _rest(draft: _Draft, everything: Sequence[Word], grammar: Grammar) -> tuple[str, ...]:
    """The other words, those with digits first: a printed secret mostly has some."""
    used = {*draft.words, draft.cut}
    others = [
        word
        for word in everything
        if word.mark is None
        and UNREADABLE not in word.text
        and _MIN_REST <= len(word.key) <= MAX_CODE
        and word not in used
        and word.text not in grammar.numbers
    ]
    others.sort(key=lambda word: not word.code_like)
    return tuple(dict.fromkeys(str(word.key) for word in others))[:_MAX_REST]


def _shown(text: str) -> str:
    return text.replace(UNREADABLE, "-")[:MAX_SHOWN].rstrip(" -./")
