"""Replies in words: wording read and checked once, then filled, cleaned, counted, shortened."""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from string import Formatter
from types import MappingProxyType
from typing import Final

from sms_gateway.domain.message import Language
from sms_gateway.enquiry.templates import LAST_RESORT, LONGEST, TEMPLATES, ReplyError, nearest
from sms_gateway.enquiry.values import VIETNAMESE, accented_value, plain_value, without
from sms_gateway.gsm.alphabet import Alphabet
from sms_gateway.gsm.plain import nfc, plain
from sms_gateway.gsm.segment import Counted, count

LONGEST_TEXT: Final = 400
"""Longest `text` or `tail` in a wording file, in characters."""
USUAL_CODE: Final = 25
"""Longest code in use today (`000.00.12.H32-230615-0001`); with it a reply is one segment."""
_MOST_SEGMENTS: Final = 2

_PLAIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .:/()-")
_ACCENTED: Final = _PLAIN | VIETNAMESE
_KEYS: Final = frozenset({"text", "tail"})
_NONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Composed:
    """A reply as it goes onto the air.

    Attributes:
        template: the reply it is; `X1` where the telco carries too little for the one asked for.
        version: hash of that reply's wording, 12 hex digits.
        params: what it was filled with, as given, so that another door can compose it again.
        language: the language and style used; not always the one asked for.
        text: the text, one line.
        alphabet: how it is coded.
        segments: how many radio-sized parts it takes.
    """

    template: str
    version: str
    params: Mapping[str, str] = field(repr=False)
    language: Language
    text: str = field(repr=False)
    alphabet: Alphabet
    segments: int

    @property
    def text_hash(self) -> str:
        """Tells equal replies, 32 hex digits."""
        return hashlib.blake2b(self.text.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class _Form:
    """One reply in one language and style, as format strings.

    Attributes:
        full: with its last sentence.
        short: without it, or None where it has none.
        names: placeholders of `full`.
        tail_names: placeholders of the last sentence.
    """

    full: str
    short: str | None
    names: tuple[str, ...]
    tail_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Template:
    version: str
    names: frozenset[str]
    forms: Mapping[Language, _Form]


class Replies:
    """All wording, checked. Made by `load_replies`.

    Attributes:
        rules_hash: hash of all wording, 32 hex digits: which rules an answer was made by.
    """

    __slots__ = ("_templates", "rules_hash")

    def __init__(self, templates: Mapping[str, _Template]) -> None:
        self._templates = templates
        versions = "".join(f"{name}={templates[name].version};" for name in sorted(templates))
        self.rules_hash = hashlib.blake2b(versions.encode(), digest_size=16).hexdigest()

    def version(self, template: str) -> str:
        """Hash of one reply's wording in both languages."""
        return self._templates[template].version

    def whole(self, template: str, params: Mapping[str, str], language: Language) -> str:
        """The text before anything is shortened: for editors and for tests of the wording."""
        form = self._templates[template].forms[language]
        return form.full.format_map(_values(form, params, language))

    def compose(
        self,
        template: str,
        params: Mapping[str, str],
        language: Language,
        *,
        refused: frozenset[str] = _NONE,
        max_segments: int = _MOST_SEGMENTS,
    ) -> Composed:
        """The reply in words that fit; whatever the values, it neither fails nor refuses.

        The last sentence goes where that saves a segment. Accented text that still takes more
        than `max_segments` is sent unaccented. Other text takes two at most, and one with a code
        of up to 25 characters, because `load_replies` saw to that; a door that carries only one
        gets `X1` instead of two (domain/6, rule for the renderer).

        Args:
            template: an id of `TEMPLATES`.
            params: values by placeholder; what is missing is left out of the text.
            language: the language and style wanted.
            refused: characters that this door's telco does not take.
            max_segments: the longest message that this door carries.

        Raises:
            KeyError: no such template; that is a bug.
        """
        entry = self._templates[template]
        text, counted = _fitted(entry.forms[language], params, language, refused)
        if counted.segments > max_segments or (
            language is Language.VI_ACCENTED and not refused.isdisjoint(VIETNAMESE)
        ):
            if language is Language.VI_ACCENTED:
                return self.compose(
                    template, params, Language.VI, refused=refused, max_segments=max_segments
                )
            template, entry = LAST_RESORT, self._templates[LAST_RESORT]
            text, counted = _fitted(entry.forms[language], params, language, refused)
        return Composed(
            template,
            entry.version,
            {name: params[name] for name in entry.names if name in params},
            language,
            text,
            counted.alphabet,
            counted.segments,
        )


def _fitted(
    form: _Form, params: Mapping[str, str], language: Language, refused: frozenset[str]
) -> tuple[str, Counted]:
    values = _values(form, params, language)
    complete = all(values.values())
    full, short = form.full, form.short
    if not complete and short is not None and not all(values[name] for name in form.tail_names):
        full, short = short, None
    text = _finished(full.format_map(values), refused, complete=complete)
    counted = count(text)
    if counted.segments > 1 and short is not None:
        shorter = _finished(short.format_map(values), refused, complete=complete)
        recounted = count(shorter)
        if recounted.segments < counted.segments:
            return shorter, recounted
    return text, counted


def _values(form: _Form, params: Mapping[str, str], language: Language) -> dict[str, str]:
    clean = accented_value if language is Language.VI_ACCENTED else plain_value
    return {name: clean(name, params.get(name, "")) for name in form.names}


def _finished(text: str, refused: frozenset[str], *, complete: bool) -> str:
    if not complete:
        text = " ".join(text.split()).replace(" .", ".").replace(" :", ":")
    if refused and not refused.isdisjoint(text):
        text = without(text, refused)
    return text


# --- reading the wording -------------------------------------------------------------------------


def load_replies(vi: Mapping[str, object], en: Mapping[str, object]) -> Replies:
    """Read and check `replies/vi.toml` and `replies/en.toml`.

    Each reply must fit into one segment, unaccented and in English, with a code of 25 characters
    and all other values at their longest, with or without its last sentence; and into two with
    the longest code. So nothing has to be refused when it is filled.

    Args:
        vi: accented Vietnamese, a table with `text` and perhaps `tail` for each of `TEMPLATES`.
        en: the same in English.

    Raises:
        ReplyError: a reply is missing, unknown, wrongly written, or too long.
    """
    _check_tables("replies/vi.toml", vi)
    _check_tables("replies/en.toml", en)
    return Replies(
        MappingProxyType({name: _read_template(name, vi[name], en[name]) for name in TEMPLATES})
    )


def _check_tables(file: str, wording: Mapping[str, object]) -> None:
    for name in wording:
        if name not in TEMPLATES:
            message = f"{file}: [{name}] is no reply of this gateway{nearest(name, TEMPLATES)}"
            raise ReplyError(message)
    missing = [name for name in TEMPLATES if name not in wording]
    if missing:
        message = f"{file}: [{missing[0]}] is missing; add it with its text"
        raise ReplyError(message)


def _read_template(name: str, vi: object, en: object) -> _Template:
    accented = _read_form(f"replies/vi.toml: [{name}]", name, vi, _ACCENTED)
    unaccented = _Form(
        plain(accented.full),
        None if accented.short is None else plain(accented.short),
        accented.names,
        accented.tail_names,
    )
    english = _read_form(f"replies/en.toml: [{name}]", name, en, _PLAIN)
    _check_fit(f"replies/vi.toml: [{name}]", name, unaccented)
    _check_fit(f"replies/en.toml: [{name}]", name, english)
    wording = "\0".join(str(part) for part in (accented, english))
    return _Template(
        hashlib.blake2b(wording.encode(), digest_size=6).hexdigest(),
        frozenset(accented.names + english.names),
        MappingProxyType(
            {
                Language.VI: unaccented,
                Language.VI_ACCENTED: accented,
                Language.EN: english,
            }
        ),
    )


def _read_form(where: str, name: str, table: object, letters: frozenset[str]) -> _Form:
    if not isinstance(table, Mapping):
        message = f"{where} must be a table with text"
        raise ReplyError(message)
    for key in table:
        if key not in _KEYS:
            message = f"{where} has no key {key}; a reply has text and perhaps tail"
            raise ReplyError(message)
    text, names = _read_sentence(f"{where} text", name, table.get("text"), letters)
    if "tail" not in table:
        return _Form(text, None, tuple(dict.fromkeys(names)), ())
    tail, tail_names = _read_sentence(f"{where} tail", name, table["tail"], letters)
    every = tuple(dict.fromkeys((*names, *tail_names)))
    return _Form(f"{text} {tail}", text, every, tuple(dict.fromkeys(tail_names)))


def _read_sentence(
    where: str, name: str, value: object, letters: frozenset[str]
) -> tuple[str, list[str]]:
    if not isinstance(value, str) or not value.strip():
        message = f"{where} must be a sentence in quotes"
        raise ReplyError(message)
    if len(value) > LONGEST_TEXT:
        message = f"{where} has {len(value)} characters; {LONGEST_TEXT} are the most"
        raise ReplyError(message)
    pieces: list[str] = []
    names: list[str] = []
    for literal, placeholder in _pieces(where, nfc(" ".join(value.split()))):
        _check_letters(where, literal, letters)
        pieces.append(literal)
        if placeholder is not None:
            _check_placeholder(where, placeholder, TEMPLATES[name])
            pieces.append(f"{{{placeholder}}}")
            names.append(placeholder)
    return "".join(pieces), names


def _pieces(where: str, text: str) -> Iterator[tuple[str, str | None]]:
    try:
        for literal, placeholder, form, conversion in Formatter().parse(text):
            if form or conversion:
                message = f"{where}: write {{{placeholder}}} without ! or :"
                raise ReplyError(message)
            yield literal, placeholder
    except ValueError:
        message = f"{where}: a curly bracket is not closed or not opened; write {{code}}"
        raise ReplyError(message) from None


def _check_letters(where: str, literal: str, letters: frozenset[str]) -> None:
    for letter in literal:
        if letter not in letters:
            title = unicodedata.name(letter, "(no name)")
            message = (
                f"{where}: U+{ord(letter):04X} {title} is not safe to send;"
                " use letters, digits, spaces and . : - / ( )"
            )
            raise ReplyError(message)


def _check_placeholder(where: str, placeholder: str, known: frozenset[str]) -> None:
    if placeholder not in known:
        message = f"{where}: unknown placeholder {{{placeholder}}}{nearest(placeholder, known)}"
        raise ReplyError(message)


def _check_fit(where: str, name: str, form: _Form) -> None:
    shortest = form.full if form.short is None else form.short
    widest = {placeholder: "0" * longest for placeholder, longest in LONGEST.items()}
    usual = count(shortest.format_map({**widest, "code": "0" * USUAL_CODE}))
    worst = count(shortest.format_map(widest))
    most = 1 if name == LAST_RESORT else _MOST_SEGMENTS
    if usual.segments > 1:
        message = (
            f"{where} can take {usual.units} characters with a code of {USUAL_CODE}"
            " and 160 are the most; shorten it, or move its last sentence to tail"
        )
        raise ReplyError(message)
    if worst.segments > most:
        message = f"{where} can take {worst.units} characters with the longest code; shorten it"
        raise ReplyError(message)
