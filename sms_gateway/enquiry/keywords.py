"""What a citizen means: the text of an MO and the grammar of its short code become an intent."""

import re
from collections.abc import Collection, Sequence

from msgspec.structs import replace

from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.message import Language
from sms_gateway.enquiry.candidates import find_candidates, find_pieces, with_front, with_others
from sms_gateway.enquiry.glued import with_verbs_apart
from sms_gateway.enquiry.grammar import VERBS, Grammar, Mark
from sms_gateway.enquiry.intents import (
    MAX_SHOWN,
    ONLY_COURTESY,
    UNCLEAR,
    Candidate,
    Help,
    Intent,
    Lookup,
    Malformed,
    NotACitizen,
    OptIn,
    OptOut,
    SetLanguage,
)
from sms_gateway.enquiry.keyword_file import Grammars, KeywordError, load_grammars
from sms_gateway.enquiry.normalise import Folded, fold
from sms_gateway.enquiry.runs import text_of
from sms_gateway.enquiry.verbs import Verb, is_short, says, verb_of, with_piece, with_whole
from sms_gateway.enquiry.words import Reading, Word, part_of, read

__all__ = ["Grammar", "Grammars", "KeywordError", "load_grammars", "parse"]

_REPORT = re.compile(r"\s*id:.*\bstat:", re.IGNORECASE | re.DOTALL)
_REPORT_STATE = re.compile(
    r"\bstat:\s?(?:DELIVRD|UNDELIV|EXPIRED|DELETED|ACCEPTD|REJECTD|ENROUTE|UNKNOWN)\b",
    re.IGNORECASE | re.ASCII,
)
_REPORT_FIELDS = ("sub:", "dlvrd:", "submit date:", "done date:", "stat:", "err:")
_REPORT_CHARS = 400
_LIKELY_REPORT = 3

_LANGUAGES = {
    Mark.ENGLISH: Language.EN,
    Mark.ACCENTED: Language.VI_ACCENTED,
    Mark.PLAIN: Language.VI,
}
_NOTHING = "no keyword and no number"
_PROSE = 2
"""With so many ordinary words beside a code, `nhận` and `đăng ký` speak of no notices:
`12345 khi nào nhận`, `đăng ký tàu cá 12345`."""


def parse(text: str, grammar: Grammar) -> Intent:
    """What a text asks for. Never raises; the same for NFC and NFD.

    Only the first 1,200 characters are considered. The common text, keyword and plain number,
    takes one regular expression; the long way gives the same answer (a test holds them together).
    """
    match = grammar.fast.fullmatch(text)
    if match is not None:
        shown = match.group(1).upper()
        if len(shown) <= MAX_SHOWN and shown not in grammar.numbers:
            why = "official number" if grammar.official(shown) else "joined"
            return Lookup((Candidate(canonical_key(shown), repaired=False, shown=shown, why=why),))
    return parse_slowly(text, grammar)


def parse_slowly(text: str, grammar: Grammar) -> Intent:
    """The same as `parse`, for every text."""
    if _is_report(text[:_REPORT_CHARS]):
        return NotACitizen("looks like a delivery report")
    folded = fold(text)
    reading = with_verbs_apart(read(folded, grammar), grammar)
    keyword_at = next((i for i, w in enumerate(reading.words) if w.mark is Mark.KEYWORD), None)
    if keyword_at is None:
        return _without_keyword(folded, reading, grammar)
    before = _sent_part(reading.words[:keyword_at], grammar)
    body = _sent_part(reading.words[keyword_at:], grammar)
    refused = _with_refusal(before, grammar)
    if _belongs(refused, body):
        return _meaning((*body, *refused), reading, grammar)
    if _wish_alone(before) and not any(word.mark in VERBS for word in body):
        body = (*before, *body)
    intent = _meaning(body, reading, grammar)
    if isinstance(intent, Lookup) and intent.language is None:
        return replace(intent, language=_language_alone(before))
    return intent


def _belongs(before: Sequence[Word], body: Sequence[Word]) -> bool:
    """Whether what is meant stands before the keyword: `12345 MCKH`, `123 MCKH HUY`, `EN MCKH`."""
    if any(word.mark is None for word in body):
        return False
    if any(word.code_like for word in before):
        return True
    said = [word for word in before if says(word)]
    bare = not any(says(word) or word.mark is Mark.LABEL for word in body)
    return bare and bool(said) and all(word.mark in VERBS for word in said)


