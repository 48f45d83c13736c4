"""A telco on this machine that answers as an exchange says, and the door that sends to it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.test_utils import TestServer

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.channels.presets import laid_over
from sms_gateway.ports import Sender
from tests.channels.presets.exchanges import DOOR, Response, joined

TOKEN = Response(
    body='{"access_token": "token-example", "expires_in": 3600}',
    headers={"Content-Type": "application/json"},
)
"""What a telco says that wants a token fetched first."""

SOON_S = 0.4
"""How long a telco that says nothing is waited for."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request that reached the telco."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Telco:
    """What it answers, and what reached it.

    Attributes:
        response: what it says to each request.
        token_response: what it says to a request for a token.
        token_target: where a token is fetched, or empty.
        tokens: the requests that fetch one.
        arrived: the requests that hand over an MT.
        counted: one entry for each of them, all different.
        sender: of the door that talks to it.
    """

    response: Response
    token_response: Response = TOKEN
    token_target: str = ""
    tokens: list[Arrived] = field(default_factory=list)
    arrived: asyncio.Queue[Arrived] = field(default_factory=asyncio.Queue)
    counted: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    senders: list[Sender] = field(default_factory=list)

    @property
    def sender(self) -> Sender:
        (sender,) = self.senders
        return sender

    async def answer(self, request: web.Request) -> web.StreamResponse:
        target, body = request.raw_path, await request.read()
        came = Arrived(request.method, target, request.headers, body)
        if target == self.token_target:
            self.tokens.append(came)
            return said(self.token_response)
        self.arrived.put_nowait(came)
        self.counted.put_nowait(str(self.arrived.qsize()))
        if self.response.ends == "closes":
            assert request.transport is not None
            request.transport.abort()
        if self.response.ends:
            await asyncio.Event().wait()
        return said(self.response)


def said(response: Response) -> web.Response:
    """What an exchange says, as HTTP."""
    body = response.body.encode()
    return web.Response(status=response.status, headers=response.headers, body=body)


def moved(url: object, port: int) -> str:
    """An address of the telco, on this machine."""
    parts = urlsplit(str(url))
    return parts._replace(scheme="http", netloc=f"127.0.0.1:{port}").geturl()


@asynccontextmanager
async def telco(
    table: Mapping[str, object],
    response: Response,
    context: DoorContext,
    port: int | None = None,
    token: Response = TOKEN,
) -> AsyncIterator[Telco]:
    """A door with this table, and its telco.

    Args:
        table: as an office writes it.
        response: what the telco says.
        context: for the door.
        port: where the door calls; None for where the telco listens.
        token: what the telco says to a request for one.
    """
    outbound = (await asyncio.to_thread(laid_over, DOOR, table))["outbound"]
    assert isinstance(outbound, dict)
    fetched = outbound.get("token", {}).get("url", "")
    found = Telco(response, token, token_target=urlsplit(fetched).path)
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", found.answer)
    server = TestServer(app, shutdown_timeout=0)
    await server.start_server()
    try:
        assert server.port is not None
        changed: dict[str, object] = {"url": moved(outbound["url"], port or server.port)}
        if fetched:
            changed["token"] = {"url": moved(fetched, server.port)}
        if response.ends == "times out":
            changed["total_s"] = SOON_S
        whole = joined(table, {"outbound": changed})
        async with door_opener(str(table["kind"]))(DOOR, whole, context) as door:
            assert door.sender is not None
            found.senders.append(door.sender)
            yield found
    finally:
        await server.close()
