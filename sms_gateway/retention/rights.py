"""Takes away what is kept of one number, because its owner wants it (domain 5).

What goes is what the purge takes, at once instead of after months. What the law wants kept stays
without words and number: that there was a text, when, how it ended, how it was charged. So does
what the number refused, for it is kept by a hash alone, and without it notices would begin again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sms_gateway.commands import checked_note
from sms_gateway.domain.ids import NumberHash
from sms_gateway.domain.masking import masked_numbers
from sms_gateway.domain.rights import (
    ERASE_ACT,
    EXPORT_ACT,
    EraseBatch,
    ErasedBatch,
    EraseEnd,
    EraseRest,
    EraseWalk,
)

BATCH = 100
"""Rows in one commit: whoever answers meanwhile waits for one of them."""


class EraseStore(Protocol):
    """What it needs of the store. Each raises StoreDownError."""

    async def erase(self, batch: EraseBatch) -> ErasedBatch:
        """Erase one batch of a number's messages, in one commit."""

    async def end_erase(self, end: EraseEnd) -> EraseRest:
        """Erase what else is kept of it, and tell the audit."""

    async def scrub(self) -> bool:
        """Take what was deleted off the disk; False where that comes later by itself."""

    async def note(self, at: datetime, by: str, act: str, subject: str, detail: str) -> None:
        """Write one line of the audit."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of it.

    Attributes:
        texts, messages: that lost words and number; messages are those of ours that answer no text.
        held: texts and messages that stay because of a legal hold.
        open: those that were being answered or sent just then, and stay: do it again.
        holds: the holds that keep something.
        rest: what else went.
        scrubbed: nothing is left of it on the disk of an embedded store.
    """

    texts: int
    messages: int
    held: int
    open: int
    holds: Sequence[str]
    rest: EraseRest
    scrubbed: bool


Progress = Callable[[int], Awaitable[None]]


async def _unseen(_looked: int) -> None:
    """Nobody waits for it."""


class CitizenRights:
    """The acts.

    Args:
        store: see there.
        now: clock.
    """

    def __init__(self, store: EraseStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def exporting(self, number: NumberHash, by: str) -> None:
        """Note that somebody is about to be given what is kept of a number.

        Raises:
            StoreDownError: it could not be written down, so that nothing may be given.
        """
        await self._store.note(self._now(), by, EXPORT_ACT, f"number {number}", "")

    async def erase(
        self, numbers: Sequence[NumberHash], reason: str, by: str, progress: Progress = _unseen
    ) -> Erased:
        """Take away what is kept of a number; doing it twice does no harm.

        Args:
            numbers: all hashes of one number, today's the first.
            reason: why, see `checked_note`; may be empty.
            by: who has it done, see `commands.actor`.
            progress: hears how many messages were looked at so far.

        Raises:
            CommandError: the reason is too long.
            StoreDownError: it could not go on; what went is gone, and doing it again goes on.
        """
        # The line outlasts what is erased: no number may stand in it.
        why, subject = masked_numbers(checked_note(reason)), f"number {numbers[0]}"
        await self._store.note(self._now(), by, ERASE_ACT, subject, why)
        steps: dict[EraseWalk, list[ErasedBatch]] = {walk: [] for walk in EraseWalk}
        looked = 0
        for walk, done in steps.items():
            for number in numbers:
                after = ""
                while True:
                    batch = EraseBatch(walk, number, after, BATCH, self._now())
                    step = await self._store.erase(batch)
                    done.append(step)
                    looked += step.erased + step.held + step.open
                    await progress(looked)
                    if not (after := step.upto):
                        break
        return await self._end(numbers, by, steps)

    async def _end(
        self, numbers: Sequence[NumberHash], by: str, steps: dict[EraseWalk, list[ErasedBatch]]
    ) -> Erased:
        every = [step for done in steps.values() for step in done]
        texts = sum(step.erased for step in steps[EraseWalk.TEXTS])
        messages = sum(step.erased for step in steps[EraseWalk.PUSHES])
        held, still = sum(step.held for step in every), sum(step.open for step in every)
        told = f"texts={texts} messages={messages} held={held} open={still}"
        rest = await self._store.end_erase(EraseEnd(tuple(numbers), self._now(), by, told))
        holds = sorted({hold for step in every for hold in step.holds})
        return Erased(texts, messages, held, still, holds, rest, await self._store.scrub())
