"""What a store offers to whoever tells citizens what could not be told at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sms_gateway.domain.ids import DossierId, MessageId
from sms_gateway.domain.owed import Fate, Follower, Owed, OwedEnd


class OwedAnswers(Protocol):
    """Texts whose true answer is to follow, and who follows a dossier. All raise StoreDownError."""

    async def owed(self, after: MessageId | None, limit: int) -> Sequence[Owed]:
        """Texts that are owed the true state, oldest first, behind one of them."""

    async def end(self, ends: Sequence[OwedEnd]) -> Sequence[Fate | None]:
        """Say what becomes of them, and queue what is sent; one commit.

        Each is `answered` instead of `sent` where the citizen was told since; None where it had
        ended before.
        """

    async def forget(self, before: datetime) -> int:
        """Forget those that ended before a moment; how many."""

    async def followers(self, dossiers: Sequence[DossierId]) -> Sequence[Follower]:
        """Who follows these dossiers without being one of their phones."""
