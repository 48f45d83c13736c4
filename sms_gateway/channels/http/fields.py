"""Field references, and a telco's call in which they are looked up; nothing is parsed unasked."""

import enum
import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import msgspec

from sms_gateway.ports import WebhookRequest
from sms_gateway.settings import SettingsError

MAX_PAIRS = 200
"""Most fields that a query or form may have."""

_BOM = b"\xef\xbb\xbf"
_NAME = re.compile(r"[^\s\x00-\x20\"\\/&=+%]{1,64}")
_decode_json = msgspec.json.Decoder().decode


class UnreadableError(Exception):
    """A field that cannot be read; raised and caught inside this folder only.

    Attributes:
        field: the name of the field in the settings.
        problem: what is wrong with it, without its content.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"field {field}: {problem}")
        self.field = field
        self.problem = problem


class Source(enum.StrEnum):
    """Where in a request a value stands."""

    QUERY = "query"
    FORM = "form"
    JSON = "json"
    HEADER = "header"
    CONST = "const"


@dataclass(frozen=True, slots=True)
class Ref:
    """A field reference.

    Attributes:
        field: what it is for, the name in the settings.
        source: where it looks.
        name: the field's name there, a dotted path, or the constant itself.
        path: the parts of a JSON path.
    """

    field: str
    source: Source
    name: str
    path: tuple[str, ...] = ()

    @property
    def leaf(self) -> str:
        """The name under which the value itself stands."""
        return self.path[-1] if self.path else self.name


def parse_ref(text: str, field: str, at: str) -> Ref:
    """Read a field reference such as `json:message.text`.

    Args:
        text: as in the settings.
        field: what it is for, named in refusals.
        at: dotted key of the setting, named in errors.

    Raises:
        SettingsError: it is none.
    """
    kind, colon, name = text.partition(":")
    if not colon or kind not in list(Source):
        msg = (
            f"{at}: expected query:NAME, form:NAME, json:PATH, header:NAME or const:VALUE, "
            "for example query:msisdn"
        )
        raise SettingsError(msg)
    source = Source(kind)
    if source is Source.CONST:
        return Ref(field, source, name)
    path = tuple(name.split(".")) if source is Source.JSON else ()
    if not all(_NAME.fullmatch(part) for part in path or (name,)):
        msg = f"{at}: {kind}: wants the field's name after the colon, without spaces or quotes"
        raise SettingsError(msg)
    return Ref(field, source, name.lower() if source is Source.HEADER else name, path)


def at_path(value: object, path: tuple[str, ...]) -> object:
    """What stands at a path in a JSON document, or None where nothing does."""
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isascii() and part.isdecimal() and len(part) < 4:  # noqa: PLR2004 - three digits already pass any list in a body of this size that is one message
            value = value[int(part)] if int(part) < len(value) else None
        else:
            return None
    return value


def as_text(value: object) -> str | None:
    """A JSON text or whole number as text; anything else is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


class Pairs:
    """The fields of a query or form, `application/x-www-form-urlencoded`, decoded when asked."""

    __slots__ = ("_charset", "_pairs")

    def __init__(self, raw: bytes, charset: str) -> None:
        self._charset = charset
        self._pairs: dict[bytes, list[bytes]] = {}
        if not raw:
            return
        if raw.count(b"&") >= MAX_PAIRS:
            raise UnreadableError("request", f"has more than {MAX_PAIRS} fields")
        for pair in raw.split(b"&"):
            name, _, value = pair.partition(b"=")
            self._pairs.setdefault(unquoted(name), []).append(value)

    def get(self, ref: Ref) -> str | None:
        """The value of a field; of one given twice, both must be equal."""
        values = self._pairs.get(ref.name.encode())
        if values is None:
            return None
        try:
            found = unquoted(values[0]).decode(self._charset)
        except UnicodeDecodeError:
            raise UnreadableError(ref.field, f"is not {self._charset} text") from None
        if any(unquoted(value) != unquoted(values[0]) for value in values[1:]):
            raise UnreadableError(ref.field, "is given twice with different values")
        return found


def unquoted(raw: bytes) -> bytes:
    """A name or value of a query or form without its percent signs and plus signs."""
    if b"+" in raw:
        raw = raw.replace(b"+", b" ")
    return unquote_to_bytes(raw) if b"%" in raw else raw


def octets(text: str) -> bytes:
    """Text of a request line or header as it came: servers read odd octets as surrogates."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


class Call:
    """One request of a telco, in which references are looked up."""

    __slots__ = ("_charset", "_document", "_form", "_names", "_query", "request")

    def __init__(
        self, request: WebhookRequest, charset: str = "utf-8", names: Iterable[str] = ()
    ) -> None:
        """Nothing is parsed yet.

        Args:
            request: as received.
            charset: of query and form.
            names: keys of JSON objects that are read, so that none may be there twice.
        """
        self.request = request
        self._charset = charset
        self._names = names
        self._query: Pairs | None = None
        self._form: Pairs | None = None
        self._document: object = _decode_json  # stands for "not read yet"; no document is equal

    def document(self) -> object:
        """The body as JSON.

        Raises:
            UnreadableError: it is none, or a key that is read stands twice with different values.
        """
        if self._document is _decode_json:
            body = self.request.body.removeprefix(_BOM)
            try:
                document = _decode_json(body)
            except (msgspec.MsgspecError, RecursionError, UnicodeError):
                raise UnreadableError("body", "is not JSON") from None
            _refuse_ambiguous(body, self._names)
            self._document = document
        return self._document

    def value(self, ref: Ref, item: object = None) -> str | None:
        """What a reference leads to, None where nothing stands there.

        Args:
            ref: where to look.
            item: JSON value that JSON paths start from, instead of the whole body.

        Raises:
            UnreadableError: what stands there is not text.
        """
        match ref.source:
            case Source.JSON:
                found = at_path(self.document() if item is None else item, ref.path)
                text = as_text(found)
                if text is None and found is not None:
                    raise UnreadableError(ref.field, "is not text")
                return text
            case Source.QUERY:
                if self._query is None:
                    self._query = Pairs(octets(self.request.query), self._charset)
                return self._query.get(ref)
            case Source.FORM:
                if self._form is None:
                    self._form = Pairs(self.request.body, self._charset)
                return self._form.get(ref)
            case Source.HEADER:
                return self._header(ref)
            case Source.CONST:
                return ref.name

    def _header(self, ref: Ref) -> str | None:
        value = self.request.headers.get(ref.name)
        if value is None:
            return None
        try:
            return octets(value).decode()
        except UnicodeDecodeError:
            raise UnreadableError(ref.field, "is not utf-8 text") from None


def _refuse_ambiguous(body: bytes, names: Iterable[str]) -> None:
    # RFC 8259 section 4 leaves open which of two equal keys holds; a proxy may read the other one.
    # The exact check reads the document a second time, so the octets say first if it is needed:
    # a key can only stand twice where its quoted name does, or where letters are written as \u00...
    if b"\\u00" not in body and all(body.count(quoted(name)) < 2 for name in names):  # noqa: PLR2004 - twice
        return
    wanted = frozenset(names)

    def once(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
        seen: dict[str, object] = {}
        for name, value in pairs:
            if name in wanted and name in seen and seen[name] != value:
                raise UnreadableError(name, "is given twice with different values")
            seen[name] = value
        return seen

    try:
        json.loads(body, object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise UnreadableError("body", "is not JSON") from None


@functools.lru_cache(maxsize=1024)
def quoted(name: str) -> bytes:
    """A JSON key as it is usually written."""
    return b'"' + name.encode() + b'"'
