"""A few connections that read, opened when they are needed and again after trouble."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from sms_gateway.cases.embedded.postgres.statements import PostgresStatements
from sms_gateway.cases.embedded.postgres.trouble import TROUBLE, trouble_of
from sms_gateway.cases.embedded.tables import Act
from sms_gateway.cases.embedded.trouble import trouble
from sms_gateway.ports import Clock
from sms_gateway.postgres.connecting import Plans, PostgresConnection

T = TypeVar("T")

SIZE = 3
"""Connections at most: look-ups come in batches, and one takes less than a millisecond."""

FIRST_REST_S = 0.1
LONGEST_REST_S = 2.0
"""After a failed attempt to connect none is made for so long, twice as long each time."""

_PARTING_S = 1.0


class Pool:
    """Reading connections, within a time limit.

    Args:
        open_one: opens one, and looks whether it can be used.
        where: what people call the database.
        clock: time.
        time_limit: seconds of one piece of work.
    """

    def __init__(
        self,
        open_one: Callable[[], Coroutine[Any, Any, PostgresConnection]],
        where: str,
        clock: Clock,
        time_limit: float,
    ) -> None:
        self._open_one = open_one
        self._where = where
        self._clock = clock
        self._time_limit = time_limit
        self._room = asyncio.Semaphore(SIZE)
        self._idle: list[PostgresConnection] = []
        self._plans = Plans()
        self._opening: asyncio.Task[PostgresConnection] | None = None
        self._failed: BaseException | None = None
        self._rest = 0.0
        self._not_before = 0.0
        self._closed = False

    async def work(self, act: Act[T]) -> T:
        """Do something with a connection.

        Raises:
            CaseTablesError: there is none, it failed, it took too long, or `close` was called.
        """
        try:
            async with asyncio.timeout(self._time_limit), self._room:
                return await self._with(await self._taken(), act)
        except TROUBLE as error:
            raise trouble_of(self._where, error) from error

    async def close(self) -> None:
        """Close for good."""
        self._closed = True
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait({self._opening})
        while self._idle:
            await part(self._idle.pop())

    async def _with(self, connection: PostgresConnection, act: Act[T]) -> T:
        try:
            await self._plans.renew(connection)
            result = await act(PostgresStatements(connection))
        except BaseException:
            # Also given up: what the server still does for it must keep nobody waiting.
            connection.terminate()
            raise
        self._keep(connection)
        return result

    async def _taken(self) -> PostgresConnection:
        while not self._closed:
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
            if self._failed is not None and self._clock.monotonic() < self._not_before:
                if isinstance(self._failed, TROUBLE):
                    raise trouble_of(self._where, self._failed)
                raise self._failed
            if self._opening is None:
                # A task of its own: look-ups that give up meanwhile leave one opening, not many.
                self._opening = asyncio.create_task(self._open_one(), name="open-cases")
                self._opening.add_done_callback(self._opened)
            await asyncio.wait({self._opening})
        raise trouble(self._where, "closed")

    def _opened(self, opening: asyncio.Task[PostgresConnection]) -> None:
        self._opening = None
        if opening.cancelled():
            return
        self._failed = opening.exception()
        if self._failed is None:
            self._rest = 0.0
            self._keep(opening.result())
        else:
            self._rest = min(max(2 * self._rest, FIRST_REST_S), LONGEST_REST_S)
            self._not_before = self._clock.monotonic() + self._rest

    def _keep(self, connection: PostgresConnection) -> None:
        if self._closed:
            connection.terminate()
        else:
            self._idle.append(connection)


async def part(connection: PostgresConnection) -> None:
    """Close a connection in order, or at least close it."""
    with contextlib.suppress(*TROUBLE):
        await connection.close(timeout=_PARTING_S)
