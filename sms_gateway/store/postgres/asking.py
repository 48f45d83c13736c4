"""Asks over a few connections, each opened again when it is lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sms_gateway.ports import StoreDownError
from sms_gateway.postgres.connecting import DOWN, Plans, PostgresConnection, word_of
from sms_gateway.store.postgres.driver import PostgresStatements, is_down
from sms_gateway.store.postgres.writing import Connect
from sms_gateway.store.statements import Statements

T = TypeVar("T")

LIMIT_S = 10.0
"""How long one question may take, in seconds."""

LIMITS = {"statement_timeout": "10000"}
"""Of its connections, in milliseconds: what nobody waits for any more ends by itself."""

READERS = 3
"""Connections of a process: a page of texts is two questions, and answering asks one beside it."""


class PostgresAsk:
    """Implements `statements.Ask`.

    Args:
        connect: opens a connection.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._idle: list[PostgresConnection] = []
        self._plans = Plans()
        self._turns = asyncio.Semaphore(READERS)
        self._closed = False

    async def __call__(self, question: Callable[[Statements], Awaitable[T]]) -> T:
        """See `Ask.__call__`."""
        try:
            async with asyncio.timeout(LIMIT_S), self._turns, self._one() as connection:
                await self._plans.renew(connection)
                return await question(PostgresStatements(connection))
        except Exception as error:
            if is_down(error):
                raise StoreDownError(word_of(error)) from error
            raise

    async def close(self) -> None:
        """Close all of them."""
        self._closed = True
        while self._idle:
            try:
                await self._idle.pop().close(timeout=LIMIT_S)
            except DOWN:
                continue

    @asynccontextmanager
    async def _one(self) -> AsyncIterator[PostgresConnection]:
        if self._closed:
            message = "closed"
            raise StoreDownError(message)
        open_ones = [one for one in self._idle if not one.is_closed()]
        self._idle[:] = open_ones[:-1]
        connection = open_ones[-1] if open_ones else await self._connect()
        try:
            yield connection
        except BaseException as error:
            # A cancelled question may still be under way at the other end.
            if is_down(error) or not isinstance(error, Exception):
                connection.terminate()
            else:
                self._idle.append(connection)
            raise
        self._idle.append(connection)
