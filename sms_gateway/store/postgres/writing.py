"""Writes groups over a connection that is opened again whenever it is lost.

A line that is lost in a commit leaves a doubt: what the group leased would belong to a run that
never heard of it, and nobody would answer or send it. So the server is asked what became of the
last commit before anything else is written: each holds its number.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from asyncpg.transaction import Transaction

from sms_gateway.domain.ids import RunId
from sms_gateway.ports import StoreDownError
from sms_gateway.postgres.connecting import DOWN, Plans, PostgresConnection, word_of
from sms_gateway.store.committing import Call, Outcome, commit
from sms_gateway.store.postgres.driver import PostgresDatabase, PostgresStatements

LIMIT_S = 10.0
"""How long a transaction may take before its connection is given up, in seconds."""

LIMITS = {"statement_timeout": "10000", "idle_in_transaction_session_timeout": "5000"}
"""Of its connection, in milliseconds; the rows of a process that stands still are free then."""

AGAIN_S = 0.5
"""Between two questions what became of a commit, in seconds."""

Connect = Callable[[], Awaitable[PostgresConnection]]


class PostgresWriter:
    """The one connection of this process that writes.

    Args:
        connect: opens it.
        run: whose commits they are.
    """

    def __init__(self, connect: Connect, run: RunId) -> None:
        self._connect = connect
        self._run = run
        self._number = 0
        self._connection: PostgresConnection | None = None
        self._plans = Plans()
        self._closing = asyncio.Event()

    async def write(self, group: Sequence[Call]) -> Sequence[Outcome]:
        """Commit a group; a `CommitGroup`.

        Where the line is lost in a commit it takes until the server can be asked; its callers have
        long heard that the store is down, and what they would hold is given back.
        """
        try:
            async with asyncio.timeout(LIMIT_S) as limit:
                connection = await self._connected()
                await self._plans.renew(connection)

                async def finish(transaction: Transaction, db: PostgresStatements) -> None:
                    # A doubt is not cut short: it would stay one.
                    limit.reschedule(None)
                    await self._finish(transaction, db)

                return await commit(PostgresDatabase(connection, finish), group)
        except DOWN as error:
            self._give_up()
            return [StoreDownError(word_of(error))] * len(group)
        except asyncio.CancelledError:
            self._give_up()
            raise

    def closing(self) -> None:
        """From now on no doubt is waited for: the next run frees what this one held."""
        self._closing.set()

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            try:
                await self._connection.close(timeout=LIMIT_S)
            except DOWN:
                self._give_up()

    async def _finish(self, transaction: Transaction, db: PostgresStatements) -> None:
        """Commit.

        Raises:
            what `connect` raises: nothing was written, or nobody knows and we are closing.
        """
        self._number += 1
        marked = False
        try:
            async with asyncio.timeout(LIMIT_S):
                values = {"run": self._run, "number": self._number}
                marked = await db.change("commit_mark", values) > 0
                await transaction.commit()
        except DOWN:
            self._give_up()
            if not marked or not await self._was_committed(self._number):
                raise

    async def _was_committed(self, number: int) -> bool:
        """Ask until the server knows; a line that is dead it gives up within 15 s by itself."""
        while not self._closing.is_set():
            try:
                async with asyncio.timeout(LIMIT_S):
                    asked = PostgresStatements(await self._connected())
                    ((last,),) = await asked.rows("commit_asked", {"run": self._run})
                    return bool(last == number)
            except DOWN:
                self._give_up()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), AGAIN_S)
        return False

    async def _connected(self) -> PostgresConnection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        return self._connection

    def _give_up(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
