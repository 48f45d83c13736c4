"""What of many nodes on one PostgreSQL only one may do at a time, by advisory locks."""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Sequence

from sms_gateway.domain.ids import NumberHash
from sms_gateway.ports import StoreDownError
from sms_gateway.postgres.connecting import DOWN, PostgresConnection, word_of
from sms_gateway.store.postgres.driver import PostgresStatements
from sms_gateway.store.postgres.hints import Hints
from sms_gateway.store.postgres.life import Life
from sms_gateway.store.postgres.writing import Connect
from sms_gateway.store.statements import Row

LIMIT_S = 5.0
"""How long the server may take to give a turn, in seconds."""

LIMITS = {"statement_timeout": "5000"}
"""Of its connection, in milliseconds."""


class PostgresNodes:
    """Implements `ports.Nodes`.

    Turns are tried for and never waited for, so that no two nodes wait for one another. They
    belong to a connection: where it is lost, so are they, and other nodes go on.

    Args:
        connect: opens a connection.
        life, hints: of this run.
    """

    def __init__(self, connect: Connect, life: Life, hints: Hints) -> None:
        self._connect = connect
        self._life = life
        self._hints = hints
        self._line = asyncio.Lock()
        self._connection: PostgresConnection | None = None

    def leads(self, what: str) -> bool:
        """See `Nodes.leads`."""
        return self._life.leads(what)

    def may_judge(self) -> bool:
        """See `Nodes.may_judge`."""
        return self._life.may_judge()

    async def take_turns(self, numbers: Sequence[NumberHash]) -> Collection[NumberHash]:
        """See `Nodes.take_turns`."""
        rows = await self._ask("turns_take", numbers)
        return {NumberHash(number) for (number,) in rows}

    async def give_turns(self, numbers: Collection[NumberHash]) -> None:
        """See `Nodes.give_turns`."""
        if numbers:
            # Where they cannot be given back, the server takes them with the connection.
            with contextlib.suppress(StoreDownError):
                await self._ask("turns_give", numbers)

    def hint(self, what: str) -> None:
        """See `Nodes.hint`."""
        if not self._life.leads(what):
            self._hints.give(what)

    def on_hint(self, heard: Callable[[str], None]) -> None:
        """See `Nodes.on_hint`."""
        self._hints.on_hint(heard)

    async def close(self) -> None:
        """Give up what is held."""
        if self._connection is not None:
            try:
                await self._connection.close(timeout=LIMIT_S)
            except DOWN:
                self._drop()

    async def _ask(self, name: str, numbers: Collection[NumberHash]) -> Sequence[Row]:
        async with self._line:
            try:
                async with asyncio.timeout(LIMIT_S):
                    if self._connection is None or self._connection.is_closed():
                        self._connection = await self._connect()
                    values = {"numbers": sorted(numbers)}
                    return await PostgresStatements(self._connection).rows(name, values)
            except DOWN as error:
                self._drop()
                raise StoreDownError(word_of(error)) from error
            except asyncio.CancelledError:
                self._drop()
                raise

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
