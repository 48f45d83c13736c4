"""The sign of life of a run, and the locks of what it leads.

Each connection of a run holds its lock, shared. PostgreSQL frees locks when a connection ends, and
it ends a connection whose peer is gone within ten seconds (`postgres.connecting`): that, and no
clock, proves that a run is dead.
"""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from sms_gateway.postgres.connecting import DOWN, PostgresConnection, word_of
from sms_gateway.store.postgres.driver import SQL
from sms_gateway.store.postgres.writing import Connect

BEAT_S = 1.0
"""Between two signs of life, in seconds."""

ANSWER_S = 3.0
"""How long the server may take to answer one; less than it needs to find us dead."""

LEAD_S = 5.0
"""How long a run leads after it sent the last sign of life that was answered, in seconds.

Less than `DEAD_PEER_S` and than the server waits for a run that stands still: no other run leads
before this one has ceased to.
"""

LIMITS = {"statement_timeout": "3000", "idle_session_timeout": "6000"}
"""Of its connection, in milliseconds; the second one frees what a run led that stands still."""

GRACE_S = 5.0
"""A server that was away has forgotten all locks: so long others may take to come back."""

_log = structlog.get_logger("store")


class Life:
    """One run's.

    Args:
        connect: opens a connection, which holds the lock of its run.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: PostgresConnection | None = None
        self._wanted: set[str] = set()
        self._led: set[str] = set()
        self._away = False
        self._back_at = -math.inf
        self._shown_at = -math.inf

    @classmethod
    @asynccontextmanager
    async def begun(cls, connect: Connect) -> AsyncIterator["Life"]:
        """A life that goes on beside the caller and ends with it.

        Raises:
            asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError: it cannot begin.
        """
        life = cls(connect)
        await life.beat()
        beating = asyncio.create_task(life._go_on(), name="store-life")
        try:
            yield life
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating
            await life.end()

    def leads(self, what: str) -> bool:
        """Whether this run leads something now; from the first question on it tries to."""
        self._wanted.add(what)
        return what in self._led and self._connected() and self._since(self._shown_at) < LEAD_S

    def may_judge(self) -> bool:
        """Whether a run without its lock is dead, for all this one can know.

        Not while this run's own sign of life is lost, nor just after: perhaps all of them are.
        """
        return self._connected() and self._since(self._back_at) >= GRACE_S

    def _connected(self) -> bool:
        return self._connection is not None and not self._connection.is_closed()

    @staticmethod
    def _since(moment: float) -> float:
        return asyncio.get_running_loop().time() - moment

    async def beat(self) -> None:
        """Show that this run lives, and take the lead where nobody has it.

        Raises:
            asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError: it could not.
        """
        sent_at = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._beat()
            self._shown_at = sent_at
        except BaseException:
            # At once, and not when the server has noticed too: another node may lead from then on.
            self._led.clear()
            self._away = True
            if self._connection is not None:
                self._connection.terminate()
                self._connection = None
            raise

    async def _beat(self) -> None:
        if self._connection is None:
            self._connection = await self._connect()
            if self._away:
                self._back_at = asyncio.get_running_loop().time()
            self._away = False
        # Where all locks were lost, whoever led may not have noticed yet.
        may_lead = self._since(self._back_at) >= LEAD_S
        waiting = sorted(self._wanted - self._led) if may_lead else []
        if not waiting:
            await self._connection.execute("SELECT 1")
        for what in waiting:
            if await self._connection.fetchval(SQL["lead_lock"].text, f"lead {what}"):
                self._led.add(what)
                _log.info("store.leads", result=what)

    async def _go_on(self) -> None:
        down = False
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                await self.beat()
            except Exception as error:  # noqa: BLE001  # whatever it is, a run without life leads nothing
                if not down:
                    _log.error("store.no_life", error=word_of(error))
                down = True
            else:
                down = False

    async def end(self) -> None:
        """Give up what is held."""
        if self._connection is not None:
            try:
                await self._connection.close(timeout=ANSWER_S)
            except DOWN:
                self._connection.terminate()
