"""A connection to PostgreSQL that imports, in turn with those of all other nodes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg

from sms_gateway.cases.embedded.postgres.pool import part
from sms_gateway.cases.embedded.postgres.statements import PostgresStatements
from sms_gateway.cases.embedded.postgres.trouble import TROUBLE, trouble_of
from sms_gateway.cases.embedded.tables import Act
from sms_gateway.postgres.connecting import PostgresConnection

T = TypeVar("T")

STEP_LIMIT_S = 30.0
"""A step takes some tens of milliseconds; a standby that must confirm it may take longer."""

# The lock belongs to the session, so that it is free as soon as the server knows a node is dead.
_TAKE = "SELECT pg_advisory_lock(hashtext($1), $2)"
_GIVE = "SELECT pg_advisory_unlock(hashtext($1), $2)"
_TURN = 1
"""Second key of the advisory lock; migrating has another one."""


class PostgresWriter:
    """Implements `tables.Writer`.

    Args:
        connection: open, and nobody else's.
        schema: of the dossiers; two installations in one database have two turns.
        where: what people call the database.
    """

    def __init__(self, connection: PostgresConnection, schema: str, where: str) -> None:
        self._connection = connection
        self._schema = schema
        self._where = where

    @asynccontextmanager
    async def turn(self, told: Callable[[], None]) -> AsyncIterator[None]:
        """See `tables.Writer`; `told` is called each time that `lock_timeout` has passed."""
        await self._take(told)
        try:
            yield
        finally:
            if not self._connection.is_closed():
                await self._give()

    async def work(self, act: Act[T]) -> T:
        """See `tables.Writer`."""
        try:
            async with asyncio.timeout(STEP_LIMIT_S):
                return await act(PostgresStatements(self._connection))
        except TROUBLE as error:
            raise trouble_of(self._where, error) from error

    async def _take(self, told: Callable[[], None]) -> None:
        try:
            while True:
                with contextlib.suppress(asyncpg.LockNotAvailableError):
                    async with asyncio.timeout(STEP_LIMIT_S):
                        await self._connection.execute(_TAKE, self._schema, _TURN)
                    return
                told()
        except TROUBLE as error:
            raise trouble_of(self._where, error) from error

    async def _give(self) -> None:
        try:
            async with asyncio.timeout(STEP_LIMIT_S):
                await self._connection.execute(_GIVE, self._schema, _TURN)
        except TROUBLE:
            # With the connection goes the lock.
            self._connection.terminate()


@asynccontextmanager
async def parting(connection: PostgresConnection) -> AsyncIterator[PostgresConnection]:
    """The connection for the length of a block, closed at its end."""
    try:
        yield connection
    finally:
        await part(connection)
