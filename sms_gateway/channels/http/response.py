"""A telco's answer, and how words are found in it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec
from msgspec.json import decode as decode_json

from sms_gateway.channels.http.fields import EACH, as_text, xml_path
from sms_gateway.channels.http.xml_tree import NoXmlError, read_xml, values_at
from sms_gateway.described.places import at_path
from sms_gateway.settings import SettingsError

_MOST = 100
"""Most entries of a list that stands at a place: it is looked at again for each part and rule."""

_SEARCHED = 4_096
_UNREAD = object()
_PREFIXES = ("json:", "xml:", "header:", "regex:")


@dataclass(frozen=True, slots=True)
class Response:
    """What came back.

    Attributes:
        status: of HTTP.
        headers: names in lower case.
        body: None where it did not come whole or is too large.
        part: the entry that `*` in a path means; None where there is no such list.
        document: the body's JSON, None where it is none; see `decoded`.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    part: int | None = None
    document: object = field(default=_UNREAD, repr=False)


def decoded(response: Response) -> Response:
    """The same with its JSON read, so that not each place reads all of it anew."""
    if response.document is not _UNREAD:
        return response
    try:
        document = decode_json(response.body or b"")
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        document = None
    return replace(response, document=document)


Finder = Callable[[Response], Sequence[str]]
"""Gives the words that stand at a place of an answer, none where it cannot be read."""


def finder(text: str, at: str) -> Finder:
    """How a place in an answer is looked up, made once at the start.

    Args:
        text: as in the settings.
        at: dotted key of the setting, named in errors.

    Raises:
        SettingsError: it is none.
    """
    if text == "status":
        return lambda response: [str(response.status)]
    if text == "text":
        return lambda response: [_text(response)] if _text(response) else []
    kind, _, rest = text.partition(":")
    if not text.startswith(_PREFIXES) or not rest:
        msg = f"{at}: expected json:PATH, xml:PATH, header:NAME, regex:PATTERN, text or status"
        raise SettingsError(msg)
    if kind == "json":
        path = tuple(rest.split("."))
        return lambda response: _in_json(response, path)
    if kind == "xml":
        names = xml_path(rest, at)
        return lambda response: _in_xml(response, names)
    if kind == "header":
        name = rest.lower()
        return lambda response: [response.headers[name]] if name in response.headers else []
    try:
        pattern = re.compile(rest, re.DOTALL)
    except re.error as error:
        msg = f"{at}: the pattern cannot be used: {error}"
        raise SettingsError(msg) from None
    if pattern.groups != 1:
        msg = f"{at}: the pattern wants one group in round brackets, around what is looked for"
        raise SettingsError(msg)
    return lambda response: _by_pattern(response, pattern)


def _text(response: Response) -> str:
    return (response.body or b"").decode("utf-8", "replace").strip()


def _by_pattern(response: Response, pattern: re.Pattern[str]) -> Sequence[str]:
    match = pattern.search(_text(response)[:_SEARCHED])
    return [match[1]] if match and match[1] is not None else []


def _in_json(response: Response, path: tuple[str, ...]) -> Sequence[str]:
    if EACH in path:
        if response.part is None:
            return []
        path = tuple(str(response.part) if name == EACH else name for name in path)
    found = at_path(decoded(response).document, path)
    values = found if isinstance(found, list) else [found]
    if len(values) > _MOST:
        return []
    return [text for text in map(as_text, values) if text is not None]


def _in_xml(response: Response, path: tuple[str, ...]) -> Sequence[str]:
    try:
        return values_at(read_xml(response.body or b""), path)
    except NoXmlError:
        return []
