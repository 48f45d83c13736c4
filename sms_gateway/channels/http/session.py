"""Connections to a telco: what we ask of the library, and what we read of an answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Protocol

import aiohttp

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.response import Response

MAX_RESPONSE = 64 * 1024
"""Most octets of a telco's answer that are read."""


class Crossing(Protocol):
    """A request on its way.

    Attributes:
        left: a connection was there, so octets of it may have left us.
    """

    left: bool


class _LostError(aiohttp.ClientError):
    """The connection broke after it was there."""


@asynccontextmanager
async def open_session(outbound: s.Outbound) -> AsyncIterator[aiohttp.ClientSession]:
    """Connections of a door of their own; each request gives a `Crossing` as its context."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=outbound.slots, keepalive_timeout=outbound.keep_alive_s
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=outbound.total_s, connect=outbound.connect_s),
        auto_decompress=False,
        trace_configs=[_trace()],
        middlewares=[_once],
    ) as session:
        yield session


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    # The library repeats a GET by itself when a kept connection breaks (RFC 9110 section 9.2.2
    # calls GET safe); here a GET sends an SMS, and a second one would reach the citizen.
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _LostError from error


def _trace() -> aiohttp.TraceConfig:
    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(_connected)
    trace.on_connection_reuseconn.append(_connected)
    return trace


async def _connected(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _params: object
) -> None:
    crossing: Crossing = context.trace_request_ctx
    crossing.left = True


async def read_response(response: aiohttp.ClientResponse) -> Response:
    """What came back; a body that breaks off or is too large is None."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    body: bytes | None = b""
    try:
        chunks = [chunk async for chunk in _limited(response.content)]
        body = b"".join(chunks)
    except (aiohttp.ClientError, OSError, TimeoutError):
        body = None  # the status came, so the telco has decided; what it said is lost
    if body is not None and len(body) > MAX_RESPONSE:
        response.close()
        body = None
    return Response(response.status, headers, body)


async def _limited(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    left = MAX_RESPONSE + 1
    while left > 0 and (chunk := await content.read(left)):
        left -= len(chunk)
        yield chunk
