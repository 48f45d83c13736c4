"""What of the store is purged and held back, beside what the gateway writes for citizens."""

from datetime import datetime

from sms_gateway.domain.retention import (
    LegalHoldOrder,
    LegalHoldResult,
    LiftOrder,
    LiftResult,
    PurgeBatch,
    PurgeCounts,
    PurgedBatch,
    PurgeEnd,
)
from sms_gateway.domain.rights import EraseBatch, ErasedBatch, EraseEnd, EraseRest
from sms_gateway.store.asked import RetentionReading
from sms_gateway.store.committing import scrub
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import holding, purging, rights
from sms_gateway.store.operations.outbox import AuditNote, OutboxWrites
from sms_gateway.store.statements import Ask


class StoreRetention(RetentionReading):
    """What may be asked of it, and what changes it; each call is one commit.

    Args:
        writer: of this process.
        ask: see there.
        outbox: writes the audit.
    """

    def __init__(self, writer: GroupCommit, ask: Ask, outbox: OutboxWrites) -> None:
        super().__init__(ask)
        self._writer = writer
        self._outbox = outbox

    async def purge(self, batch: PurgeBatch) -> PurgedBatch:
        """Purge one batch. Raises StoreDownError."""
        return (await self._writer.run(purging.purge, [batch]))[0]

    async def forgotten(self, count: int) -> None:
        """Count copies of dossiers that were forgotten. Raises StoreDownError."""
        await self._writer.run(purging.forgotten, [count])

    async def end_purge(self, end: PurgeEnd) -> PurgeCounts:
        """Tell the audit what was purged. Raises StoreDownError."""
        return (await self._writer.run(purging.end_purge, [end]))[0]

    async def scrub(self) -> bool:
        """See `Database.scrub`. Raises StoreDownError."""
        return (await self._writer.run(scrub, [None]))[0]

    async def note(self, at: datetime, by: str, act: str, subject: str, detail: str) -> None:
        """Write one audit row. Raises StoreDownError."""
        note = AuditNote(at, by, act, subject, detail)
        await self._writer.run(self._outbox.note_audit, [note])

    async def erase(self, batch: EraseBatch) -> ErasedBatch:
        """Erase one batch of a number's messages. Raises StoreDownError."""
        return (await self._writer.run(rights.erase, [batch]))[0]

    async def end_erase(self, end: EraseEnd) -> EraseRest:
        """Erase what else is kept of a number, audited. Raises StoreDownError."""
        return (await self._writer.run(rights.end_erase, [end]))[0]

    async def hold(self, order: LegalHoldOrder) -> LegalHoldResult:
        """Hold something back, audited. Raises StoreDownError."""
        return (await self._writer.run(holding.hold, [order]))[0]

    async def release(self, order: LiftOrder) -> LiftResult:
        """Let it go, audited. Raises StoreDownError."""
        return (await self._writer.run(holding.release, [order]))[0]
