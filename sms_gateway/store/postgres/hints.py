"""Hints from node to node that something is to be done, by NOTIFY.

The store is the truth: a hint that is lost costs the time until the next sweep.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from sms_gateway.postgres.connecting import PostgresConnection
from sms_gateway.store.postgres.driver import PostgresStatements
from sms_gateway.store.postgres.writing import Connect

CHANNEL = "sms_gateway"

AGAIN_S = 1.0
"""Before a lost line is opened again, in seconds."""

LOOK_S = 10.0
"""So often a silent line is tried, in seconds."""

ANSWER_S = 3.0
"""How long the server may take to take hints, in seconds."""

LIMITS = {"statement_timeout": "3000"}
"""Of its connection, in milliseconds."""

MOST = 100
"""Kinds of hints that wait for a line; more are forgotten."""


class Hints:
    """One run's.

    Args:
        connect: opens a connection.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._heard: Callable[[str], None] = lambda _what: None
        self._waiting: set[str] = set()
        self._wake = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def begun(cls, connect: Connect) -> AsyncIterator["Hints"]:
        """Hints that go and come beside the caller, and end with it.

        Raises:
            asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError: they cannot begin.
        """
        hints = cls(connect)
        # Connected before anything else: asyncpg complains of a connecting that is cut short.
        line = await connect()
        going = asyncio.create_task(hints._go_on(line), name="store-hints")
        try:
            yield hints
        finally:
            going.cancel()
            with suppress(asyncio.CancelledError):
                await going
            # A task that was ended before its first turn has touched nothing.
            line.terminate()

    def give(self, what: str) -> None:
        """Tell the other nodes; the same word twice, before it could leave, is one hint."""
        if len(self._waiting) < MOST:
            self._waiting.add(what)
            self._wake.set()

    def on_hint(self, heard: Callable[[str], None]) -> None:
        """Call this with each hint of another node."""
        self._heard = heard

    async def _go_on(self, line: PostgresConnection) -> None:
        # Whatever goes wrong: without hints the sweep finds all of it.
        with suppress(Exception):
            await self._until_lost(line)
        while True:
            await asyncio.sleep(AGAIN_S)
            with suppress(Exception):
                await self._until_lost(await self._connect())

    async def _until_lost(self, connection: PostgresConnection) -> None:
        try:
            connection.add_termination_listener(lambda _lost: self._wake.set())
            own = connection.get_server_pid()

            def heard(_line: object, sender: int, _channel: str, what: object) -> None:
                if sender != own:
                    self._heard(str(what))

            async with asyncio.timeout(ANSWER_S):
                await connection.add_listener(CHANNEL, heard)
            while not connection.is_closed():
                await self._tell(connection)
                # Not wait_for: it swallows a cancellation that comes as the event does.
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._wake.wait()
                self._wake.clear()
        finally:
            connection.terminate()

    async def _tell(self, connection: PostgresConnection) -> None:
        # What is given from now on may be news: whoever was told may have looked already.
        told, self._waiting = self._waiting, set()
        try:
            async with asyncio.timeout(ANSWER_S):
                await PostgresStatements(connection).rows("hint", {"whats": sorted(told)})
        except BaseException:
            self._waiting |= told
            raise
