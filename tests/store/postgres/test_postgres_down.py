"""Whatever the driver raises where the server is lost, it is weather and ends no process."""

import asyncio

import asyncpg
import pytest

from sms_gateway.domain.ids import RunId
from sms_gateway.ports import StoreDownError
from sms_gateway.postgres.connecting import PostgresConnection
from sms_gateway.store.committing import Call
from sms_gateway.store.postgres import life
from sms_gateway.store.postgres.asking import PostgresAsk
from sms_gateway.store.postgres.hints import Hints
from sms_gateway.store.postgres.life import Life
from sms_gateway.store.postgres.nodes import PostgresNodes
from sms_gateway.store.postgres.writing import PostgresWriter
from sms_gateway.store.statements import Row, Statements

LOST = (
    ConnectionResetError(),
    TimeoutError(),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    # Met when a server was killed.
    asyncpg.InternalClientError("unexpected end"),
)
RUN = RunId("run")
PATIENCE = 10.0


class Server:
    """One that is always lost in the same way; `asked` is set at each try."""

    def __init__(self, error: Exception) -> None:
        self.asked = asyncio.Semaphore(0)
        self._error = error

    async def connect(self) -> PostgresConnection:
        self.asked.release()
        raise self._error


@pytest.fixture(params=LOST, ids=lambda error: type(error).__name__)
def server(request: pytest.FixtureRequest) -> Server:
    return Server(request.param)


async def test_what_cannot_be_written_or_asked_is_told_as_a_store_that_is_down(
    server: Server,
) -> None:
    async def nothing(_db: Statements, rows: object) -> list[Row]:
        raise AssertionError(rows)

    writer, ask = PostgresWriter(server.connect, RUN), PostgresAsk(server.connect)
    (outcome,) = await writer.write([Call(nothing, [1])])
    assert isinstance(outcome, StoreDownError)
    with pytest.raises(StoreDownError):
        await ask(lambda db: nothing(db, ()))
    nodes = PostgresNodes(server.connect, Life(server.connect), Hints(server.connect))
    with pytest.raises(StoreDownError):
        await nodes.take_turns([])


async def test_a_life_goes_on_trying(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "BEAT_S", 0.0)
    trying = asyncio.create_task(Life(server.connect)._go_on())  # noqa: SLF001  # its loop alone
    async with asyncio.timeout(PATIENCE):
        for _ in range(3):
            await server.asked.acquire()
    assert not trying.done()
    trying.cancel()
    await asyncio.wait([trying])
