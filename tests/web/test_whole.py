"""A reply that is written at once has the octets that the library would write."""

import asyncio
import re
from collections.abc import AsyncIterator
from email.utils import format_datetime

import pytest
from aiohttp import web

from sms_gateway.ports import WebhookReply
from sms_gateway.web.whole import as_response, response_to
from tests.parts import START

_DATE = re.compile(rb"Date: ([^\r]+)")

REPLIES = {
    "text": WebhookReply(200, "text/plain; charset=utf-8", b"OK"),
    "json": WebhookReply(200, "application/json", '{"reply":"đã có kết quả"}'.encode()),
    "large": WebhookReply(200, "text/xml", b"x" * 100_000),
    "empty": WebhookReply(200, "text/plain", b""),
    "odd-type": WebhookReply(200, "text/plain; says=đã", b"OK"),
    "other-status": WebhookReply(202, "text/plain", b"OK"),
    "no-content": WebhookReply(204, "text/plain", b""),
    "refusal": WebhookReply(401, "text/plain", b"no", {"WWW-Authenticate": "Basic"}),
    "cookie": WebhookReply(200, "text/html", b"page", {"Set-Cookie": "line=1"}),
}
BROKEN = WebhookReply(200, "text/plain\r\nX-Injected: 1", b"OK")
HEADS = {
    "usual": "POST {} HTTP/1.1",
    "closing": "POST {} HTTP/1.1\r\nConnection: close",
    "old": "POST {} HTTP/1.0",
    "old-kept": "POST {} HTTP/1.0\r\nConnection: keep-alive",
    "get": "GET {} HTTP/1.1",
    "head": "HEAD {} HTTP/1.1",
}
ENDING = (HEADS["closing"], HEADS["old"])
"""After these the caller waits for the end of the connection."""


async def _whole(request: web.Request) -> web.StreamResponse:
    return response_to(request, REPLIES.get(request.query_string, BROKEN), START)


async def _in_parts(request: web.Request) -> web.StreamResponse:
    return as_response(REPLIES[request.query_string])


@pytest.fixture
async def port() -> AsyncIterator[int]:
    app = web.Application()
    app.router.add_route("*", "/whole", _whole)
    app.router.add_route("*", "/parts", _in_parts)
    app.router.add_get("/last", _bye)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def _bye(_request: web.Request) -> web.StreamResponse:
    response = web.Response(text="bye")
    response.force_close()
    return response


async def _heard(port: int, head: str, target: str) -> bytes:
    """All that is said until the connection ends; where it may stay open, another call ends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{head.format(target)}\r\nHost: g\r\n\r\n".encode())
    if head not in ENDING:
        writer.write(b"GET /last HTTP/1.1\r\nHost: g\r\n\r\n")
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    finally:
        writer.transport.abort()


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("reply", REPLIES)
async def test_it_has_the_octets_that_the_library_writes(port: int, head: str, reply: str) -> None:
    whole = await _heard(port, HEADS[head], f"/whole?{reply}")
    parts = await _heard(port, HEADS[head], f"/parts?{reply}")
    assert _DATE.sub(b"", whole) == _DATE.sub(b"", parts)
    assert int(whole.split()[1]) == REPLIES[reply].status
    assert whole.endswith(b"bye") == (HEADS[head] not in ENDING)


async def test_its_date_is_the_moment_it_was_made(port: int) -> None:
    whole = await _heard(port, HEADS["usual"], "/whole?text")
    assert _DATE.findall(whole)[0].decode() == format_datetime(START, usegmt=True)


async def test_a_content_type_that_would_end_its_line_is_not_written(port: int) -> None:
    assert b"X-Injected" not in await _heard(port, HEADS["usual"], "/whole?broken")
