"""The last copies of dossiers that ended long ago in somebody else's case database."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sms_gateway.domain.ids import CanonicalKey, DossierId
from sms_gateway.domain.retention import EndedCase
from sms_gateway.ports import Clock

REST_S = 0.02
"""Between two pages of dossiers, in seconds: look-ups go first."""


class Copies(Protocol):
    """The copies. All raise `CasesDownError`."""

    async def ended(self, before: datetime, after: int) -> Sequence[EndedCase]:
        """Some dossiers behind a place, in order, each with whether it ended before a moment."""

    async def forget(self, ids: Sequence[DossierId], before: datetime) -> int:
        """Forget those of them that ended before a moment, with their history; how many."""


class Needs(Protocol):
    """Knows which dossiers are still needed. All raise `StoreDownError`."""

    async def needed(
        self, ids: Sequence[DossierId], keys: Sequence[CanonicalKey]
    ) -> tuple[Collection[DossierId], Collection[CanonicalKey]]:
        """Which of these dossiers, and which of these numbers."""


@dataclass(frozen=True, slots=True)
class DossierPurge:
    """Forgets them.

    Attributes:
        copies, needs: see there.
        clock: time.
    """

    copies: Copies
    needs: Needs
    clock: Clock

    async def run(
        self,
        before: datetime,
        goes_on: Callable[[], bool],
        forgotten: Callable[[int], Awaitable[None]],
    ) -> None:
        """Forget those that ended before a moment and that nobody needs.

        Args:
            before: the moment.
            goes_on: asked before each page; where it is False the next purge goes on.
            forgotten: told how many, after each page.

        Raises:
            CasesDownError, StoreDownError: it could not go on.
        """
        async for ids in self._pages(before, goes_on):
            if number := await self.copies.forget(ids, before):
                await forgotten(number)

    async def count(self, before: datetime) -> int:
        """How many would be forgotten. Raises as `run`."""
        return sum([len(ids) async for ids in self._pages(before, lambda: True)])

    async def _pages(
        self, before: datetime, goes_on: Callable[[], bool]
    ) -> AsyncIterator[Sequence[DossierId]]:
        after = 0
        while goes_on() and (page := await self.copies.ended(before, after)):
            after = page[-1].place
            if ids := await self._unneeded([one for one in page if one.ripe]):
                yield ids
            await self.clock.sleep(REST_S)

    async def _unneeded(self, ripe: Sequence[EndedCase]) -> Sequence[DossierId]:
        if not ripe:
            return []
        keys = [key for one in ripe for key in one.keys]
        ids, numbers = await self.needs.needed([one.id for one in ripe], keys)
        return [one.id for one in ripe if one.id not in ids and not set(numbers) & set(one.keys)]
