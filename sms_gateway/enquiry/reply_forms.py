"""The wording files: read, checked, and made into format strings that only need values."""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from string import Formatter
from types import MappingProxyType
from typing import Final

from sms_gateway.domain.message import Language
from sms_gateway.enquiry.templates import (
    LAST_RESORT,
    LONGEST,
    TEMPLATES,
    Misfit,
    ReplyError,
    Rule,
    nearest,
)
from sms_gateway.enquiry.values import VIETNAMESE
from sms_gateway.gsm.alphabet import Alphabet, alphabet_of
from sms_gateway.gsm.plain import nfc, plain
from sms_gateway.gsm.segment import STANDARD, Counted

LONGEST_TEXT: Final = 400
"""Longest `text` or `tail` in a wording file, in characters."""
USUAL_CODE: Final = 25
"""Longest code in use today (`000.00.12.H32-230615-0001`); with it a reply is one segment."""
MOST_SEGMENTS: Final = 2
"""Longest reply, in segments, unless a door says otherwise (domain 3.1)."""

_PLAIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .:/()-")
_ACCENTED: Final = _PLAIN | VIETNAMESE
_KEYS: Final = frozenset({"text", "tail"})


@dataclass(frozen=True, slots=True)
class Form:
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
class Template:
    """One reply.

    Attributes:
        version: hash of its wording, 12 hex digits.
        names: placeholders it uses in any language.
        forms: it in each language and style.
    """

    version: str
    names: frozenset[str]
    forms: Mapping[Language, Form]


_ONE_SEGMENT: Final = tuple(
    Counted(Alphabet.GSM7, units, 1) for units in range(STANDARD.gsm7_single + 1)
)
"""The cost of an unaccented text by its length: that of nearly every reply."""


