"""A server of several addresses, where machines are dead or refuse."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from sms_gateway.postgres.addresses import each_address, first_opened
from sms_gateway.postgres.connecting import connect
from tests.postgres import Postgres
from tests.virtual_time import VirtualClock


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A machine that takes a connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def refusing() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return f"127.0.0.1:{closed.getsockname()[1]}"


def test_a_url_of_several_addresses_is_one_url_for_each() -> None:
    assert each_address("postgresql://sms:x@a:1,[::1]:2,c/d?target_session_attrs=read-write") == [
        f"postgresql://sms:x@{address}/d?target_session_attrs=read-write"
        for address in ("a:1", "[::1]:2", "c")
    ]
    for one in ("postgresql:///sms?host=/run", "postgresql://a/b", "postgresql://a,b@c/d"):
        assert each_address(one) == [one]


async def test_a_machine_that_is_dead_keeps_nobody_from_the_one_that_lives(
    postgres_server: Postgres, silent: socket.socket
) -> None:
    url = await asyncio.to_thread(postgres_server.database)
    dead = f"127.0.0.1:{silent.getsockname()[1]}"
    for addresses in (f"{dead},127.0.0.1:", f"{refusing()},{dead},127.0.0.1:"):
        several = url.replace("127.0.0.1:", addresses) + "?target_session_attrs=read-write"
        connection = await connect(several, "public", "test")
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()
        left = silent.accept()[0]
        with left:
            left.settimeout(5)
            while left.recv(1024):
                pass  # what it said before it gave up


async def test_where_no_address_will_do_the_reason_is_told() -> None:
    with pytest.raises(ConnectionRefusedError):
        await connect(f"postgresql://sms@{refusing()},{refusing()}/sms", "public", "test")


async def opened(url: str) -> str:
    """`slow` never ends, `bad` is none, and the others are opened at once."""
    if "slow" in url:
        await asyncio.Event().wait()
    if "bad" in url:
        raise OSError(url)
    return url


async def test_the_first_address_that_will_do_is_taken_and_others_are_ended() -> None:
    clock = VirtualClock()
    with clock.ruling():
        for addresses, taken in (
            ("a,b", "a"),
            ("bad,b", "b"),
            ("slow,b", "b"),
            ("slow,bad,c", "c"),
        ):
            task = asyncio.create_task(first_opened(f"p://{addresses}/x", opened, _never))
            await clock.advance(1)
            assert task.done()
            assert task.result() == f"p://{taken}/x"
        assert len(asyncio.all_tasks()) == 1


def _never(_: str) -> None:
    raise AssertionError