def _wish_alone(before: Sequence[Word]) -> bool:
    """`DK` before the keyword and its number: `DK MCKH 12345`.

    Only where it can mean nothing else: Huy is a name, `dung` is mostly `đúng`, `nhan` received.
    """
    said = [word for word in before if says(word)]
    labels = any(word.mark is Mark.LABEL for word in before)
    alone = not labels and len(said) == 1
    return alone and said[0].mark is Mark.OPT_IN and is_short(said[0])


def _refuses_alone(words: Sequence[Word], grammar: Grammar) -> bool:
    """Whether nothing is said but what refuses where it stands alone: `thôi`, `không cần`."""
    return "".join(word.key for word in words if says(word)) in grammar.words.opt_out_alone


def _with_refusal(words: Sequence[Word], grammar: Grammar) -> tuple[Word, ...]:
    """Such words as a refusal, or beside one as what means nothing: `thôi không nhận nữa`."""
    alone = _refuses_alone(words, grammar)
    if not alone and not any(word.mark is Mark.OPT_OUT for word in words):
        return tuple(words)
    return tuple(
        replace(word, mark=Mark.OPT_OUT if alone else Mark.COURTESY)
        if word.mark is None and (alone or word.key in grammar.words.opt_out_alone)
        else word
        for word in words
    )


def _language_alone(before: Sequence[Word]) -> Language | None:
    """`EN` before the keyword, where it can be no prefix of the number behind it."""
    said = [word.mark for word in before if says(word)]
    return _LANGUAGES.get(said[0]) if len(said) == 1 and said[0] is not None else None


def _is_report(text: str) -> bool:
    """A delivery report that came in as an MO: `id:1 sub:001 dlvrd:001 ... stat:DELIVRD`."""
    if ":" not in text:
        return False
    if _REPORT.match(text) or _REPORT_STATE.search(text):
        return True
    lower = text.lower()
    return sum(field in lower for field in _REPORT_FIELDS) >= _LIKELY_REPORT


def _sent_part(words: Sequence[Word], grammar: Grammar) -> tuple[Word, ...]:
    """The words without what follows `GUI 8083`, and without our own number at its ends.

    After a tail the text goes on only at the next keyword (poster copied, own text behind),
    unless neither a code nor the poster's placeholder stands before it. Where nothing but the
    keyword does, or labels without it, the words behind may be a price as well as a code.
    """
    kept: list[Word] = []
    begin = 0
    skipping = doubtful = False
    for word in words:
        if word.mark is Mark.KEYWORD:
            skipping, doubtful, begin = False, False, len(kept)
        elif word.mark is Mark.TAIL:
            labels, keyword = _around_placeholder(kept[begin:], grammar)
            skipping = any(w.code_like for w in kept) or (labels and keyword)
            doubtful = labels or keyword
        price = doubtful and word.mark is None and not grammar.official(word.text)
        if not (skipping or price):
            kept.append(word)
    return _without_short_code(kept, grammar)


def _around_placeholder(words: Sequence[Word], grammar: Grammar) -> tuple[bool, bool]:
    """Whether there are labels and no more; whether a keyword with nothing or labels behind it."""
    marks = {word.mark for word in words}
    if marks & VERBS or not _only_labels(words, grammar):
        return False, False
    keyword = Mark.KEYWORD in marks
    labels = Mark.LABEL in marks or (keyword and None in marks)
    return labels, keyword and (labels or Mark.COURTESY not in marks)


def _without_short_code(words: list[Word], grammar: Grammar) -> tuple[Word, ...]:
    """Drop our own number as the first or last word, unless an official number ends in it."""
    ordinary = [word for word in words if word.mark is None]
    if not ordinary or grammar.official(text_of(ordinary)):
        return tuple(words)
    ends = [word for word in (ordinary[0], ordinary[-1]) if word.text in grammar.numbers]
    return tuple(word for word in words if not any(word is end for end in ends))


def _meaning(body: Sequence[Word], reading: Reading, grammar: Grammar) -> Intent:
    """The intent of what follows the keyword."""
    body = _with_refusal(body, grammar)
    verb, rest = verb_of(body, grammar, asks=reading.asks)
    found = find_candidates(rest, reading.words, grammar)
    if reading.similar is not None:
        sure = reading.sure or (bool(found) and grammar.official(found[0].shown))
        found = with_front(reading.similar, found, first=not sure)
    if reading.loose and found and not grammar.official(found[0].shown):
        found = _with_letter_cut(found, rest, reading, grammar)
    if verb is not None:
        return _act(verb, found, rest, reading, grammar)
    if found:
        return Lookup(found)
    if any(word.code_like for word in rest):
        return Malformed("no number that can be believed")
    if _only_labels(rest, grammar):
        return Help()
    return Malformed("no number in the text")


