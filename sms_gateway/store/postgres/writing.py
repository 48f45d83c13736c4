"""Writes groups over a connection that is opened again whenever it is lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sms_gateway.ports import StoreDownError
from sms_gateway.postgres.connecting import DOWN, PostgresConnection, word_of
from sms_gateway.store.committing import Call, Outcome, commit
from sms_gateway.store.postgres.driver import PostgresDatabase

LIMIT_S = 10.0
"""How long a transaction may take before its connection is given up, in seconds."""

Connect = Callable[[], Awaitable[PostgresConnection]]


class PostgresWriter:
    """The one connection of this process that writes.

    Args:
        connect: opens it.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: PostgresConnection | None = None

    async def write(self, group: Sequence[Call]) -> Sequence[Outcome]:
        """Commit a group; a `CommitGroup`.

        Where the line is lost in a commit, nobody knows what became of it: the callers hear that
        the store is down, and a repeated delivery finds what was written.
        """
        try:
            async with asyncio.timeout(LIMIT_S):
                connection = await self._connected()
                return await commit(PostgresDatabase(connection), group)
        except DOWN as error:
            self._give_up()
            return [StoreDownError(word_of(error))] * len(group)
        except asyncio.CancelledError:
            self._give_up()
            raise

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            try:
                await self._connection.close(timeout=LIMIT_S)
            except DOWN:
                self._give_up()

    async def _connected(self) -> PostgresConnection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        return self._connection

    def _give_up(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
