"""The store as automatic messages see it; beside the rest, for nothing else needs it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sms_gateway.domain.ids import DossierId, NumberHash
from sms_gateway.domain.notices import (
    Batch,
    BatchDone,
    BatchOrder,
    Choice,
    Known,
    Learned,
    Load,
    Mark,
    Postponed,
    Ruled,
    Ruling,
    Step,
)
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import batches, copies, notices
from sms_gateway.store.statements import Ask


class StoreNotices:
    """Implements `ports.Notices`.

    Args:
        writer: the one that writes.
        ask: the one that reads.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def learn(self, learned: Learned) -> None:
        """See `ports.Notices.learn`."""
        await self._writer.run(notices.learn, [learned])

    async def forget(self, reason: str, at: datetime) -> None:
        """See `ports.Notices.forget`."""
        await self._writer.run(notices.forget, [(reason, at)])

    async def rule(self, rulings: Sequence[Ruling]) -> Sequence[Ruled]:
        """See `ports.Notices.rule`."""
        return await self._writer.run(notices.rule, rulings)

    async def postpone(self, waits: Sequence[Postponed]) -> None:
        """See `ports.Notices.postpone`."""
        await self._writer.run(notices.postpone, waits)

    async def end_batch(self, order: BatchOrder) -> BatchDone:
        """See `ports.Notices.end_batch`."""
        return (await self._writer.run(batches.end_batch, [order]))[0]

    async def announced(self, window: str) -> bool:
        """See `ports.Notices.announced`."""
        return await self._ask(lambda db: batches.announced(db, window))

    async def mark(self, name: str) -> Mark | None:
        """See `ports.Notices.mark`."""
        return await self._ask(lambda db: notices.mark(db, name))

    async def due(self, now: datetime, longest: datetime, limit: int) -> Sequence[Step]:
        """See `ports.Notices.due`."""
        return await self._ask(lambda db: notices.due(db, now, longest, limit))

    async def known(self, dossiers: Collection[DossierId]) -> Mapping[DossierId, Known]:
        """See `ports.Notices.known`."""
        return await self._ask(lambda db: notices.known(db, dossiers))

    async def choices(
        self, numbers: Collection[NumberHash]
    ) -> Mapping[NumberHash, Sequence[Choice]]:
        """See `ports.Notices.choices`."""
        return await self._ask(lambda db: notices.choices(db, numbers))

    async def load(self, now: datetime) -> Load:
        """See `ports.Notices.load`."""
        return await self._ask(lambda db: notices.load(db, now))

    async def batches(self) -> Sequence[Batch]:
        """See `ports.Notices.batches`."""
        return await self._ask(batches.batches)

    async def figures(self) -> Mapping[str, int]:
        """See `ports.Notices.figures`."""
        return await self._ask(notices.figures)

    async def held_back(self, now: datetime) -> bool:
        """See `ports.Notices.held_back`."""
        return await self._ask(lambda db: copies.hold_of(db, now)) is not None
