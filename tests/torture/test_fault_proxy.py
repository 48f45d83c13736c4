"""The fault proxy does to a connection what it is told, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from tests.fault_proxy import Chooser, Does, FaultProxy, open_proxy

PATIENCE = 10.0


@asynccontextmanager
async def echo() -> AsyncIterator[tuple[str, int]]:
    """A server that says everything again, and ends when its caller does."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while said := await reader.read(1 << 16):
                writer.write(said)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[:2]
    finally:
        server.close()


@pytest_asyncio.fixture
async def proxy() -> AsyncIterator[FaultProxy]:
    async with echo() as target, open_proxy(*target) as opened:
        yield opened


class Caller:
    """One connection to the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, words: bytes) -> None:
        self.writer.write(words)
        await self.writer.drain()

    async def heard(self, count: int) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self.reader.readexactly(count)

    async def to_the_end(self) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self.reader.read()

    async def ping(self) -> "asyncio.Task[bytes]":
        """Say four octets; the task hears them, and whatever can happen at once has happened."""
        hearing = asyncio.create_task(self.heard(4))
        await self.say(b"ping")
        for _ in range(100):
            await asyncio.sleep(0)
        return hearing


@asynccontextmanager
async def calling(proxy: FaultProxy) -> AsyncIterator[Caller]:
    reader, writer = await asyncio.open_connection(*proxy.address)
    try:
        yield Caller(reader, writer)
    finally:
        writer.transport.abort()


def first(*does: Does) -> Chooser:
    """These one after the other, then nothing more."""
    left = iter(does)
    return lambda _piece: next(left, Does.PASS)


async def test_it_passes_everything_on_both_ways_and_the_end_as_well(proxy: FaultProxy) -> None:
    large = bytes(range(256)) * 4096
    async with calling(proxy) as caller:
        assert (await caller.ping()).done()
        saying = asyncio.create_task(caller.say(large))
        assert await caller.heard(len(large)) == large
        await saying
        caller.writer.write_eof()
        assert await caller.to_the_end() == b""


async def test_half_of_an_answer_comes_and_then_the_end(proxy: FaultProxy) -> None:
    proxy.on_answer = first(Does.HALF)
    async with calling(proxy) as caller:
        await caller.say(b"12345678")
        assert await caller.to_the_end() == b"1234"


async def test_half_of_a_call_arrives_and_then_the_end(proxy: FaultProxy) -> None:
    proxy.on_call = first(Does.HALF)
    async with calling(proxy) as caller:
        await caller.say(b"12345678")
        assert await caller.to_the_end() in {b"1234", b""}


async def test_a_closed_connection_ends_in_order_without_a_word(proxy: FaultProxy) -> None:
    proxy.on_answer = first(Does.PASS, Does.CLOSE)
    async with calling(proxy) as caller:
        await caller.say(b"one")
        assert await caller.heard(3) == b"one"
        await caller.say(b"two")
        assert await caller.to_the_end() == b""


async def test_a_reset_connection_ends_with_an_error(proxy: FaultProxy) -> None:
    proxy.on_answer = first(Does.RESET)
    async with calling(proxy) as caller:
        await caller.say(b"one")
        with pytest.raises(ConnectionResetError):
            await caller.to_the_end()


async def test_what_is_said_may_decide_what_becomes_of_it(proxy: FaultProxy) -> None:
    proxy.on_answer = lambda piece: Does.CLOSE if b"secret" in piece else Does.PASS
    async with calling(proxy) as caller:
        await caller.say(b"open")
        assert await caller.heard(4) == b"open"
        await caller.say(b"a secret")
        assert await caller.to_the_end() == b""


async def test_a_delayed_answer_comes_when_its_time_is_over_and_not_before(
    proxy: FaultProxy,
) -> None:
    asked, over = asyncio.Event(), asyncio.Event()

    async def delay() -> None:
        asked.set()
        await over.wait()

    proxy.delay = delay
    proxy.on_answer = first(Does.DELAY)
    async with calling(proxy) as caller:
        await caller.say(b"one")
        await asyncio.wait_for(asked.wait(), PATIENCE)
        hearing = await caller.ping()
        assert not hearing.done()
        over.set()
        assert await hearing + await caller.heard(3) == b"oneping"


async def test_what_is_stalled_comes_whole_when_it_flows_again(proxy: FaultProxy) -> None:
    async with calling(proxy) as caller:
        await caller.say(b"one")
        assert await caller.heard(3) == b"one"
        proxy.stall()
        hearing = await caller.ping()
        assert not hearing.done()
        proxy.flow()
        assert await hearing == b"ping"


async def test_a_cut_cable_tells_neither_end_and_what_had_died_stays_dead(
    proxy: FaultProxy,
) -> None:
    async with calling(proxy) as old:
        await old.say(b"one")
        assert await old.heard(3) == b"one"
        proxy.cut()
        async with calling(proxy) as new:
            hearing = [await old.ping(), await new.ping()]
            assert not any(one.done() for one in hearing)
            proxy.mend()
            for one in hearing:
                with pytest.raises(ConnectionResetError):
                    await one
    async with calling(proxy) as later:
        await later.say(b"again")
        assert await later.heard(5) == b"again"


async def test_break_all_ends_what_is_open_and_lets_new_calls_through(proxy: FaultProxy) -> None:
    async with calling(proxy) as caller:
        await caller.say(b"one")
        assert await caller.heard(3) == b"one"
        proxy.break_all()
        with pytest.raises(ConnectionResetError):
            await caller.to_the_end()
    async with calling(proxy) as later:
        await later.say(b"again")
        assert await later.heard(5) == b"again"


async def test_where_nobody_listens_the_caller_is_reset() -> None:
    async with echo() as gone:
        pass
    async with open_proxy(*gone) as proxy, calling(proxy) as caller:
        with pytest.raises(ConnectionResetError):
            await caller.to_the_end()


async def test_a_target_that_moved_is_found_by_the_next_call(proxy: FaultProxy) -> None:
    async with echo() as target:
        proxy.target = target
        async with calling(proxy) as caller:
            await caller.say(b"one")
            assert await caller.heard(3) == b"one"
