import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scripts.benchmark.figures import Latency
from scripts.benchmark.gateway import Running
from scripts.benchmark.open_loop import latency
from scripts.benchmark.place import Place, configure
from scripts.benchmark.processes import cpu_seconds, family, resident_mib
from scripts.benchmark.telco import StubTelco
from sms_gateway.settings import load

COUNT = 100


@pytest.fixture
async def telco() -> AsyncIterator[StubTelco]:
    telco = StubTelco()
    async with telco.opened():
        yield telco


def call(name: str) -> bytes:
    body = f'{{"id": "x", "reply_to": "{name}"}}'.encode()
    return b"POST /mt HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


async def test_the_stub_telco_takes_each_reply_however_its_octets_come(telco: StubTelco) -> None:
    told: list[str] = []
    telco.on_reply = told.append
    host, port = telco.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    octets = call("one") + call("two") + call("three")
    for piece in (octets[:30], octets[30:100], octets[100:]):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)
    answers = [await reader.readuntil(b"}") for _ in range(3)]
    writer.close()
    assert told == ["one", "two", "three"]
    assert telco.taken == 3
    assert all(b'"code":"00"' in answer for answer in answers)


class Shop:
    """Answers as a gateway does, the last so many texts with nothing."""

    def __init__(self, telco: StubTelco | None, wrong: int = 0) -> None:
        self.telco = telco
        self.right = COUNT - wrong
        self.seen: list[str] = []
        self.serving: list[asyncio.Task[None]] = []

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.serving.append(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await self._answer(reader, writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
        body = (await reader.readexactly(length)).decode()
        self.seen.append(body)
        receipt = body.partition("MCKH_")[2].partition('"')[0]
        said = b'{"reply": "%s"}' % receipt.encode() if len(self.seen) <= self.right else b"{}"
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said))
        if self.telco is not None:
            self.telco.on_reply(body.partition('"id":"')[2].partition('"')[0])


async def measured(shop: Shop) -> Latency:
    server = await asyncio.start_server(shop.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        return await latency(
            Running(0, host, port, 0.0, lambda: None), 400, COUNT / 400, 1_000, shop.telco
        )
    finally:
        server.close()
        await asyncio.gather(*shop.serving)


async def test_every_planned_text_leaves_and_is_measured_from_its_moment() -> None:
    shop = Shop(None)
    found = await measured(shop)
    assert len(set(shop.seen)) == found.count == COUNT
    assert found.wrong == 0
    assert found.taken is None
    assert 0 < found.late.p50 <= found.reply.most


async def test_the_reply_of_a_door_that_acknowledges_is_measured_at_the_telco() -> None:
    found = await measured(Shop(StubTelco()))
    assert found.wrong == 0
    assert found.taken is not None


async def test_an_answer_without_the_right_dossier_is_counted() -> None:
    assert (await measured(Shop(None, wrong=10))).wrong == 10


@pytest.mark.parametrize("telco", ["", "http://127.0.0.1:9"])
def test_the_settings_of_the_bench_have_one_door_and_keep_no_phone_waiting(
    tmp_path: Path, telco: str
) -> None:
    place = Place(tmp_path / "config", tmp_path / "data")
    configure(place.config, telco)
    settings = load(place.config, place.data, place.environment, tmp_path)
    assert list(settings.doors) == ["bench"]
    assert ("outbound" in settings.doors["bench"]) is bool(telco)
    assert settings.budgets.identical_per_hour == 1_000_000


def test_a_database_of_a_server_is_named_to_the_gateway_by_its_environment(tmp_path: Path) -> None:
    place = Place(tmp_path, tmp_path, "postgresql://gateway@127.0.0.1:5432/bench")
    assert place.environment["SMS_GATEWAY_STORE__URL"] == place.store_url
    assert "SMS_GATEWAY_STORE__URL" not in Place(tmp_path, tmp_path).environment


def test_the_processes_of_a_gateway_are_those_that_it_started() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)  # ours
    try:
        assert set(family(child.pid)) == {child.pid}
        assert {os.getpid(), child.pid} <= set(family(os.getpid()))
        assert set(cpu_seconds(child.pid)) == {child.pid}
        assert resident_mib(os.getpid()) > resident_mib(child.pid) > 0
    finally:
        child.communicate(b"")
