"""A form with a file, read while it comes: into memory alone, within limits, and last of all."""

import asyncio
from collections.abc import Callable
from typing import Final

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from sms_gateway.console.forms import MAX_FIELD, NO_FIELDS, Fields, SentFile
from sms_gateway.console.guards import CSRF_FIELD

MAX_FILE: Final = 16 * 1024 * 1024
"""Largest file, in octets."""

SECONDS: Final = 120.0
"""How long a file may take to arrive."""

MOST_AT_ONCE: Final = 2
"""Files that come at a time: each takes its octets of memory."""

MULTIPART: Final = "multipart/form-data"
_MOST_PARTS: Final = 20
_CHUNK: Final = 64 * 1024
_MAX_OCTETS: Final = 4 * MAX_FIELD
_LONGEST_NAME: Final = 100

# What the library says of a body that is no form, beside its own errors.
_BROKEN = (
    HttpProcessingError, web.RequestPayloadError, ValueError, AssertionError, RuntimeError,
    LookupError, EOFError,
)  # fmt: skip


class _TooMuchError(Exception):
    """It is over a limit."""


async def upload_of(request: web.BaseRequest, is_proved: Callable[[str], bool]) -> Fields | None:
    """The fields of a form, and its file.

    A page of ours sends the token of its session first, so that no file of a stranger's page is
    read at all.

    Args:
        request: the call.
        is_proved: whether a token is that of the session.

    Returns:
        None where it is too long, too slow or no form; no fields where the token is missing.
    """
    try:
        async with asyncio.timeout(SECONDS):
            return await _read(request, is_proved)
    except (TimeoutError, _TooMuchError, *_BROKEN):
        return None


async def _read(request: web.BaseRequest, is_proved: Callable[[str], bool]) -> Fields:
    values: dict[str, str] = {}
    file: SentFile | None = None
    reader = await request.multipart()
    for _ in range(_MOST_PARTS):
        part = await reader.next()
        if part is None:
            return Fields(values, file)
        if not isinstance(part, BodyPartReader):
            raise _TooMuchError
        if part.filename is None:
            octets = await _octets(part, _MAX_OCTETS)
            text = octets.decode("utf-8", "replace").replace("\0", "")
            values.setdefault(part.name or "", text)
            continue
        if not is_proved(values.get(CSRF_FIELD, "")):
            return NO_FIELDS
        octets = await _octets(part, 0 if file else MAX_FILE)
        file = file or SentFile(_plain_name(part.filename), octets)
    raise _TooMuchError


async def _octets(part: BodyPartReader, most: int) -> bytes:
    """What a part holds, as it came: none is unpacked."""
    whole = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        whole += chunk
        if len(whole) > most:
            raise _TooMuchError
    return bytes(whole)


def _plain_name(name: str) -> str:
    """The name of a file without its folders and what cannot be printed."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(filter(str.isprintable, last)).strip()[:_LONGEST_NAME]
