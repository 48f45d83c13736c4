"""Questions that people saved, and the words that they search by."""

from collections.abc import Sequence
from datetime import datetime

from sms_gateway.domain.views import SavedView, ViewBack, ViewSaved
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import views, words
from sms_gateway.store.statements import Ask


class StoreViews:
    """Saved views; each change is one commit.

    Args:
        writer: of this process.
        ask: see there.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def of(self, owner: str) -> Sequence[SavedView]:
        """What a person saved, by name. Raises StoreDownError."""
        return await self._ask(lambda db: views.views_of(db, owner))

    async def save(self, view: SavedView) -> ViewSaved:
        """Save one. Raises StoreDownError."""
        return (await self._writer.run(views.save_views, [view]))[0]

    async def delete(self, view: ViewBack) -> bool:
        """Take one away; whether it was there, and its owner's. Raises StoreDownError."""
        return (await self._writer.run(views.delete_views, [view]))[0]


class StoreWords:
    """Which words occur in which text; each batch is one commit.

    Args:
        writer: of this process.
    """

    def __init__(self, writer: GroupCommit) -> None:
        self._writer = writer

    async def fill(self, before: datetime, limit: int) -> int:
        """Write down the words of the next texts, of those that came before a moment.

        Returns:
            how many texts there were.

        Raises:
            StoreDownError: see there.
        """
        return (await self._writer.run(words.fill_words, [words.WordsBatch(before, limit)]))[0]
