"""Walks through past texts, a page at a time, and counts what would be understood otherwise."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from sms_gateway.domain.ids import ShortCode
from sms_gateway.enquiry.grammar import Grammar
from sms_gateway.log_question import MessageFilter
from sms_gateway.reading import MoRow
from sms_gateway.replay.judging import Judgement, Understood, judged, recorded, understood

PAGE = 500
"""Texts read at a time: so many are in memory, besides what is kept to be shown."""

Grammars = Mapping[ShortCode, Grammar]
Before = Callable[[MoRow], Understood | None]


class Log(Protocol):
    """Where past texts stand."""

    async def messages(self, wanted: MessageFilter) -> Sequence[MoRow]:
        """MOs, newest first. Raises StoreDownError."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A text that would be understood otherwise.

    Attributes:
        row: of the log; whoever shows it masks the number.
        before, after: what it was understood as, and would be.
        judgement: which of the two is better; never `same`.
    """

    row: MoRow
    before: Understood
    after: Understood
    judgement: Judgement


@dataclass(slots=True)
class Counts:
    """How many texts there were.

    Attributes:
        same, better, worse, other: by `Judgement`.
        passed: that could not be compared: purged, unanswered, or a door's probe.
    """

    same: int = 0
    better: int = 0
    worse: int = 0
    other: int = 0
    passed: int = 0

    @property
    def read(self) -> int:
        """All of them."""
        return self.same + self.better + self.worse + self.other + self.passed

    def add(self, judgement: Judgement) -> None:
        """One more."""
        setattr(self, judgement, getattr(self, judgement) + 1)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared.

    Attributes:
        before: what a text was understood as; None where that cannot be said.
        after: by which grammars it is read now.
        counts: filled while it goes on.
    """

    before: Before
    after: Grammars
    counts: Counts = field(default_factory=Counts)


def by_the_log(after: Grammars) -> Comparison:
    """What was understood when the texts came, beside what is understood by these grammars."""
    return Comparison(recorded, after)


def by_grammars(before: Grammars, after: Grammars) -> Comparison:
    """What is understood by one set of grammars, beside what is by another."""

    def read(row: MoRow) -> Understood | None:
        # What was no text of a citizen's then is none now; what was purged has no words.
        return understood(row.text, before[row.short_code]) if recorded(row) else None

    return Comparison(read, after)


def compared(rows: Sequence[MoRow], comparison: Comparison) -> Sequence[Changed]:
    """Those of the rows that would be understood otherwise; all of them are counted."""
    return [changed for row in rows for changed in _compared(row, comparison)]


def _compared(row: MoRow, comparison: Comparison) -> Sequence[Changed]:
    counts = comparison.counts
    before = comparison.before(row)
    if before is None:
        counts.passed += 1
        return ()
    after = understood(row.text, comparison.after[row.short_code])
    judgement = judged(before, after)
    counts.add(judgement)
    return () if judgement is Judgement.SAME else (Changed(row, before, after, judgement),)


async def replayed(
    log: Log, since: datetime | None, until: datetime | None, comparison: Comparison
) -> AsyncIterator[Sequence[Changed]]:
    """What would be understood otherwise, page by page, newest first; also empty pages.

    Reading a text takes the processor: each page is compared in a thread, so that whoever answers
    citizens in this process goes on.

    Args:
        log: see there.
        since: texts that came at or after this; None for all.
        until: and before this; None for all.
        comparison: what is compared; its counts are filled.

    Raises:
        StoreDownError: the log could not be read.
    """
    wanted = MessageFilter(since=since, until=until, limit=PAGE)
    while page := await log.messages(wanted):
        yield await asyncio.to_thread(compared, page, comparison)
        wanted = replace(wanted, before=page[-1].id)
