"""Field references, and a telco's call in which they are looked up; nothing is parsed unasked."""

import enum
import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NoReturn
from urllib.parse import unquote_to_bytes

import msgspec

from sms_gateway.ports import WebhookRequest
from sms_gateway.settings import SettingsError

MAX_PAIRS = 200
"""Most fields that a query or form may have."""

BOM = b"\xef\xbb\xbf"
"""What some senders put before UTF-8; RFC 8259 section 8.1 lets readers ignore it."""

_NAME = re.compile(r"[^\s\x00-\x20\"\\/&=+%]{1,64}")
_POSITION = re.compile(r"[0-9]{1,3}")
_NO_KEYS: Mapping[str, str] = MappingProxyType({})
_decode_json = msgspec.json.Decoder().decode


class UnreadableError(Exception):
    """A field that cannot be read; raised and caught inside this folder only.

    Attributes:
        field: the name of the field in the settings.
        problem: what is wrong with it, without its content.
    """

    def __init__(self, *, field: str, problem: str) -> None:
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
        """The name under which the value stands; of a list position, the name of the list."""
        named = [part for part in self.path if not _POSITION.fullmatch(part)]
        return named[-1] if named else self.name


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
    if path and all(_POSITION.fullmatch(part) for part in path):
        msg = f"{at}: {kind}: wants at least one key in its path, not only list positions"
        raise SettingsError(msg)
    return Ref(field, source, name.lower() if source is Source.HEADER else name, path)


def at_path(value: object, path: tuple[str, ...]) -> object:
    """What stands at a path in a JSON document, or None where nothing does."""
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and _POSITION.fullmatch(part):
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
            raise UnreadableError(field="request", problem=f"has more than {MAX_PAIRS} fields")
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
            raise UnreadableError(field=ref.field, problem=f"is not {self._charset} text") from None
        if any(unquoted(value) != unquoted(values[0]) for value in values[1:]):
            raise UnreadableError(field=ref.field, problem="is given twice with different values")
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

    __slots__ = ("_charset", "_document", "_form", "_keys", "_odd", "_query", "request")

    def __init__(
        self, request: WebhookRequest, charset: str = "utf-8", keys: Mapping[str, str] = _NO_KEYS
    ) -> None:
        """Nothing is parsed yet.

        Args:
            request: as received.
            charset: of query and form.
            keys: keys of JSON objects that are read, and the fields they are read for; none of
                them may be there twice with different values.
        """
        self.request = request
        self._charset = charset
        self._keys = keys
        self._query: Pairs | None = None
        self._form: Pairs | None = None
        self._odd = False
        self._document: object = _decode_json  # stands for "not read yet"; no document is equal

    def document(self) -> object:
        """The body as JSON.

        Texts in it that are no text (half an emoji, another character set) trouble only who asks
        for them: of several messages in a call it is one that is odd.

        Raises:
            UnreadableError: it is none, or a key that is read stands twice with different values.
        """
        if self._document is _decode_json:
            body = self.request.body.removeprefix(BOM)
            try:
                document = _decode_json(body)
            except (msgspec.MsgspecError, RecursionError, UnicodeError):
                document, self._odd = _odd_json(body), True
            _refuse_ambiguous(body, self._keys)
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
        source = ref.source
        if source is Source.JSON:
            found = at_path(self.document() if item is None else item, ref.path)
            if found is None or isinstance(found, str):
                return _whole(found, ref) if self._odd and found else found
            if (text := as_text(found)) is None:
                raise UnreadableError(field=ref.field, problem="is not text")
            return text
        if source is Source.CONST:
            return ref.name
        return self._header(ref) if source is Source.HEADER else self._pairs(source).get(ref)

    def _pairs(self, source: Source) -> Pairs:
        if source is Source.QUERY:
            if self._query is None:
                self._query = Pairs(octets(self.request.query), self._charset)
            return self._query
        if self._form is None:
            self._form = Pairs(self.request.body, self._charset)
        return self._form

    def _header(self, ref: Ref) -> str | None:
        value = self.request.headers.get(ref.name)
        if value is None:
            return None
        try:
            return octets(value).decode()
        except UnicodeDecodeError:
            raise UnreadableError(field=ref.field, problem="is not utf-8 text") from None


def _odd_json(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8", "surrogateescape"), parse_constant=_no_json)
    except (ValueError, RecursionError):
        raise UnreadableError(field="body", problem="is not JSON") from None


def _no_json(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity, which only this decoder takes


def _whole(text: str, ref: Ref) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UnreadableError(field=ref.field, problem="is not utf-8 text") from None
    return text


def _refuse_ambiguous(body: bytes, keys: Mapping[str, str]) -> None:
    # RFC 8259 section 4 leaves open which of two equal keys holds; a proxy may read the other one.
    # The exact check reads the document a second time, so the octets say first if it is needed:
    # a key can only be there twice where its quoted name is, or where letters hide behind \\u00.
    if b"\\u00" not in body and all(body.count(_quoted(name)) <= 1 for name in keys):
        return

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        seen: dict[str, object] = {}
        for name, value in pairs:
            if name in keys and name in seen and seen[name] != value:
                raise UnreadableError(
                    field=keys[name], problem="is given twice with different values"
                )
            seen[name] = value
        return seen

    try:
        json.loads(body.decode("utf-8", "surrogateescape"), object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise UnreadableError(field="body", problem="is not JSON") from None


@functools.lru_cache(maxsize=1024)
def _quoted(name: str) -> bytes:
    """A JSON key as it is usually written."""
    return b'"' + name.encode() + b'"'
