"""The store as it is seen by whoever owes citizens an answer."""

from collections.abc import Sequence
from datetime import datetime

from sms_gateway.domain.ids import DossierId, MessageId
from sms_gateway.domain.owed import Fate, Follower, Owed, OwedEnd
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import following
from sms_gateway.store.statements import Ask


class StoreOwed:
    """Implements `ports.OwedAnswers`.

    Args:
        writer: the one that writes.
        ask: the one that reads.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def owed(self, after: MessageId | None, limit: int) -> Sequence[Owed]:
        """See `ports.OwedAnswers.owed`."""
        return await self._ask(lambda db: following.owed(db, after, limit))

    async def end(self, ends: Sequence[OwedEnd]) -> Sequence[Fate | None]:
        """See `ports.OwedAnswers.end`."""
        return await self._writer.run(following.end_owed, ends)

    async def forget(self, before: datetime) -> int:
        """See `ports.OwedAnswers.forget`."""
        return (await self._writer.run(following.forget_owed, [before]))[0]

    async def followers(self, dossiers: Sequence[DossierId]) -> Sequence[Follower]:
        """See `ports.OwedAnswers.followers`."""
        return await self._ask(lambda db: following.followers(db, dossiers))
