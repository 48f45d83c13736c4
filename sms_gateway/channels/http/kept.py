"""The request as it may be kept: as received, without what the door names as secret."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass

import msgspec

from sms_gateway.callers.octets import octets
from sms_gateway.channels.http.call import BOM, unquoted
from sms_gateway.channels.http.xml_mending import ODD
from sms_gateway.channels.http.xml_tree import Element, NoXmlError, read_xml, utf_16, written
from sms_gateway.ports import WebhookRequest

_TYPED = re.compile(r"&lt;/?\s*([^\s&]*)")
"""The beginning of what looks like a tag in a text."""

_FORM = re.compile(rb"[^\s<>{}\"]*")


@dataclass(frozen=True, slots=True)
class SecretNames:
    """The fields that are never kept, in lower case, by where they may stand.

    Attributes:
        query: of the query.
        form: of a form body.
        json: keys of a JSON body, at any depth.
        xml: elements and attributes of an XML body, at any depth.
        header: of headers; `authorization` always counts.
    """

    query: Collection[str] = ()
    form: Collection[str] = ()
    json: Collection[str] = ()
    xml: Collection[str] = ()
    header: Collection[str] = ()


class Keeper:
    """Takes secrets out of a request.

    Query and form keep all other octets as they came. A JSON or XML body that may hold a
    secret is written anew. A body that may hold one and cannot be read is left out, only its size
    is kept.
    """

    def __init__(self, names: SecretNames, headers: Collection[str]) -> None:
        """Prepare.

        Args:
            names: what is never kept.
            headers: names of headers that are read, and so kept, in lower case.
        """
        self._query = frozenset(name.encode() for name in names.query)
        self._form = frozenset(name.encode() for name in names.form)
        self._json = frozenset(names.json)
        self._xml = frozenset(names.xml)
        self._headers = sorted({"content-type", *headers} - {"authorization", *names.header})

    def keep(self, request: WebhookRequest, path: str) -> bytes:
        """The request line, the headers that are read, an empty line, the body.

        Args:
            request: as received.
            path: what to write as its path, without a secret.
        """
        line = octets(f"{request.method} {path}")
        if request.query:
            line += b"?" + _without(octets(request.query), self._query)
        headers = [
            octets(f"{name}: {request.headers[name]}")
            for name in self._headers
            if name in request.headers
        ]
        return b"\n".join([line, *headers, b"", self._body(request.body)])

    def keep_item(self, item: object) -> bytes:
        """One of several items of a body, alone; the same octets whatever stood beside it."""
        try:
            if isinstance(item, Element):
                return self._written_xml(item)
            scrubbed = self._scrubbed(item)
            text = json.dumps(scrubbed, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            return text.encode("utf-8", "backslashreplace")
        except RecursionError:
            return b"[left out: too deep]"
        except NoXmlError:
            return b"[left out: it may hold a secret]"

    def _body(self, body: bytes) -> bytes:
        if not body or not (self._json or self._form or self._xml):
            return body
        first = b"<" if utf_16(body) else body.removeprefix(BOM).lstrip()[:1]
        if (self._xml and first == b"<") or (self._json and first in (b"{", b"[")):
            try:
                return self._written(body, first)
            except (NoXmlError, msgspec.MsgspecError, RecursionError, UnicodeError):
                return _left_out(body)
        if self._form and _FORM.fullmatch(body):
            return _without(body, self._form)
        return _left_out(body)

    def _written(self, body: bytes, first: bytes) -> bytes:
        if first == b"<":
            return self._written_xml(read_xml(body))
        document = msgspec.json.decode(body.removeprefix(BOM))
        return msgspec.json.encode(self._scrubbed(document))

    def _written_xml(self, element: Element) -> bytes:
        if self._xml and element.guessed:
            # A tag with a secret, that nothing closes, may have been mended into a text.
            raise NoXmlError
        text = written(element, self._xml)
        if self._xml:
            # Some put XML into a text of XML.
            for tag in _TYPED.findall(text.lower()):
                if ODD in tag or any(name in tag for name in self._xml):
                    raise NoXmlError
        return text.encode("utf-8", "replace")

    def _scrubbed(self, node: object) -> object:
        if isinstance(node, dict):
            return {
                name: "***" if name.lower() in self._json else self._scrubbed(value)
                for name, value in node.items()
            }
        return [self._scrubbed(value) for value in node] if isinstance(node, list) else node


def _without(raw: bytes, names: Collection[bytes]) -> bytes:
    if not names:
        return raw
    return b"&".join(
        name + equals + (b"***" if unquoted(name).lower() in names else value)
        for name, equals, value in (pair.partition(b"=") for pair in raw.split(b"&"))
    )


def _left_out(body: bytes) -> bytes:
    return f"[{len(body)} octets left out: they may hold a secret]".encode()
