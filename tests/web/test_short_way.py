"""What the server does before aiohttp: the short way to doors, and reading that is held up."""

import asyncio

import pytest

from sms_gateway.ports import MAX_REQUEST
from tests.web.web_desk import WebDesk, request


@pytest.mark.parametrize(
    "method, target, status",
    [
        ("POST", "/mo", 200),
        ("GET", "/mo?a=1", 200),
        ("POST", "http://gateway/mo", 200),
        ("POST", "/m%6F", 200),
        ("POST", "/mo/", 404),
        ("POST", "//mo", 404),
        ("POST", "/MO", 404),
        ("POST", "/mo;a", 404),
        ("POST", "/mo%2F", 404),
        ("PUT", "/mo", 405),
        ("GET", "/dlr", 405),
    ],
)
async def test_a_door_is_found_by_its_method_and_path_however_they_are_written(
    desk: WebDesk, method: str, target: str, status: int
) -> None:
    heard, *_ = await desk.heard(request(method, target, b""))
    assert heard == status
    assert len(desk.side.calls) == (status == 200)


class _Wire(asyncio.Transport):
    """A connection without a network.

    Attributes:
        reads: set while the server wants octets.
        said: what the caller hears.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reads = asyncio.Event()
        self.reads.set()
        self.said: asyncio.Queue[bytes] = asyncio.Queue()

    def pause_reading(self) -> None:
        self.reads.clear()

    def resume_reading(self) -> None:
        self.reads.set()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.said.put_nowait(bytes(data))

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing is open."""


async def test_a_body_that_comes_faster_than_it_is_read_is_held_up_and_then_taken(
    desk: WebDesk,
) -> None:
    leave = asyncio.Event()
    desk.rooms.hold = leave.wait
    server, wire = desk.runner.server, _Wire()
    assert server is not None
    connection = server()
    connection.connection_made(wire)
    whole = request("POST", "/mo", b"x" * 0x200000)
    sent = 0
    while wire.reads.is_set():
        connection.data_received(whole[sent : sent + 0x10000])
        sent += 0x10000
        if sent > MAX_REQUEST:
            await desk.rooms.called.wait()
    leave.set()
    assert b" 200 OK" in await wire.said.get()
    await wire.reads.wait()
    connection.data_received(whole[sent:] + request("POST", "/mo", b"{}"))
    assert b" 200 OK" in await wire.said.get()
    assert [len(call.body) for call in desk.side.calls] == [MAX_REQUEST + 1, 2]
    connection.connection_lost(None)


async def test_many_calls_that_come_at_once_on_a_connection_are_all_answered(desk: WebDesk) -> None:
    bodies = [b"x" * size for size in range(100)]
    reader, writer = await desk.raw(b"".join(request("POST", "/mo", body) for body in bodies))
    async with asyncio.timeout(10):
        for _ in bodies:
            assert (await reader.readuntil(b"\r\n\r\nOK")).startswith(b"HTTP/1.1 200 OK\r\n")
    writer.transport.abort()
    assert [call.body for call in desk.side.calls] == bodies


@pytest.mark.parametrize(
    "call", [request("POST", "/mo", b"{}"), b"GET /mo HTTP/1.1\r\nHost: g\r\n\r\n"]
)
async def test_calls_at_once_are_all_answered_after_one_whose_body_came_by_itself(
    desk: WebDesk, call: bytes
) -> None:
    server, wire = desk.runner.server, _Wire()
    assert server is not None
    connection = server()
    connection.connection_made(wire)
    head, end, body = request("POST", "/mo", b"{}").partition(b"\r\n\r\n")
    leave = asyncio.Event()
    desk.rooms.hold = leave.wait
    connection.data_received(head + end)
    await asyncio.sleep(0)  # the server takes the call before its body is there
    connection.data_received(body)
    leave.set()
    async with asyncio.timeout(10):
        assert b" 200 OK" in await wire.said.get()
        connection.data_received(call * 100)
        for _ in range(100):
            assert b" 200 OK" in await wire.said.get()
    connection.connection_lost(None)


async def test_a_call_is_taken_after_one_that_was_held_up_at_its_very_last_chunk(
    desk: WebDesk,
) -> None:
    server, wire = desk.runner.server, _Wire()
    assert server is not None
    connection = server()
    connection.connection_made(wire)
    connection.data_received(
        b"POST /mo HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"1\r\nx\r\n" * (16 * 1024 + 1)  # the library holds up more than 16,384 chunks
        + b"0\r\n\r\n"
    )
    async with asyncio.timeout(10):
        assert b" 200 OK" in await wire.said.get()
        connection.data_received(request("POST", "/mo", b"{}"))
        assert b" 200 OK" in await wire.said.get()
    assert [len(call.body) for call in desk.side.calls] == [MAX_REQUEST + 1, 2]
    connection.connection_lost(None)
