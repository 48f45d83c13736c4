"""What a store offers to automatic messages."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

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


class Notices(Protocol):
    """Steps of dossiers, and what was decided of them. All raise StoreDownError."""

    async def learn(self, learned: Learned) -> None:
        """Write steps down, each once for ever, and how far the feed was read: one commit."""

    async def forget(self, reason: str, at: datetime) -> None:
        """Begin at the present: forget the marks; what is not decided is told to nobody."""

    async def rule(self, rulings: Sequence[Ruling]) -> Sequence[Ruled]:
        """Write decisions with their texts in one commit.

        Not written, and nothing queued, where a restored copy is held, or the steps are decided
        already. What its recipient does not want any more is not queued.
        """

    async def postpone(self, waits: Sequence[Postponed]) -> None:
        """Let steps wait."""

    async def end_batch(self, order: BatchOrder) -> BatchDone:
        """Let some of what is held together go, or end it; audited in the first commit.

        The announcement of a planned outage that goes is noted at its window.
        """

    async def announced(self, window: str) -> bool:
        """Whether texts that announce a planned outage were let go."""

    async def mark(self, name: str) -> Mark | None:
        """How far something was read; None where that has not begun."""

    async def due(self, now: datetime, longest: datetime, limit: int) -> Sequence[Step]:
        """The steps of at most so many dossiers of which something is to be decided.

        Args:
            now: whose newest step is due by now;
            longest: or whose oldest one was due by then.
            limit: the most dossiers.
        """

    async def known(self, dossiers: Collection[DossierId]) -> Mapping[DossierId, Known]:
        """What was decided of dossiers before; others are absent."""

    async def choices(
        self, numbers: Collection[NumberHash]
    ) -> Mapping[NumberHash, Sequence[Choice]]:
        """What numbers chose about automatic messages; others are absent."""

    async def load(self, now: datetime) -> Load:
        """How much there is to tell."""

    async def batches(self) -> Sequence[Batch]:
        """What is held together, the oldest first."""

    async def figures(self) -> Mapping[str, int]:
        """How many steps wait to be decided (`standing`), and how many texts are held, by why."""

    async def held_back(self, now: datetime) -> bool:
        """Whether a restored copy holds automatic messages back."""
