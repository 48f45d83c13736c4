"""Nodes tell one another that there is something to do; what is lost is found by the sweep."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

import asyncpg
import pytest

from sms_gateway.domain.record import EMPTY
from sms_gateway.postgres.connecting import PostgresConnection, connect
from sms_gateway.store.postgres import hints as hints_module
from sms_gateway.store.postgres.driver import PostgresStatements
from sms_gateway.store.postgres.hints import Hints
from sms_gateway.store.statements import Row, Values
from tests.postgres import Postgres
from tests.store.postgres.patience import PATIENCE_S, soon


@pytest.fixture
async def url(postgres_server: Postgres) -> str:
    """An empty database."""
    return await asyncio.to_thread(postgres_server.database)


class Node:
    """Hints of one run, what it heard, and how often it connected."""

    def __init__(self, url: str, name: str) -> None:
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.lines = 0
        self._url = url
        self._name = name
        self.hints: Hints

    async def connected(self) -> PostgresConnection:
        connection = await connect(self._url, "public", self._name)
        self.lines += 1
        return connection

    async def next(self) -> str:
        async with asyncio.timeout(PATIENCE_S):
            return await self.heard.get()


async def started(stack: AsyncExitStack, url: str, name: str) -> Node:
    node = Node(url, name)
    node.hints = await stack.enter_async_context(Hints.begun(node.connected))
    node.hints.on_hint(node.heard.put_nowait)
    return node


async def until_they_hear(speaker: Node, listener: Node) -> None:
    """A listener is there some time after its start; before that hints are lost."""

    def tell() -> bool:
        speaker.hints.give("are you there?")
        return not listener.heard.empty()

    await soon(tell)
    await listener.next()


async def test_what_one_node_hints_at_the_other_hears_and_it_does_not_itself(url: str) -> None:
    async with AsyncExitStack() as stack:
        alpha, beta = await started(stack, url, "alpha"), await started(stack, url, "beta")
        await until_they_hear(alpha, beta)
        await until_they_hear(beta, alpha)
        beta.hints.give("door 'vmg'")
        while await alpha.next() != "door 'vmg'":
            pass
        alpha.hints.give("enough")
        while (said := await beta.next()) != "enough":
            assert said == "are you there?"


async def test_a_line_that_is_lost_is_opened_again(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints_module, "AGAIN_S", 0.02)
    async with AsyncExitStack() as stack:
        alpha, beta = await started(stack, url, "alpha"), await started(stack, url, "beta")
        await until_they_hear(alpha, beta)
        other = await asyncpg.connect(url)
        await other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = 'beta'"
        )
        await other.close()
        await soon(lambda: beta.lines == 2)
        while not beta.heard.empty():
            beta.heard.get_nowait()
        await until_they_hear(alpha, beta)


async def test_hints_end_with_their_run_also_as_the_line_is_lost(url: str) -> None:
    """The end came in the same turn of the loop as the loss, and was swallowed."""
    node = Node(url, "alpha")
    lost: list[PostgresConnection] = []

    async def connected() -> PostgresConnection:
        lost.append(await node.connected())
        return lost[-1]

    async with asyncio.timeout(PATIENCE_S) as limit:
        async with Hints.begun(connected) as hints:
            await soon(lambda: lost)
            hints.give("something")
            lost[0].terminate()
    assert not limit.expired()


async def test_what_is_given_while_hints_leave_is_told_as_well(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever heard the first word may have looked before there was anything to see."""
    node, told = Node(url, "alpha"), asyncio.Queue[object]()

    class Slow(PostgresStatements):
        async def rows(self, name: str, values: Values = EMPTY) -> Sequence[Row]:
            if told.empty():
                node.hints.give("door")
            await told.put(values["whats"])
            return await super().rows(name, values)

    monkeypatch.setattr(hints_module, "PostgresStatements", Slow)
    async with asyncio.timeout(PATIENCE_S), Hints.begun(node.connected) as node.hints:
        node.hints.give("door")
        assert [await told.get(), await told.get()] == [["door"], ["door"]]
