"""Keeps the chain of the audit whole, and writes its end into the journal.

Who can write the database could make the whole chain anew. They cannot take back what the journal
was told, least of all where journald forwards it to another machine.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

import structlog

from sms_gateway.domain.audit_chain import Head
from sms_gateway.domain.audit_trail import AuditReading
from sms_gateway.ports import Clock, StoreDownError

LEADS = "audit"
"""What one node of many leads."""

LOOK_S = 60.0
"""Between two looks for lines that older code wrote beside us, in seconds."""

TELL_S = timedelta(days=1).total_seconds()
"""Between two lines in the journal, in seconds."""

STEP = 500
"""Most lines that one commit takes into the chain."""

REST_S = 0.05
"""Between two such commits, in seconds: answers go first."""

STOP_S = 1.0
"""How long a gateway that stops waits for the end of the chain, in seconds."""

_log = structlog.get_logger("service")


class Chained(Protocol):
    """What is needed of the store."""

    def leads(self, what: str) -> bool:
        """See `ports.Nodes.leads`."""

    async def chain_more(self, limit: int) -> int:
        """Take lines into the chain that are in none; how many. Raises StoreDownError."""

    @property
    def reading(self) -> AuditReading:
        """What may be asked."""


class AuditWatch:
    """Looks now and then, on one node.

    Args:
        store: see there.
        clock: time.
    """

    def __init__(self, store: Chained, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._told_at: float | None = None
        self._told: Head | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            # Where the store is down the sweep tells of it.
            with suppress(StoreDownError):
                await self.look()
            await self._clock.sleep(LOOK_S)

    async def look(self) -> None:
        """Take in what is in no chain yet, and tell the journal where it is time.

        Raises:
            StoreDownError: it could not be done.
        """
        if not self._store.leads(LEADS):
            return
        while await self._store.chain_more(STEP) == STEP:
            await self._clock.sleep(REST_S)
        now = self._clock.monotonic()
        if self._told_at is None or now - self._told_at >= TELL_S:
            self._tell(await self._store.reading.audit_head())
            self._told_at = now

    async def stopped(self) -> None:
        """Tell the journal once more; a store that does not answer at once is not waited for."""
        if not self._store.leads(LEADS):
            return
        with suppress(StoreDownError, TimeoutError):
            async with asyncio.timeout(STOP_S):
                head = await self._store.reading.audit_head()
                if head != self._told:
                    self._tell(head)

    def _tell(self, head: Head) -> None:
        _log.info("audit.head", seq=head.seq, hash=head.hash)
        self._told = head
