"""Versions of what replies say, beside what the gateway writes for citizens."""

from collections.abc import Sequence

from sms_gateway.domain.wordings import (
    WordingApproval,
    WordingDone,
    WordingEnd,
    WordingVersion,
)
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import wordings
from sms_gateway.store.statements import Ask


class StoreWordings:
    """Implements `wordings.WordingStore`; each change is one commit.

    Args:
        writer: of this process.
        ask: see there.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def versions(self, template: str, limit: int) -> Sequence[WordingVersion]:
        """Those of one reply, the last one first. Raises StoreDownError."""
        return await self._ask(lambda db: wordings.versions(db, template, limit))

    async def version(self, name: str) -> WordingVersion | None:
        """One of them; None where there is none of that id. Raises StoreDownError."""
        return await self._ask(lambda db: wordings.version(db, name))

    async def waiting(self) -> Sequence[WordingVersion]:
        """Those that wait for a decision, the oldest first. Raises StoreDownError."""
        return await self._ask(wordings.waiting)

    async def approved(self) -> Sequence[WordingVersion]:
        """Those that were approved, by reply, in the order in which they hold.

        Raises:
            StoreDownError: it could not be read.
        """
        return await self._ask(wordings.approved)

    async def propose(self, proposed: WordingVersion) -> WordingDone:
        """Write a proposal down, audited. Raises StoreDownError."""
        return (await self._writer.run(wordings.propose, [proposed]))[0]

    async def approve(self, approval: WordingApproval) -> WordingDone:
        """Let a proposal hold, audited. Raises StoreDownError."""
        return (await self._writer.run(wordings.approve, [approval]))[0]

    async def end(self, end: WordingEnd) -> WordingDone:
        """Reject or withdraw one, audited. Raises StoreDownError."""
        return (await self._writer.run(wordings.end_proposals, [end]))[0]
