"""The wording files: read, checked, and made into format strings that only need values."""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from types import MappingProxyType
from typing import Final

from sms_gateway.domain.message import Language
from sms_gateway.enquiry.templates import LAST_RESORT, LONGEST, TEMPLATES, ReplyError, nearest
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
    return MappingProxyType({name: _read_template(name, vi[name], en[name]) for name in TEMPLATES})


def _check_tables(file: str, wording: Mapping[str, object]) -> None:
    for name in wording:
        if name not in TEMPLATES:
            message = f"{file}: [{name}] is no reply of this gateway{nearest(name, TEMPLATES)}"
            raise ReplyError(message)
    missing = [name for name in TEMPLATES if name not in wording]
    if missing:
        message = f"{file}: [{missing[0]}] is missing; add it with its text"
        raise ReplyError(message)


def _read_template(name: str, vi: object, en: object) -> Template:
    accented = _read_form(f"replies/vi.toml: [{name}]", name, vi, _ACCENTED)
    unaccented = Form(
        plain(accented.full),
        None if accented.short is None else plain(accented.short),
        accented.names,
        accented.tail_names,
    )
    english = _read_form(f"replies/en.toml: [{name}]", name, en, _PLAIN)
    _check_fit(f"replies/vi.toml: [{name}]", name, unaccented)
    _check_fit(f"replies/en.toml: [{name}]", name, english)
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


def _read_form(where: str, name: str, table: object, letters: frozenset[str]) -> Form:
    if not isinstance(table, Mapping):
        message = f"{where} must be a table with text"
        raise ReplyError(message)
    for key in table:
        if key not in _KEYS:
            message = f"{where} has no key {key}; a reply has text and perhaps tail"
            raise ReplyError(message)
    text, names = _read_sentence(f"{where} text", name, table.get("text"), letters)
    if "tail" not in table:
        return Form(text, None, tuple(dict.fromkeys(names)), ())
    tail, tail_names = _read_sentence(f"{where} tail", name, table["tail"], letters)
    every = tuple(dict.fromkeys((*names, *tail_names)))
    return Form(f"{text} {tail}", text, every, tuple(dict.fromkeys(tail_names)))


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


def _check_fit(where: str, name: str, form: Form) -> None:
    shortest = form.full if form.short is None else form.short
    widest = {placeholder: "0" * longest for placeholder, longest in LONGEST.items()}
    usual = cost(shortest.format_map({**widest, "code": "0" * USUAL_CODE}))
    worst = cost(shortest.format_map(widest))
    most = 1 if name == LAST_RESORT else MOST_SEGMENTS
    if usual.segments > 1:
        message = (
            f"{where} can take {usual.units} characters with a code of {USUAL_CODE}"
            " and 160 are the most; shorten it, or move its last sentence to tail"
        )
        raise ReplyError(message)
    if worst.segments > most:
        message = f"{where} can take {worst.units} characters with the longest code; shorten it"
        raise ReplyError(message)
