"""What look-ups saw is learned behind the answers, and never in their way."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

import structlog

from sms_gateway.cases.copy import Copy
from sms_gateway.cases.embedded.rows import Row
from sms_gateway.cases.embedded.trouble import CaseTablesError

_log = structlog.get_logger("cases")

WAITING = 2_000
"""Dossiers that wait to be learned at most; then the oldest is forgotten, and seen another time."""

BATCH = 100
"""Dossiers of one transaction: short enough for look-ups beside it."""

Counted = Callable[[str, int], None]
"""Takes what became of dossiers, `new`, `changed`, `unchanged` ..., and of how many."""


class Learner:
    """Takes what was seen, and learns it in its own time.

    Args:
        copy: where it goes.
        source: who told it: `sql` or `http`.
        counted: see `Counted`.
    """

    def __init__(self, copy: Copy, source: str, counted: Counted) -> None:
        self._copy = copy
        self._source = source
        self._counted = counted
        self._waiting: dict[str, Row] = {}
        self._came = asyncio.Event()

    def saw(self, rows: Sequence[Row]) -> None:
        """Dossiers as they are now; returns at once. Of two look-ups the later one counts."""
        for row in rows:
            waiting = self._waiting.pop(row.id, row)
            if (waiting.read_at or 0) > (row.read_at or 0):
                self._waiting[row.id] = waiting
                continue
            self._waiting[row.id] = row
        while len(self._waiting) > WAITING:
            del self._waiting[next(iter(self._waiting))]
            self._counted("forgotten", 1)
        if rows:
            self._came.set()

    async def run(self) -> None:
        """Learn for ever."""
        while True:
            await self._came.wait()
            self._came.clear()
            while self._waiting:
                batch = [self._waiting.pop(code) for code in list(self._waiting)[:BATCH]]
                await self._learn(batch)

    async def _learn(self, rows: Sequence[Row]) -> None:
        try:
            learned = await self._copy.learn(rows, self._source)
        except CaseTablesError as error:
            self._counted("forgotten", len(rows))
            _log.warning("cases.not_learned", reason=error.word, count=len(rows))
            return
        except Exception as error:  # noqa: BLE001  # a bug in one dossier must not end the gateway
            self._counted("forgotten", len(rows))
            _log.error("cases.broke", error=type(error).__name__)
            return
        count(learned, self._counted)


def count(learned: Sequence[object], counted: Counted) -> None:
    """Count what became of dossiers, by the names of `Learned`."""
    for name, number in Counter(getattr(one, "name", "").lower() for one in learned).items():
        counted(name, number)
