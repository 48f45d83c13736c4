"""Settlements on their way into the store, many in one commit, none lost while it is down."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.records import Settlement
from sms_gateway.ports import Clock, Outbox, StoreDownError, StoreLostError

_log = structlog.get_logger("dispatch")

_AGAIN_SECONDS = 1.0


class Settler:
    """Writes settlements as they come; nobody waits for it.

    Args:
        outbox: the store.
        clock: time.
    """

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock
        self._settlements: list[Settlement] = []
        self._fetched: list[MessageId] = []
        self._late: list[Settlement] = []
        self._task: asyncio.Task[None] | None = None
        self._lost = False
        self.written: Callable[[int], None] = lambda _count: None

    @property
    def idle(self) -> bool:
        """Everything is written."""
        return self._task is None

    def settle(self, settlement: Settlement) -> None:
        """Write it with the next commit."""
        self._settlements.append(settlement)
        self._start()

    def fetched(self, mt_id: MessageId) -> None:
        """A repeated delivery fetched this reply in its response."""
        self._fetched.append(mt_id)
        self._start()

    def late(self, settlement: Settlement) -> None:
        """The telco took what was settled as uncertain before."""
        self._late.append(settlement)
        self._start()

    async def drained(self) -> None:
        """Wait until everything is written."""
        while self._task is not None:
            await asyncio.wait([self._task])

    def _start(self) -> None:
        if self._task is None and not self._lost:
            self._task = asyncio.create_task(self._write(), name="settle")

    async def _write(self) -> None:
        down = False
        try:
            while self._settlements or self._fetched or self._late:
                settlements, self._settlements = self._settlements, []
                fetched, self._fetched = self._fetched, []
                late, self._late = self._late, []
                try:
                    if settlements:
                        await self._outbox.settle(settlements)
                    if fetched:
                        await self._outbox.fetched(fetched, self._now())
                    if late:
                        await self._outbox.settle_late(late)
                except StoreLostError as error:
                    # Waiting for it would only keep the process from its end, and a supervisor
                    # from starting the next one, to which all of these are uncertain.
                    self._lost = True
                    _log.error("settle.store_down", error=str(error), count=len(settlements))
                    return
                except StoreDownError as error:
                    # An MT that stays unsettled is uncertain after a restart, never sent twice.
                    self._settlements = settlements + self._settlements
                    self._fetched = fetched + self._fetched
                    self._late = late + self._late
                    if not down:
                        _log.error("settle.store_down", error=str(error), count=len(settlements))
                    down = True
                    await self._clock.sleep(_AGAIN_SECONDS)
                else:
                    down = False
                    self.written(len(settlements) + len(fetched))
        finally:
            self._task = None

    def _now(self) -> datetime:
        return self._clock.now()
