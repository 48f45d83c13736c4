"""A purge: many small commits with rests between them, counted, and told to the audit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import structlog

from sms_gateway.commands import CommandError
from sms_gateway.domain.audit_chain import Seal
from sms_gateway.domain.retention import (
    PURGE_ACT,
    PurgeBatch,
    PurgeCounts,
    PurgedBatch,
    PurgeEnd,
    Walk,
)
from sms_gateway.domain.uuid7 import made_at
from sms_gateway.ports import CasesDownError, Clock
from sms_gateway.retention.cuts import Cuts
from sms_gateway.retention.dossiers import DossierPurge

BATCH = 50
"""Most texts in one commit; see docs/retention.md for what that takes."""

REST_S = 0.02
"""Shortest rest between two commits, in seconds."""

RESTS = 3
"""A rest is at least so many times as long as the commit before it took, with its wait."""

_log = structlog.get_logger("retention")

Progress = Callable[[int, int], None]
"""What is done and what there is to do, in milliseconds of the time that is purged."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a purge tells and asks on its way.

    Attributes:
        progress: see there.
        goes_on: asked before each commit; where it is False the purge stops, and the next one goes
            on with it.
    """

    progress: Progress = lambda _done, _of: None
    goes_on: Callable[[], bool] = lambda: True


AROUND = Around()
"""Nothing."""


class PurgeStore(Protocol):
    """What a purge needs of the store. Each raises StoreDownError."""

    async def purge(self, batch: PurgeBatch) -> PurgedBatch:
        """Purge one batch, in one commit."""

    async def forgotten(self, count: int) -> None:
        """Count copies of dossiers that went."""

    async def end_purge(self, end: PurgeEnd) -> PurgeCounts:
        """Tell the audit what was purged."""

    async def scrub(self) -> bool:
        """Take what was deleted off the disk; False where that comes later by itself."""

    async def note(self, at: datetime, by: str, act: str, subject: str, detail: str) -> None:
        """Write one line of the audit."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What became of a purge.

    Attributes:
        counts: what went since the audit was told last; of a purge that was cut off as well.
        whole: it came to its end.
        scrubbed: nothing is left of it on the disk of an embedded store.
        seconds: how long it took.
    """

    counts: PurgeCounts
    whole: bool
    scrubbed: bool
    seconds: float


class Purge:
    """Purges, one at a time.

    Args:
        store: see there.
        clock: time.
        dossiers: forgets copies of dossiers; None where they are the office's own.
        seals: sign what is left of lines of the audit; None where the keys cannot be read, as in a
            restored copy: then its lines stay for a later purge.
    """

    def __init__(
        self,
        store: PurgeStore,
        clock: Clock,
        dossiers: DossierPurge | None = None,
        seals: tuple[Seal, ...] | None = (),
    ) -> None:
        self._store = store
        self._dossiers = dossiers
        self._seals = seals
        self._clock = clock
        self._busy = False

    async def run(self, cuts: Cuts, by: str, around: Around = AROUND) -> Purged:
        """Purge all that is older than the cuts, has ended and is not held.

        Cancelled or killed it has done what it has done; the next one goes on with it.

        Args:
            cuts: see there.
            by: who has it done, as the audit names it.
            around: see there.

        Raises:
            CommandError: another one is under way.
            StoreDownError: it could not go on.
        """
        if self._busy:
            message = "a purge is under way: it goes on by itself"
            raise CommandError(message)
        self._busy = True
        try:
            return await self._run(cuts, by, around)
        finally:
            self._busy = False

    async def _run(self, cuts: Cuts, by: str, around: Around) -> Purged:
        subject = f"before {cuts.content.isoformat(timespec='seconds')}"
        began = self._clock.monotonic()
        await self._store.note(self._clock.now(), by, PURGE_ACT, subject, "")
        whole = True
        for walk in Walk:
            if walk is Walk.AUDIT and self._seals is None:
                continue
            whole = whole and await self._walked(walk, cuts.of(walk), around)
        if whole:
            await self._forget(cuts.dossiers, by, around)
        end = PurgeEnd(self._clock.now(), by, subject, whole)
        counts, scrubbed = await self._store.end_purge(end), await self._store.scrub()
        return Purged(counts, whole, scrubbed, self._clock.monotonic() - began)

    async def _forget(self, before: datetime | None, by: str, around: Around) -> None:
        """Forget copies of dossiers; where they cannot be read now, the next night."""
        if self._dossiers is None or before is None:
            return
        subject = f"dossiers that ended before {before.isoformat(timespec='seconds')}"
        await self._store.note(self._clock.now(), by, PURGE_ACT, subject, "")
        try:
            await self._dossiers.run(before, around.goes_on, self._store.forgotten)
        except CasesDownError as error:
            _log.warning("retention.dossiers_down", reason=str(error))

    async def _walked(self, walk: Walk, before: datetime, around: Around) -> bool:
        after, start = "", 0
        while around.goes_on():
            began = self._clock.monotonic()
            batch = PurgeBatch(walk, before, after, BATCH, self._clock.now(), self._seals or ())
            after = (await self._store.purge(batch)).upto
            if not after:
                return True
            here = made_at(after) if walk is Walk.TEXTS else _ms(before)
            start = start or here
            around.progress(here - start, max(_ms(before) - start, 1))
            took = self._clock.monotonic() - began
            await self._clock.sleep(max(REST_S, RESTS * took))
        return False


def log_purged(done: Purged) -> None:
    """Tell the log of the gateway."""
    _log.info(
        "retention.purged",
        count=done.counts.texts,
        rows=sum(_others(done.counts)),
        result=_result(done),
        duration_ms=round(done.seconds * 1000),
    )


def _ms(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() * 1000)


def _others(counts: PurgeCounts) -> tuple[int, ...]:
    steps = counts.notices, counts.subscriptions, counts.surveys, counts.dossiers
    return counts.messages, counts.reports, counts.refused, counts.audit, *steps


def _result(done: Purged) -> str:
    if not done.whole:
        return "cut_off"
    return "done" if done.scrubbed else "not_scrubbed"
