"""Templates of bodies: read and checked once at the start, filled per request.

Nobody joins strings here that a value could break out of: JSON is encoded by the library from a
filled document, XML values are escaped for text and attributes alike, form values are encoded.
"""

import string
import xml.dom.minidom
import xml.parsers.expat
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote_plus

import msgspec

from sms_gateway.settings import SettingsError
from sms_gateway.settings.decode import advice

Value = str | int | msgspec.Raw
"""Text, a number, true or false, or JSON that is written as it is."""

Values = Mapping[str, Value]

Filler = Callable[[Values], Value]
"""Makes a text of values; a name without a value becomes nothing."""

LIST = "params"
"""The placeholder that a list of JSON takes the place of."""

CONTENT_TYPES = {
    "text": "text/plain; charset=utf-8",
    "json": "application/json",
    "xml": "text/xml; charset=utf-8",
    "form": "application/x-www-form-urlencoded",
}

# XML 1.0 section 2.2: these cannot be written at all, not even escaped.
_NOT_XML = dict.fromkeys(
    (*range(9), 11, 12, *range(14, 32), *range(55296, 57344), 65534, 65535), " "
)
_XML_ESCAPES = str.maketrans(
    {
        "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;",
        "\t": "&#9;", "\n": "&#10;", "\r": "&#13;",
    }
    | {chr(code): " " for code in _NOT_XML}
)  # fmt: skip


class Template(Protocol):
    """A body that waits for values."""

    def render(self, values: Values) -> bytes:
        """The body, UTF-8; a name without a value becomes nothing."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A placeholder."""

    name: str


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text with placeholders.

    Attributes:
        parts: literal texts and placeholders, in order.
        replaced: for `str.translate`: what forbidden characters in values become.
    """

    parts: tuple[str | Slot, ...]
    replaced: Mapping[int, str]

    def fill(self, values: Values) -> str:
        """The text."""
        return "".join(
            part if isinstance(part, str) else self.clean(values.get(part.name, ""))
            for part in self.parts
        )

    def json_filler(self) -> Filler | None:
        """What makes the text; a number stays one where it stands alone. None: it is a constant."""
        names = [part.name for part in self.parts if isinstance(part, Slot)]
        if len(self.parts) > 1 or not names:
            return self.fill if names else None
        (name,), changes = names, bool(self.replaced)

        def alone(values: Values) -> Value:
            value = values.get(name, "")
            if not isinstance(value, str) or (value.isascii() and not changes):
                return value
            return self.clean(value)

        return alone

    def clean(self, value: Value) -> str:
        """A value without what must not be sent."""
        text = value if isinstance(value, str) else _plain(value)
        if not text.isascii():
            text = text.encode("utf-8", "replace").decode()
        return text.translate(self.replaced) if self.replaced else text


def _plain(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What placeholders may say.

    Attributes:
        names: known placeholders.
        open_prefixes: `param.`: any name may follow.
    """

    names: Collection[str]
    open_prefixes: tuple[str, ...] = ()

    def knows(self, name: str) -> bool:
        """Whether it is a placeholder."""
        return name in self.names or bool(
            self.open_prefixes and name.startswith(self.open_prefixes)
        )


def forbid(characters: str) -> Mapping[int, str]:
    """The table that makes these characters spaces."""
    return {ord(character): " " for character in characters}


def compile_text(
    source: str, known: Vocabulary, at: str, replaced: Mapping[int, str] | None = None
) -> Pieces:
    """Read a text with placeholders.

    Args:
        source: as in the settings.
        known: what may stand in braces.
        at: dotted key of the setting, named in errors.
        replaced: characters of values to replace.

    Raises:
        SettingsError: a lone brace or an unknown placeholder; the nearest known one is named.
    """
    parts: list[str | Slot] = []
    try:
        for literal, name, spec, conversion in string.Formatter().parse(source):
            if literal:
                parts.append(literal)
            if name is None:
                continue
            if spec or conversion or not known.knows(name):
                meant = advice(name, [*known.names, *(f"{p}NAME" for p in known.open_prefixes)])
                msg = f"{at}: no such placeholder {{{name}}}; {meant}"
                raise SettingsError(msg)
            parts.append(Slot(name))
    except ValueError:
        msg = f"{at}: a brace stands alone; write {{{{ or }}}} for a brace that is none"
        raise SettingsError(msg) from None
    return Pieces(tuple(parts), replaced or {})