def _with_letter_cut(
    found: tuple[Candidate, ...], rest: Sequence[Word], reading: Reading, grammar: Grammar
) -> tuple[Candidate, ...]:
    """Read `MCK H12345` also as MCKH and 12345; first of all where that is an official number."""
    at = next(i for i, word in enumerate(rest) if word.mark is None)
    cut = _without_short_code([*rest[:at], part_of(rest[at], 1), *rest[at + 1 :]], grammar)
    others = find_pieces(cut, rest[at], reading.words, grammar)
    first = bool(others) and grammar.official(others[0].shown)
    return with_others(found, others, first=first)


def _act(
    verb: Verb,
    found: tuple[Candidate, ...],
    rest: Sequence[Word],
    reading: Reading,
    grammar: Grammar,
) -> Intent:
    """The intent of a verb, with the codes it speaks of."""
    if verb.mark is not Mark.HELP:
        found = with_piece(verb, found, rest, reading, grammar)
    else:
        return Lookup(_maybe_prefix(verb, found, grammar)) if found else Help()
    language = _LANGUAGES.get(verb.mark)
    if found and language is None:
        found = with_whole(verb, found, reading, grammar)
    if found and language is not None:
        return Lookup(_maybe_prefix(verb, found, grammar), language)
    labelled = language is None and any(word.mark is Mark.LABEL for word in rest)
    # What was cut off may have been a number: not all notices are meant then.
    cut = language is None and any(
        word.code_like and word.text not in grammar.numbers for word in reading.words
    )
    if not found and (labelled or cut or any(says(word) for word in rest)):
        return Malformed(UNCLEAR)
    if language is not None:
        return SetLanguage(language)
    if verb.mark is Mark.OPT_IN and _prose(rest) >= _PROSE:
        return Lookup(found)
    return OptOut(found) if verb.mark is Mark.OPT_OUT else OptIn(found)


def _prose(words: Sequence[Word]) -> int:
    return sum(word.mark is None and not word.code_like for word in words)


def _maybe_prefix(
    verb: Verb, found: tuple[Candidate, ...], grammar: Grammar
) -> tuple[Candidate, ...]:
    """A verb of two letters may be a prefix: `HD 12345` is HDxxx first, `EN 12345` is it last."""
    known = verb.word.key in grammar.words.code_prefixes
    if not known and not is_short(verb.word):
        return found
    first = known or (verb.mark is Mark.HELP and not grammar.official(found[0].shown))
    return with_front(verb.word, found, first=first)


def _only_labels(words: Sequence[Word], grammar: Grammar) -> bool:
    """Whether the ordinary words are label words and no more: the poster's placeholder."""
    letters = "".join(word.key for word in words if word.mark is None)
    return bool(grammar.only_labels.fullmatch(letters))


def _without_keyword(folded: Folded, reading: Reading, grammar: Grammar) -> Intent:
    """A bare number, a bare verb; anything else is for staff to read."""
    body = _sent_part(reading.words, grammar)
    if not any(says(word) for word in body):
        return _without_words({word.mark for word in body}, asks="?" in folded.plain)
    unclear = _refuses_alone(body, grammar)
    verb, rest = verb_of(_with_refusal(body, grammar), grammar, asks=reading.asks)
    found = find_candidates(rest, reading.words, grammar, strict=True)
    if verb is not None:
        prose = any(word.mark is None for word in rest)
        unclear = unclear or (prose and verb.mark in {Mark.OPT_OUT, Mark.OPT_IN})
        if not found and unclear:
            return Malformed(UNCLEAR)
        if not found and (prose or verb.mark in _LANGUAGES):
            return Malformed(_NOTHING)
        return _act(verb, found, rest, reading, grammar)
    if found:
        return Lookup(found)
    return Malformed(_NOTHING)


def _without_words(marks: Collection[Mark | None], *, asks: bool) -> Intent:
    if asks or Mark.LABEL in marks:
        return Help()
    return Malformed(ONLY_COURTESY if Mark.COURTESY in marks else _NOTHING)
