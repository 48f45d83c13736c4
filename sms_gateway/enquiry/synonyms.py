"""The words of `keywords.toml` together with those that staff added.

A synonym stands where the word stands that it means: beside the keyword among its aliases, beside
a help word among those. So it is checked and read like any word of the file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sms_gateway.domain.synonyms import Synonym
from sms_gateway.enquiry.keyword_file import Grammars, KeywordError, load_grammars
from sms_gateway.enquiry.normalise import squash

SHORTEST = 3
"""Letters that a synonym has at least: two are too easily the beginning of something else."""

MOST_SYNONYMS = 100
"""So many may be added; the file holds the rest."""

_ALIASES = "aliases"
_LISTS = (
    "label", "separator", "courtesy", "help", "opt_out", "opt_in", "english", "accented", "plain",
    "opt_out_alone", "prefix_label", "send",
)  # fmt: skip
_DEFAULT, _CODES = "default", "short_codes"

Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What texts are read by.

    Attributes:
        file: `keywords.toml`, parsed; see `load_grammars`.
        offices: what citizens may write before a number to name an office.
    """

    file: Mapping[str, object]
    offices: Sequence[str] = ()

    def grammars(self, synonyms: Sequence[Synonym] = ()) -> Grammars:
        """The grammars by the file and these words, all of which fit. Raises KeywordError."""
        return load_grammars(self.tables(synonyms), self.offices)

    def tables(self, synonyms: Sequence[Synonym]) -> Mapping[str, object]:
        """The file as it would be with these words in it; the file itself where there are none."""
        tables = self.file
        for one in synonyms:
            tables = _with(tables, one)
        return tables

    def fitting(self, synonyms: Sequence[Synonym]) -> Sequence[Synonym]:
        """Those that can be read beside the file and beside those before them.

        A file that was changed since may have a word of its own that a synonym collides with: it
        must not keep the gateway from starting.

        Raises:
            KeywordError: the file itself cannot be used.
        """
        try:
            if all(self._stands(one) for one in synonyms):
                self.grammars(synonyms)
                return synonyms
        except KeywordError:
            pass
        self.grammars()
        kept: list[Synonym] = []
        for one in synonyms:
            if not self.refusal(kept, one):
                kept.append(one)
        return kept

    def refusal(self, synonyms: Sequence[Synonym], added: Synonym) -> str:
        """Why a word cannot be added to these, in one line; empty where it can."""
        if wrong := _unfit(added.word, len(synonyms)) or self._taken(synonyms, added):
            return wrong
        try:
            load_grammars(_with(self.tables(synonyms), added), self.offices)
        except KeywordError as error:
            return str(error)
        return ""

    def _taken(self, synonyms: Sequence[Synonym], added: Synonym) -> str:
        if not self._stands(added):
            return f"no word of keywords.toml is {added.keyword!r}: name one that stands there"
        if added.folded in map(squash, self.offices):
            return f"{added.word!r} is the name of an office: take another word"
        tables = self.tables(synonyms)
        if any(added.folded in map(squash, _words(table)) for table in _all(tables)):
            return (
                f"{added.word!r} has a meaning already: sms-gateway parse {added.folded} shows it"
            )
        return ""

    def _stands(self, added: Synonym) -> bool:
        return any(_list_of(table, added.keyword) for table in _all(self.file))


def _unfit(word: str, others: int) -> str:
    if any(letter.isdigit() for letter in word):
        return "a synonym has no digits: a number is always a receipt number"
    if len(squash(word)) < SHORTEST:
        return f"a synonym has {SHORTEST} letters or more"
    if others >= MOST_SYNONYMS:
        return f"there are {MOST_SYNONYMS} words already: write them into keywords.toml"
    return ""


def _with(tables: Mapping[str, object], added: Synonym) -> Mapping[str, object]:
    """Put a word where the word stands that it means: in each table that names that one itself."""
    default, codes = _table(tables.get(_DEFAULT)), _table(tables.get(_CODES, {}))
    found = {**tables, _DEFAULT: _added(default, default, added)}
    if codes:
        found[_CODES] = {
            code: _added(_table(own), {**default, **_table(own)}, added)
            if _list_of(_table(own), added.keyword)
            else own
            for code, own in codes.items()
        }
    return found


def _added(own: Table, whole: Table, added: Synonym) -> Table:
    name = _list_of(own, added.keyword)
    return {**own, name: [*_list(whole, name), added.word]} if name else own


def _list_of(table: Table, keyword: str) -> str:
    """The list of a table that a word belongs to; empty where it does not stand there."""
    meant = squash(keyword)
    main = table.get("keyword")
    if isinstance(main, str) and squash(main) == meant:
        return _ALIASES
    lists = (_ALIASES, *_LISTS)
    return next((name for name in lists if meant in map(squash, _list(table, name))), "")


def _words(table: Table) -> Iterator[str]:
    main = table.get("keyword")
    if isinstance(main, str):
        yield main
    for name in (_ALIASES, *_LISTS):
        yield from _list(table, name)


def _all(tables: Mapping[str, object]) -> Iterator[Table]:
    yield _table(tables.get(_DEFAULT))
    yield from map(_table, _table(tables.get(_CODES, {})).values())


def _list(table: Table, name: str) -> Sequence[str]:
    value = table.get(name, [])
    # What is no list of texts is refused by `load_grammars`, with its place.
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _table(value: object) -> Table:
    return value if isinstance(value, Mapping) else {}