def cost(text: str) -> Counted:
    """What `gsm.segment.count` says, sooner: each letter that gets here takes one unit."""
    units = len(text)
    if units <= STANDARD.gsm7_single and text.isascii():
        return _ONE_SEGMENT[units]
    alphabet = alphabet_of(text)
    single, part = STANDARD.of(alphabet)
    return Counted(alphabet, units, 1 if units <= single else -(-units // part))


def read_wording(vi: Mapping[str, object], en: Mapping[str, object]) -> Mapping[str, Template]:
    """All replies by id; `sms_gateway.enquiry.replies.load_replies` says what is asked of them.

    Raises:
        ReplyError: a reply is missing, unknown, wrongly written, or too long.
    """
    _check_tables("replies/vi.toml", vi)
    _check_tables("replies/en.toml", en)
    return MappingProxyType({name: read_template(name, vi[name], en[name]) for name in TEMPLATES})


def _check_tables(file: str, wording: Mapping[str, object]) -> None:
    for name in wording:
        if name not in TEMPLATES:
            message = f"{file}: [{name}] is no reply of this gateway{nearest(name, TEMPLATES)}"
            raise ReplyError(message)
    missing = [name for name in TEMPLATES if name not in wording]
    if missing:
        message = f"{file}: [{missing[0]}] is missing; add it with its text"
        raise ReplyError(message)


def read_template(name: str, vi: object, en: object, *, any_length: bool = False) -> Template:
    """One reply, checked like all of them.

    Args:
        name: an id of `TEMPLATES`.
        vi: accented Vietnamese, a table with `text` and perhaps `tail`.
        en: the same in English.
        any_length: it may be too long: for who looks what it costs.

    Raises:
        ReplyError: it is wrongly written, or too long; says which rule it breaks.
    """
    accented = read_vietnamese(name, vi, any_length=any_length)
    english = read_english(name, en, any_length=any_length)
    unaccented = _without_accents(accented)
    wording = "\0".join(str(part) for part in (accented, english))
    return Template(
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


def read_vietnamese(name: str, table: object, *, any_length: bool = False) -> Form:
    """The accented form, which fits without its accents. Raises ReplyError."""
    place = _Place(Language.VI_ACCENTED, name)
    accented = _read_form(place, table, _ACCENTED)
    if not any_length:
        _check_fit(place, _without_accents(accented))
    return accented


def read_english(name: str, table: object, *, any_length: bool = False) -> Form:
    """The English form. Raises ReplyError."""
    place = _Place(Language.EN, name)
    english = _read_form(place, table, _PLAIN)
    if not any_length:
        _check_fit(place, english)
    return english


def _without_accents(accented: Form) -> Form:
    return Form(
        plain(accented.full),
        None if accented.short is None else plain(accented.short),
        accented.names,
        accented.tail_names,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something is wrong: in a reply of one file, and there in its text or its tail."""

    language: Language
    name: str
    part: str = ""

    def __str__(self) -> str:
        file = "en" if self.language is Language.EN else "vi"
        part = f" {self.part}" if self.part else ""
        return f"replies/{file}.toml: [{self.name}]{part}"

    def wrong(self, message: str, rule: Rule, found: object = "", most: int = 0) -> ReplyError:
        return ReplyError(message, Misfit(rule, self.language, self.part, str(found), most))


def _read_form(place: _Place, table: object, letters: frozenset[str]) -> Form:
    if not isinstance(table, Mapping):
        message = f"{place} must be a table with text"
        raise ReplyError(message)
    for key in table:
        if key not in _KEYS:
            message = f"{place} has no key {key}; a reply has text and perhaps tail"
            raise ReplyError(message)
    spoken = replace(place, part="text")
    text, names = _read_sentence(spoken, table.get("text"), letters)
    _check_words(spoken, text)
    if "tail" not in table:
        return Form(text, None, tuple(dict.fromkeys(names)), ())
    tail, tail_names = _read_sentence(replace(place, part="tail"), table["tail"], letters)
    every = tuple(dict.fromkeys((*names, *tail_names)))
    return Form(f"{text} {tail}", text, every, tuple(dict.fromkeys(tail_names)))


def _read_sentence(place: _Place, value: object, letters: frozenset[str]) -> tuple[str, list[str]]:
    if not isinstance(value, str) or not value.strip():
        message = f"{place} must be a sentence in quotes"
        raise place.wrong(message, Rule.EMPTY)
    if len(value) > LONGEST_TEXT:
        message = f"{place} has {len(value)} characters; {LONGEST_TEXT} are the most"
        raise place.wrong(message, Rule.LONG, len(value), LONGEST_TEXT)
    pieces: list[str] = []
    names: list[str] = []
    for literal, placeholder in _pieces(place, nfc(" ".join(value.split()))):
        _check_letters(place, literal, letters)
        pieces.append(literal)
        if placeholder is not None:
            _check_placeholder(place, placeholder)
            pieces.append(f"{{{placeholder}}}")
            names.append(placeholder)
    return "".join(pieces), names


def _pieces(place: _Place, text: str) -> Iterator[tuple[str, str | None]]:
    try:
        for literal, placeholder, form, conversion in Formatter().parse(text):
            if form or conversion:
                message = f"{place}: write {{{placeholder}}} without ! or :"
                raise place.wrong(message, Rule.FORMAT, f"{{{placeholder}}}")
            yield literal, placeholder
    except ValueError:
        message = f"{place}: a curly bracket is not closed or not opened; write {{code}}"
        raise place.wrong(message, Rule.BRACKET) from None


def _check_letters(place: _Place, literal: str, letters: frozenset[str]) -> None:
    for letter in literal:
        if letter not in letters:
            title = f"U+{ord(letter):04X} {unicodedata.name(letter, '(no name)')}"
            message = (
                f"{place}: {title} is not safe to send; use letters, digits, spaces and . : - / ( )"
            )
            rule = Rule.BRACKET if letter in "{}" else Rule.LETTER
            raise place.wrong(message, rule, _shown(letter, title))


def _check_words(place: _Place, text: str) -> None:
    """What is only a dot, or only a number to call, tells a citizen nothing and is paid for."""
    said = (literal for literal, _ in _pieces(place, text))
    if not any(letter.isalpha() for literal in said for letter in literal):
        message = f"{place} tells nothing: write words beside its placeholders"
        raise place.wrong(message, Rule.SILENT)


def _shown(letter: str, title: str) -> str:
    """A letter for who typed it: itself, where it is to be seen; else its title in Unicode."""
    seen = letter.isprintable() and not unicodedata.combining(letter)
    return f"{letter} (U+{ord(letter):04X})" if seen else title


def _check_placeholder(place: _Place, placeholder: str) -> None:
    known = TEMPLATES[place.name]
    if placeholder not in known:
        message = f"{place}: unknown placeholder {{{placeholder}}}{nearest(placeholder, known)}"
        raise place.wrong(message, Rule.PLACEHOLDER, f"{{{placeholder}}}")


def _check_fit(place: _Place, form: Form) -> None:
    shortest = form.full if form.short is None else form.short
    widest = {placeholder: "0" * longest for placeholder, longest in LONGEST.items()}
    usual = cost(shortest.format_map({**widest, "code": "0" * USUAL_CODE}))
    worst = cost(shortest.format_map(widest))
    most = 1 if place.name == LAST_RESORT else MOST_SEGMENTS
    if usual.segments > 1:
        message = (
            f"{place} can take {usual.units} characters with a code of {USUAL_CODE}"
            " and 160 are the most; shorten it, or move its last sentence to tail"
        )
        raise place.wrong(message, Rule.USUAL, usual.units, STANDARD.gsm7_single)
    if worst.segments > most:
        message = f"{place} can take {worst.units} characters with the longest code; shorten it"
        longest = STANDARD.gsm7_single if most == 1 else most * STANDARD.gsm7_part
        raise place.wrong(message, Rule.WORST, worst.units, longest)
