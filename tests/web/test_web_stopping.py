"""The listener closes within its grace, whoever is connected and whatever they are doing."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from sms_gateway.web.server import MALFORMED, build_runner
from tests.virtual_time import VirtualClock

GRACE = 10.0
WHOLE = b"POST /mo HTTP/1.1\r\nHost: gateway\r\nContent-Length: 2\r\n\r\n{}"
HALF_A_HEAD = WHOLE[:20]
HALF_A_BODY = WHOLE[:-1]


class Served:
    """A listener whose only handler reads the body, and then waits for `leave`."""

    def __init__(self) -> None:
        self.came, self.leave = asyncio.Event(), asyncio.Event()
        app = web.Application()
        app[MALFORMED] = lambda: None
        app.router.add_post("/mo", self._answer)
        self.runner = build_runner(app, idle=300.0, grace=GRACE)
        self.writers: list[asyncio.StreamWriter] = []

    async def _answer(self, request: web.Request) -> web.Response:
        self.came.set()
        await request.read()
        await self.leave.wait()
        return web.Response(text="OK")

    async def open(self) -> None:
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()

    async def call(self, octets: bytes) -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection(*self.runner.addresses[0][:2])
        self.writers.append(writer)
        writer.write(octets)
        return reader


@pytest.fixture
async def clock() -> AsyncIterator[VirtualClock]:
    """Time that the test moves."""
    clock = VirtualClock()
    with clock.ruling():
        yield clock


@pytest.fixture
async def served(clock: VirtualClock) -> AsyncIterator[Served]:
    """A listener on a free loopback port."""
    served = Served()
    await served.open()
    yield served
    for writer in served.writers:
        writer.transport.abort()
    closing = asyncio.create_task(served.runner.cleanup())
    await clock.advance(2 * GRACE)
    await closing


@pytest.mark.parametrize("octets", [WHOLE, HALF_A_BODY, HALF_A_HEAD, b""])
async def test_whatever_a_caller_has_sent_closing_takes_no_longer_than_the_grace(
    served: Served, clock: VirtualClock, octets: bytes
) -> None:
    reader = await served.call(octets)
    await clock.settled()
    closing = asyncio.create_task(served.runner.cleanup())
    await clock.advance(GRACE)
    assert closing.done()
    assert await reader.read() == b""


async def test_a_call_under_way_has_half_of_the_grace_to_end(
    served: Served, clock: VirtualClock
) -> None:
    reader = await served.call(WHOLE)
    await served.came.wait()
    closing = asyncio.create_task(served.runner.cleanup())
    await clock.advance(GRACE / 2 - 0.1)
    served.leave.set()
    await clock.settled()
    assert (await reader.read()).startswith(b"HTTP/1.1 200 OK")
    assert closing.done()
