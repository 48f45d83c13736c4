"""Styles and scripts: read once, named by their content, so that browsers keep them for good."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

from aiohttp import hdrs, web

from sms_gateway.console.places import STATIC

_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"
_HASH: Final = 12


@dataclass(frozen=True, slots=True)
class _File:
    address: str
    kind: str
    body: bytes
    packed: bytes


class Static:
    """All files of `static/` that browsers get."""

    def __init__(self) -> None:
        """Read them."""
        found = [_read(file.name, file.read_bytes()) for file in _files()]
        self._by_name = {name: file for name, file in found if file is not None}
        self._by_address = {file.address: file for file in self._by_name.values()}

    def address(self, name: str) -> str:
        """Where a file is.

        Raises:
            KeyError: there is none.
        """
        return self._by_name[name].address

    def response(self, request: web.BaseRequest) -> web.Response:
        """The file that a call asks for; nothing else of this machine can be had here."""
        file = self._by_address.get(request.rel_url.raw_path)
        if file is None:
            return web.Response(status=404)
        headers = {hdrs.CACHE_CONTROL: _FOR_GOOD, hdrs.VARY: hdrs.ACCEPT_ENCODING}
        body = file.body
        if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
            headers[hdrs.CONTENT_ENCODING] = "gzip"
            body = file.packed
        return web.Response(body=body, content_type=file.kind, charset="utf-8", headers=headers)


def _files() -> list[resources.abc.Traversable]:
    folder = resources.files("sms_gateway.console") / "static"
    # What prints from here looks as what the command line prints.
    printed = resources.files("sms_gateway.reports.renderers") / "templates" / "report.css"
    return [printed, *(file for file in folder.iterdir() if file.is_file())]


def _read(name: str, body: bytes) -> tuple[str, _File | None]:
    kind = next((kind for ending, kind in _TYPES.items() if name.endswith(ending)), None)
    if kind is None:
        return name, None
    digest = hashlib.sha256(body).hexdigest()[:_HASH]
    stem, _, ending = name.rpartition(".")
    return name, _File(
        f"{STATIC}/{stem}.{digest}.{ending}", kind, body, gzip.compress(body, 9, mtime=0)
    )