def compile_body(
    format_: str, source: str, known: Vocabulary, at: str, forbidden: str = ""
) -> Template:
    """Read the template of a text, json or xml body.

    Args:
        format_: text, json or xml.
        source: as in the settings.
        known: what may stand in braces.
        at: dotted key of the setting, named in errors.
        forbidden: characters that become spaces in values.

    Raises:
        SettingsError: the template cannot be used.
    """
    replaced = forbid(forbidden)
    if format_ == "json":
        return _json_template(source, known, at, replaced)
    if format_ == "xml":
        escapes = {**_XML_ESCAPES, **replaced}
        return _TextTemplate(compile_text(_xml_source(source, at), known, at, escapes))
    return _TextTemplate(compile_text(source, known, at, replaced))


@dataclass(frozen=True, slots=True)
class _TextTemplate:
    pieces: Pieces

    def render(self, values: Values) -> bytes:
        return self.pieces.fill(values).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _JsonTemplate:
    """A JSON document.

    Attributes:
        frame: the octets that are always the same, with `%b` for each of the texts.
        texts: those that wait for values, in their order.
    """

    frame: bytes
    texts: tuple[Filler, ...]

    def render(self, values: Values) -> bytes:
        return self.frame % tuple([_encode_json(fill(values)) for fill in self.texts])


@dataclass(frozen=True, slots=True)
class FormTemplate:
    """Names and values as `application/x-www-form-urlencoded`; also a query."""

    fields: tuple[tuple[str, Pieces], ...]

    def render(self, values: Values) -> bytes:
        """The encoded pairs, in the order of the settings."""
        return "&".join(
            f"{quote_plus(name)}={quote_plus(pieces.fill(values))}" for name, pieces in self.fields
        ).encode("ascii")


def read_pairs(fields: Mapping[str, str], known: Vocabulary, at: str) -> FormTemplate:
    """Names to templates, for a query or form; SettingsError where one cannot be used."""
    return FormTemplate(
        tuple(
            (name, compile_text(source, known, f"{at}.{name}")) for name, source in fields.items()
        )
    )


_encode_json = msgspec.json.Encoder().encode


def _json_template(
    source: str, known: Vocabulary, at: str, replaced: Mapping[int, str]
) -> _JsonTemplate:
    try:
        document = msgspec.json.decode(source)
    except (msgspec.MsgspecError, RecursionError) as error:
        hint = "write its own braces once, and placeholders in quotes"
        msg = f"{at}: the template is no JSON document: {error}; {hint}"
        raise SettingsError(msg) from None
    texts: list[Filler] = []

    def frame(node: object) -> bytes:
        if isinstance(node, dict):
            return b"{%b}" % b",".join(
                _fixed(name) + b":" + frame(value) for name, value in node.items()
            )
        if isinstance(node, list):
            return b"[%b]" % b",".join(map(frame, node))
        if not isinstance(node, str):
            return _fixed(node)
        pieces = compile_text(node, known, at, replaced)
        if len(pieces.parts) > 1 and Slot(LIST) in pieces.parts:
            msg = f"{at}: {{{LIST}}} is a list; write it alone between its quotes"
            raise SettingsError(msg)
        filler = pieces.json_filler()
        if filler is None:
            return _fixed(pieces.fill({}))
        texts.append(filler)
        return b"%b"

    return _JsonTemplate(frame(document), tuple(texts))


def _fixed(node: object) -> bytes:
    return _encode_json(node).replace(b"%", b"%%")


def _xml_source(source: str, at: str) -> str:
    """The template as the library writes it: placeholders only where escaping holds."""
    try:
        document = xml.dom.minidom.parseString(source.encode())  # noqa: S318 - the operator's own
    except xml.parsers.expat.ExpatError as error:
        msg = f"{at}: the template is no XML document: {error}"
        raise SettingsError(msg) from None
    if document.doctype is not None or document.documentElement is None:
        msg = f"{at}: a DTD is not wanted in a template; remove <!DOCTYPE"
        raise SettingsError(msg)
    _refuse_odd_places(document, at)
    declaration = '<?xml version="1.0" encoding="utf-8"?>' if source.startswith("<?xml") else ""
    return declaration + document.documentElement.toxml()


def _refuse_odd_places(node: xml.dom.minidom.Node, at: str) -> None:
    for child in node.childNodes:
        kind = child.nodeType
        if kind in (
            child.COMMENT_NODE,
            child.CDATA_SECTION_NODE,
            child.PROCESSING_INSTRUCTION_NODE,
        ):
            msg = f"{at}: write plain text instead of comments, CDATA and <?...?>"
            raise SettingsError(msg)
        _refuse_odd_places(child, at)
