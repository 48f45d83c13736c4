"""A door's reply on its way out: most of them are ready as a whole, and written at once."""

import functools
from datetime import datetime
from email.utils import formatdate
from http import HTTPStatus

from aiohttp import HttpVersion11, hdrs, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import SERVER_SOFTWARE

from sms_gateway.ports import WebhookReply

_OK = int(HTTPStatus.OK)


def response_to(request: web.BaseRequest, reply: WebhookReply, now: datetime) -> web.StreamResponse:
    """A door's reply as it is written.

    Args:
        request: what it answers.
        reply: what the telco hears.
        now: for its Date.
    """
    if (
        reply.status != _OK
        or reply.headers
        or not request.keep_alive
        or request.version != HttpVersion11
        or request.method == hdrs.METH_HEAD
        or (head := _head(reply.content_type, int(now.timestamp()))) is None
    ):
        return as_response(reply)
    before, after = head
    return _Whole(b"%b%d%b%b" % (before, len(reply.body), after, reply.body))


def as_response(reply: WebhookReply) -> web.Response:
    """A door's reply as aiohttp sends it."""
    headers = {"Content-Type": reply.content_type, **reply.headers}
    return web.Response(status=reply.status, body=reply.body, headers=headers)


class _Whole(web.StreamResponse):
    """Octets that are a response with status 200, after which the connection stays open.

    aiohttp's own response puts the same octets together from many small parts, for every call anew.
    """

    def __init__(self, octets: bytes) -> None:
        super().__init__()
        self._octets = octets
        self._writer: AbstractStreamWriter | None = None

    @property
    def keep_alive(self) -> bool:
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        self._writer = request.writer
        return request.writer

    async def write_eof(self, data: bytes = b"") -> None:  # noqa: ARG002  # the library's signature
        if self._octets and self._writer is not None:
            await self._writer.write_eof(self._octets)
            self._octets = b""


@functools.lru_cache(maxsize=16)
def _head(content_type: str, second: int) -> tuple[bytes, bytes] | None:
    """What stands before a body's length, and what stands between it and the body."""
    if not content_type.isprintable():
        return None
    before = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: "
    after = f"\r\nDate: {formatdate(second, usegmt=True)}\r\nServer: {SERVER_SOFTWARE}\r\n\r\n"
    return before.encode(), after.encode()
