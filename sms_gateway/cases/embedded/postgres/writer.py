"""A connection to PostgreSQL that imports, in turn with those of all other nodes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg

from sms_gateway.cases.embedded.postgres.pool import part
from sms_gateway.cases.embedded.postgres.statements import PostgresStatements
from sms_gateway.cases.embedded.postgres.trouble import TROUBLE, trouble_of
from sms_gateway.cases.embedded.tables import Act
from sms_gateway.postgres.connecting import Plans, PostgresConnection

T = TypeVar("T")

STEP_LIMIT_S = 30.0
"""A step takes some tens of milliseconds; a standby that must confirm it may take longer."""

# The lock belongs to the session, so that it is free as soon as the server knows a node is dead.
_TAKE = "SELECT pg_advisory_lock(hashtext($1), $2)"
_GIVE = "SELECT pg_advisory_unlock(hashtext($1), $2)"
_TRIED_S = 2.0
"""So long a kept connection may take to show that it is still one."""

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


class Kept:
    """A connection for short writing, kept for the next time: opening one takes far longer.

    No import uses it. For what is learned the name `staged` means a table of the session alone, and
    a plan that was made for the import's table would not notice.

    Args:
        open_one: opens one, and looks whether it can be used. Raises what is in `TROUBLE`.
    """

    def __init__(self, open_one: Callable[[], Awaitable[PostgresConnection]]) -> None:
        self._open_one = open_one
        self._plans = Plans()
        self._idle: PostgresConnection | None = None
        self._closed = False

    @asynccontextmanager
    async def one(self) -> AsyncIterator[PostgresConnection]:
        """A connection for the length of a block; who comes meanwhile gets another one.

        Raises:
            what is in `TROUBLE`: there is none.
        """
        connection = await self._tried() or await self._open_one()
        try:
            yield connection
        except BaseException:
            # It may be in the middle of something.
            connection.terminate()
            raise
        if self._idle is None and not self._closed:
            self._idle = connection
        else:
            await part(connection)

    async def close(self) -> None:
        """Close it for good."""
        self._closed = True
        if (idle := self._taken()) is not None:
            await part(idle)

    async def _tried(self) -> PostgresConnection | None:
        """The one that is kept, unless it was lost meanwhile."""
        if (connection := self._taken()) is None or connection.is_closed():
            return None
        try:
            async with asyncio.timeout(_TRIED_S):
                await self._plans.renew(connection)
        except TROUBLE:
            connection.terminate()
            return None
        except BaseException:
            connection.terminate()
            raise
        return connection

    def _taken(self) -> PostgresConnection | None:
        connection, self._idle = self._idle, None
        return connection


@asynccontextmanager
async def parting(connection: PostgresConnection) -> AsyncIterator[PostgresConnection]:
    """The connection for the length of a block, closed at its end."""
    try:
        yield connection
    finally:
        await part(connection)
