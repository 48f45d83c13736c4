"""What staff see and decide of one number, and the messages that wait for them."""

from collections.abc import Sequence
from datetime import datetime

from sms_gateway.domain.citizens import NumberFacts, NumberOrder
from sms_gateway.domain.ids import DossierId, MessageId, NumberHash
from sms_gateway.reading import MtRow
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import citizens
from sms_gateway.store.statements import Ask


class StoreNumbers:
    """Numbers and what went to them; each decision is one commit.

    Args:
        writer: of this process.
        ask: see there.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def decide(self, order: NumberOrder) -> None:
        """Write a decision down, audited. Raises StoreDownError."""
        await self._writer.run(citizens.decide_numbers, [order])

    async def facts(self, numbers: Sequence[NumberHash], since: datetime) -> NumberFacts:
        """What is known of one number by its hashes. Raises StoreDownError."""
        return await self._ask(lambda db: citizens.number_facts(db, numbers, since))

    async def replies(self, texts: Sequence[MessageId]) -> Sequence[tuple[MessageId, MtRow]]:
        """What answers these texts. Raises StoreDownError."""
        return await self._ask(lambda db: citizens.replies_to(db, texts))

    async def pushes(
        self,
        numbers: Sequence[NumberHash],
        span: tuple[str, str],
        limit: int,
        agencies: Sequence[str] | None,
    ) -> Sequence[MtRow]:
        """What went to a number by itself, from one id up to another. Raises StoreDownError.

        Args:
            numbers: its hashes.
            span: the oldest id that is wanted, and the first that is not; empty for none.
            limit: at most so many, newest first.
            agencies: only those of these; None for all.
        """
        return await self._ask(
            lambda db: citizens.pushes_between(db, numbers, span, limit, agencies)
        )

    async def waiting(
        self,
        which: str,
        since: datetime,
        page: tuple[str, int],
        agencies: Sequence[str] | None,
    ) -> Sequence[MtRow]:
        """MTs that wait for a person, newest first. Raises StoreDownError.

        Args:
            which: `uncertain`, `held` (automatic ones), or `failed`: that never arrived.
            since: of those that failed: made since then.
            page: older than this id, or empty; and at most so many.
            agencies: only those of these; None for all.
        """
        return await self._ask(lambda db: citizens.waiting_mts(db, which, since, page, agencies))

    async def dossier_of(self, mt_id: MessageId) -> DossierId | None:
        """The dossier that an MT tells of, or None. Raises StoreDownError."""
        return await self._ask(lambda db: citizens.dossier_of(db, mt_id))

    async def about(
        self, dossier: DossierId, limit: int, agencies: Sequence[str] | None
    ) -> Sequence[MtRow]:
        """Automatic messages about a dossier, newest first. Raises StoreDownError."""
        return await self._ask(lambda db: citizens.mts_about(db, dossier, limit, agencies))
