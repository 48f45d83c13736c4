"""A telco's call in which field references are looked up; nothing is parsed unasked."""

import json
from collections.abc import Callable, Mapping
from typing import NoReturn, assert_never
from urllib.parse import unquote_to_bytes

import msgspec

from sms_gateway.callers.octets import octets
from sms_gateway.channels.http.fields import Ref, Source, UnreadableError, as_text
from sms_gateway.channels.http.xml_tree import Element, NoXmlError, read_xml, values_at
from sms_gateway.described.places import at_path
from sms_gateway.ports import WebhookRequest

MAX_PAIRS = 200
"""Most fields that a query or form may have."""

BOM = b"\xef\xbb\xbf"
"""What some senders put before UTF-8; RFC 8259 section 8.1 lets readers ignore it."""

_decode_json = msgspec.json.Decoder().decode


class Keys:
    """The keys of JSON objects that a door reads: none of them may be there twice and differ.

    RFC 8259 section 4 leaves open which of two equal keys holds; a proxy may read the other one.
    """

    __slots__ = ("_fields", "_quoted")

    def __init__(self, fields: Mapping[str, str]) -> None:
        """Take the keys, and the names of the fields that they are read for."""
        self._fields = fields
        self._quoted = [b'"' + name.encode() + b'"' for name in fields]

    def check(self, body: bytes, document: object) -> None:
        """Refuse a body with such a key.

        Args:
            body: JSON.
            document: what it was read as.

        Raises:
            UnreadableError: a key that is read stands twice with different values.
        """
        # The exact check reads the document a second time; the octets say first if it is needed.
        # Each key has its colon: with no more of them than keys were found, all keys are different.
        if isinstance(document, dict) and body.count(b":") == len(document):
            return
        # A key is only there twice where its quoted name is, or where letters hide behind \\u00.
        if b"\\u00" not in body and all(body.count(name) <= 1 for name in self._quoted):
            return
        try:
            json.loads(body.decode("utf-8", "surrogateescape"), object_pairs_hook=self._once)
        except (ValueError, RecursionError):
            raise UnreadableError(field="body", problem="is not JSON") from None

    def _once(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        seen: dict[str, object] = {}
        for name, value in pairs:
            if name in self._fields and name in seen and seen[name] != value:
                problem = "is given twice with different values"
                raise UnreadableError(field=self._fields[name], problem=problem)
            seen[name] = value
        return seen


_NO_KEYS = Keys({})


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
        found = self.raw(ref)
        try:
            return None if found is None else found.decode(self._charset)
        except UnicodeDecodeError:
            raise UnreadableError(field=ref.field, problem=f"is not {self._charset} text") from None

    def raw(self, ref: Ref) -> bytes | None:
        """The octets of a field; of one given twice, both must be equal."""
        values = self._pairs.get(ref.name.encode())
        if values is None:
            return None
        found = unquoted(values[0])
        if any(unquoted(value) != found for value in values[1:]):
            raise UnreadableError(field=ref.field, problem="is given twice with different values")
        return found

    def all(self) -> list[tuple[bytes, bytes]]:
        """Names and values, decoded from their percent signs."""
        return [(name, unquoted(value)) for name, values in self._pairs.items() for value in values]

    def first(self, name: bytes) -> bytes | None:
        """The first value of a name, decoded from its percent signs."""
        values = self._pairs.get(name)
        return unquoted(values[0]) if values else None


def unquoted(raw: bytes) -> bytes:
    """A name or value of a query or form without its percent signs and plus signs."""
    if b"+" in raw:
        raw = raw.replace(b"+", b" ")
    return unquote_to_bytes(raw) if b"%" in raw else raw


class Call:
    """One request of a telco, in which references are looked up.

    Attributes:
        request: as received.
        odd: texts of its JSON body may be no text; known once that was read.
    """

    __slots__ = ("_charset", "_document", "_form", "_keys", "_query", "_xml", "odd", "request")

    def __init__(
        self, request: WebhookRequest, charset: str = "utf-8", keys: Keys = _NO_KEYS
    ) -> None:
        """Nothing is parsed yet.

        Args:
            request: as received.
            charset: of query and form.
            keys: of JSON objects, that are read.
        """
        self.request = request
        self._charset = charset
        self._keys = keys
        self._query: Pairs | None = None
        self._xml: Element | None = None
        self._form: Pairs | None = None
        self.odd = False
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
                document, self.odd = _odd_json(body), True
            self._keys.check(body, document)
            self._document = document
        return self._document

    def xml(self) -> Element:
        """The body as XML.

        Raises:
            UnreadableError: it is none that is read here.
        """
        if self._xml is None:
            try:
                self._xml = read_xml(self.request.body)
            except NoXmlError:
                raise UnreadableError(field="body", problem="is not XML") from None
        return self._xml

    def json_text(self, found: object, ref: Ref) -> str | None:
        """What was found in JSON as text, None where it is nothing.

        Raises:
            UnreadableError: it is not text.
        """
        if isinstance(found, str):
            return _whole(found, ref) if self.odd else found
        if found is None:
            return None
        if (text := as_text(found)) is None:
            raise UnreadableError(field=ref.field, problem="is not text")
        return text

    def query(self) -> Pairs:
        """The fields of the query.

        Raises:
            UnreadableError: there are too many.
        """
        if self._query is None:
            self._query = Pairs(octets(self.request.query), self._charset)
        return self._query

    def form(self) -> Pairs:
        """The fields of the body as a form.

        Raises:
            UnreadableError: there are too many.
        """
        if self._form is None:
            self._form = Pairs(self.request.body, self._charset)
        return self._form

    def pairs(self, source: Source) -> Pairs:
        """The fields of the query, or else of the form.

        Raises:
            UnreadableError: there are too many.
        """
        return self.query() if source is Source.QUERY else self.form()

    def header(self, ref: Ref) -> str | None:
        """A header as text, None where there is none.

        Raises:
            UnreadableError: it is not text.
        """
        value = self.request.headers.get(ref.name)
        if value is None:
            return None
        try:
            return octets(value).decode()
        except UnicodeDecodeError:
            raise UnreadableError(field=ref.field, problem="is not utf-8 text") from None


Lookup = Callable[[Call, object], str | None]
"""Gives what a reference leads to, or None where nothing stands there.

Takes the call, and the value or element that paths start from (None for the whole body). Raises
UnreadableError where what stands there is no text."""


def lookup(ref: Ref) -> Lookup:
    """How a reference is looked up, made once at the start."""
    match ref.source:
        case Source.JSON:
            return _in_json(ref)
        case Source.XML:
            return lambda call, item: _in_xml(ref, item if item is not None else call.xml())
        case Source.CONST:
            return lambda _call, _item: ref.name
        case Source.HEADER:
            return lambda call, _item: call.header(ref)
        case Source.QUERY:
            return lambda call, _item: call.query().get(ref)
        case Source.FORM:
            return lambda call, _item: call.form().get(ref)
        case _:
            assert_never(ref.source)


def _in_json(ref: Ref) -> Lookup:
    path = ref.path
    if len(path) > 1:
        return lambda call, item: call.json_text(
            at_path(call.document() if item is None else item, path), ref
        )
    (key,) = path

    def at_key(call: Call, item: object) -> str | None:
        place = call.document() if item is None else item
        found = place.get(key) if isinstance(place, dict) else None
        return found if isinstance(found, str) and not call.odd else call.json_text(found, ref)

    return at_key


def _in_xml(ref: Ref, top: object) -> str | None:
    values = values_at(top, ref.path) if isinstance(top, Element) else []
    if any(value != values[0] for value in values):
        raise UnreadableError(field=ref.field, problem="is given twice with different values")
    return values[0] if values else None


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
