"""Reads `config/keywords.toml`: checked tables become one grammar per short code."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NoReturn

from sms_gateway.domain.ids import ShortCode
from sms_gateway.enquiry.grammar import (
    VERBS,
    Grammar,
    Mark,
    Shape,
    Words,
    compile_grammar,
    compile_shape,
    other_spellings,
)
from sms_gateway.enquiry.normalise import squash

_ROLES = {
    "label": Mark.LABEL,
    "separator": Mark.LABEL,
    "courtesy": Mark.COURTESY,
    "help": Mark.HELP,
    "opt_out": Mark.OPT_OUT,
    "opt_in": Mark.OPT_IN,
    "english": Mark.ENGLISH,
    "accented": Mark.ACCENTED,
    "plain": Mark.PLAIN,
}
_LISTS = (*_ROLES, "opt_out_alone", "aliases", "prefix_label", "send", "code_prefixes", "shapes")
_MAY_SHARE = ({"courtesy", "send"}, {"opt_out", "opt_out_alone"}, {"label", "separator"})
_KEYS = (*_LISTS, "keyword", "tolerate_misspelling", "minimum_token", "scores")
_SCORES = ("1", "2", "3", "4", "5")
_BESIDE, _ALONE, _ASKING = "beside", "alone", "asking"
_TOP = ("default", "short_codes")

_MAX_PHRASES = 200
_MAX_PHRASE = 60
_MAX_SHORT_CODES = 100
_MINIMUM_TOKEN = range(3, 21)
_KEYWORD = re.compile(r"[A-Z]{2,12}")
_SHORT_CODE = re.compile(r"[0-9]{3,10}")


class KeywordError(ValueError):
    """The keywords cannot be used. One line: what is wrong, where, what to do."""


class Grammars(Mapping[ShortCode, Grammar]):
    """Grammars by short code. A short code without a table has the default one."""

    def __init__(self, default: Grammar, by_code: Mapping[ShortCode, Grammar]) -> None:
        self._default = default
        self._by_code = dict(by_code)

    def __getitem__(self, short_code: ShortCode) -> Grammar:
        """The grammar of a short code, the default one where it has no table."""
        return self._by_code.get(short_code, self._default)

    def __contains__(self, short_code: object) -> bool:
        """Whether the short code has a table of its own."""
        return short_code in self._by_code

    def __iter__(self) -> Iterator[ShortCode]:
        """The short codes that have a table."""
        return iter(self._by_code)

    def __len__(self) -> int:
        """How many short codes have a table."""
        return len(self._by_code)


def load_grammars(raw: Mapping[str, object], shorts: Collection[str] = ()) -> Grammars:
    """Check and compile the keywords of all short codes.

    Args:
        raw: the parsed file: a table `default`, and a table per number under `short_codes`. What
            a short code does not say is taken from `default`.
        shorts: what citizens may write before a number to name an office, `Agency.short`: where
            it is also a word that says what to do, real numbers begin so.

    Raises:
        KeywordError: on an unknown key, a wrong type or value, or two phrases that are the same
            once accents, case and spaces are dropped.
    """
    _known("keywords.toml", raw, _TOP)
    default = _table("[default]", raw.get("default"))
    codes = _table("[short_codes]", raw.get("short_codes", {}))
    if len(codes) > _MAX_SHORT_CODES:
        _fail("[short_codes]", f"has more than {_MAX_SHORT_CODES} tables")
    for code in codes:
        if not _SHORT_CODE.fullmatch(code):
            _fail("[short_codes]", f"{code!r} is not a short code of 3 to 10 digits")
    numbers = [ShortCode(code) for code in codes]
    offices = frozenset(map(squash, shorts))
    by_code = {}
    for number in numbers:
        where = f"[short_codes.{number}]"
        own = _table(where, codes[number])
        by_code[number] = compile_grammar(_words(where, {**default, **own}, offices), numbers)
    return Grammars(compile_grammar(_words("[default]", default, offices), numbers), by_code)


def _words(where: str, table: Mapping[str, object], offices: Collection[str]) -> Words:
    _known(where, table, _KEYS)
    phrases: dict[str, Mark] = {}
    single: set[str] = set()
    for name, mark in _ROLES.items():
        for phrase in _phrases(where, table, name):
            if mark is Mark.COURTESY and len(squash(phrase)) == 1:
                single.add(squash(phrase))
            else:
                phrases[phrase] = mark
    marks = _table(f"{where} scores", table.get("scores", {}))
    words = Words(
        keywords=_keywords(where, table),
        phrases={**dict.fromkeys(_phrases(where, table, "send"), Mark.COURTESY), **phrases},
        prefix_labels=frozenset(map(squash, _phrases(where, table, "prefix_label"))),
        opt_out_alone=_squashed(_phrases(where, table, "opt_out_alone")),
        courtesy_letters=frozenset(single),
        send=_phrases(where, table, "send"),
        code_prefixes=frozenset(map(squash, _phrases(where, table, "code_prefixes")))
        | {squash(phrase) for phrase, mark in phrases.items() if mark in VERBS}
        & frozenset(offices),
        shapes=_shapes(where, table),
        minimum_token=_minimum_token(where, table),
        tolerate_misspelling=_flag(where, table, "tolerate_misspelling"),
        scores=_scores(where, marks),
        score_words=_single_words(where, marks, _SCORES),
        beside_scores=_single_words(where, marks, (_BESIDE,)),
        scores_alone=_squashed(_phrases(f"{where} scores", marks, _ALONE)),
        asking=_squashed(_phrases(f"{where} scores", marks, _ASKING)),
        separators=_squashed(_phrases(where, table, "separator")),
    )
    _refuse_collisions(where, table, words)
    return words


def _refuse_collisions(where: str, table: Mapping[str, object], words: Words) -> None:
    """Two entries that fold to the same letters and mean different things.

    The words before a short code are cut like courtesy, so those two may share one (tới, tôi);
    what refuses anywhere refuses alone as well.
    """
    seen: dict[str, tuple[str, str]] = {}
    entries = [("keyword or alias", word) for word in words.keywords]
    entries += [
        (name, phrase)
        for name in (*_ROLES, "opt_out_alone", "prefix_label", "send")
        for phrase in _phrases(where, table, name)
    ]
    for name, phrase in entries:
        folded = squash(phrase)
        before, first = seen.setdefault(folded, (name, phrase))
        if before != name and {before, name} not in _MAY_SHARE:
            _fail(
                where,
                f"{name} {phrase!r} and {before} {first!r} are the same without accents "
                f"({folded}); remove one of them",
            )


def _keywords(where: str, table: Mapping[str, object]) -> tuple[str, ...]:
    keyword = table.get("keyword")
    if not isinstance(keyword, str):
        _fail(where, 'needs keyword = "MCKH", the first word of the texts')
    written = (keyword, *_phrases(where, table, "aliases"))
    keywords = tuple(squash(word) for word in written)
    for word, folded in zip(written, keywords, strict=True):
        if not _KEYWORD.fullmatch(folded):
            _fail(where, f"keyword {word!r} must have 2 to 12 letters and no digits")
        if keywords.count(folded) > 1:
            _fail(where, f"keyword {word!r} is there twice without accents; remove one of them")
    return keywords


def _phrases(where: str, table: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        _fail(where, f'{name} must be a list of texts, such as {name} = ["..."]')
    phrases = tuple(str(item) for item in value)
    if len(phrases) > _MAX_PHRASES:
        _fail(where, f"{name} has more than {_MAX_PHRASES} entries")
    for phrase in phrases:
        if len(phrase) > _MAX_PHRASE:
            _fail(where, f"{name} has an entry of more than {_MAX_PHRASE} characters")
        if name != "shapes" and not squash(phrase):
            _fail(where, f"{name} entry {phrase!r} has no letter; remove it")
    return phrases


def _squashed(phrases: Iterable[str]) -> frozenset[str]:
    """Phrases as letters, with what people also write for them."""
    return frozenset(
        squash(spelling) for phrase in phrases for spelling in (phrase, *other_spellings(phrase))
    )


def _shapes(where: str, table: Mapping[str, object]) -> tuple[Shape, ...]:
    shapes = []
    for shape in _phrases(where, table, "shapes"):
        try:
            shapes.append(compile_shape(shape))
        except ValueError as error:
            _fail(where, f"shapes entry {shape!r}: {error}")
    return tuple(shapes)


def _scores(where: str, table: Mapping[str, object]) -> Mapping[str, int]:
    """Words that answer the question of the survey, by what they mean."""
    _known(f"{where} scores", table, (*_SCORES, _BESIDE, _ALONE, _ASKING))
    meant: dict[str, int] = {}
    for name in _SCORES:
        for phrase in _phrases(f"{where} scores", table, name):
            for spelling in _squashed([phrase]):
                score = meant.setdefault(spelling, int(name))
                if score != int(name):
                    _fail(where, f"scores: {phrase!r} stands at {score} and at {name}; remove one")
    return MappingProxyType(meant)


def _single_words(where: str, table: Mapping[str, object], names: Iterable[str]) -> frozenset[str]:
    """The words that phrases of the scores are made of."""
    phrases = (phrase for name in names for phrase in _phrases(f"{where} scores", table, name))
    return _squashed(word for phrase in phrases for word in phrase.split())


def _minimum_token(where: str, table: Mapping[str, object]) -> int:
    value = table.get("minimum_token", 5)
    if isinstance(value, bool) or not isinstance(value, int) or value not in _MINIMUM_TOKEN:
        _fail(where, "minimum_token must be a whole number from 3 to 20")
    return value


def _flag(where: str, table: Mapping[str, object], name: str) -> bool:
    value = table.get(name, True)
    if not isinstance(value, bool):
        _fail(where, f"{name} must be true or false")
    return value


def _table(where: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        _fail(where, "must be a table with its own lines")
    return {str(key): item for key, item in value.items()}


def _known(where: str, table: Mapping[str, object], names: Iterable[str]) -> None:
    names = tuple(names)
    for key in table:
        if key not in names:
            near = difflib.get_close_matches(key, names, n=1, cutoff=0)
            _fail(where, f"does not know {key!r}; did you mean {near[0]!r}?")


def _fail(where: str, what: str) -> NoReturn:
    place = where if where == "keywords.toml" else f"keywords.toml {where}"
    message = f"{place} {what}"
    raise KeywordError(message)
