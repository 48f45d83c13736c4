"""What a browser sends, read within limits."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from sms_gateway.domain.visible import visible

MAX_FORM: Final = 64 * 1024
"""Longest form, in octets."""

MAX_FIELDS: Final = 200
MAX_FIELD: Final = 4000
"""Longest field that a page reads, in characters."""

_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that a form brought.

    Attributes:
        name: how it is called there; what a browser says.
        octets: what it holds.
    """

    name: str = field(repr=False)
    octets: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields of a form or of a query, each once: the first one counts.

    Attributes:
        values: by name.
        file: that came with them, where the page takes one.
    """

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    file: SentFile | None = None

    def get(self, name: str, longest: int = MAX_FIELD) -> str:
        """A field as others will see it, cut to its longest; empty where it is not there.

        Blanks at its ends are gone, and so is what shows nothing, wherever it stood.
        """
        return visible(self.values.get(name, "")).strip()[:longest]

    def raw(self, name: str, longest: int = MAX_FIELD) -> str:
        """The same as it was typed."""
        return self.values.get(name, "")[:longest]

    def has(self, name: str) -> bool:
        """Whether it is there: a box that was ticked, a button that was pressed."""
        return name in self.values


NO_FIELDS: Final = Fields()


def query_of(request: web.BaseRequest) -> Fields:
    """The fields of the address."""
    return fields_of(request.rel_url.raw_query_string)


async def form_of(request: web.BaseRequest, seconds: float) -> Fields | None:
    """The fields of the body; None where it is too long, too slow or no form."""
    if request.content_type != _FORM:
        return None
    try:
        async with asyncio.timeout(seconds):
            body = await _limited(request)
    except (TimeoutError, HttpProcessingError, web.RequestPayloadError):
        return None
    return None if len(body) > MAX_FORM else fields_of(body.decode("utf-8", "replace"))


async def _limited(request: web.BaseRequest) -> bytes:
    whole = bytearray()
    while len(whole) <= MAX_FORM and (chunk := await request.content.readany()):
        whole += chunk
    return bytes(whole)


def fields_of(text: str) -> Fields:
    """The fields of a query as an address has it."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        return NO_FIELDS
    values: dict[str, str] = {}
    for name, value in pairs:
        values.setdefault(name, value.replace("\0", ""))
    return Fields(values)
