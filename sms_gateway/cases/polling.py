"""What changed in somebody else's case database, asked again and again, by one node of several."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from sms_gateway.cases.copy import Copy
from sms_gateway.cases.embedded.rows import Record, Rules
from sms_gateway.cases.embedded.trouble import CaseTablesError
from sms_gateway.cases.faulty import Faults
from sms_gateway.cases.learning import Counted, count
from sms_gateway.cases.reading import Read, read_records
from sms_gateway.cases.remote import Away, Remote, Told
from sms_gateway.cases.width import Width
from sms_gateway.domain.untold import OF_ONE
from sms_gateway.ports import Clock

_log = structlog.get_logger("cases")

AT_ONCE = 50
"""Records that are read without a thread, some milliseconds; look-ups wait meanwhile.

An API that cuts no pages may tell of 5,000 at once.
"""

LIMIT_S = 60.0
"""After so long a question is given up, whatever the remote says of its own limits."""


@dataclass(frozen=True, slots=True)
class Around:
    """What it needs besides the two.

    Attributes:
        rules: of records.
        source: who tells it: `sql` or `http`.
        cursor: the name under which it is kept how far they were read.
        seconds: between two rounds.
        clock: time.
        leads: whether this node is the one that asks.
        counted: takes what became of dossiers, and of how many.
        done: called when a round has come to its end; not where another node has taken over.
    """

    rules: Rules
    source: str
    cursor: str
    seconds: float
    clock: Clock
    leads: Callable[[], bool]
    counted: Counted
    done: Callable[[], None]


class CasePoll:
    """Reads changes and learns them.

    Attributes:
        failing: one word for why changes cannot be read or learned now; empty while they can.
    """

    def __init__(self, remote: Remote, copy: Copy, around: Around) -> None:
        self._remote = remote
        self._copy = copy
        self._around = around
        self._faults = Faults(
            remote, copy, around.rules, around.source, around.cursor, around.clock,
            around.counted, around.leads,
        )  # fmt: skip
        self._width = Width()
        self.failing = ""

    async def run(self) -> None:
        """Ask for ever, as long as this node leads."""
        while True:
            if self._around.leads():
                await self.round()
            else:
                self.failing = ""
            await self._around.clock.sleep(self._around.seconds)

    async def round(self) -> None:
        """All that has changed until now."""
        try:
            trouble = await self._pages()
        except CaseTablesError as error:
            trouble = Away(error.word, str(error))
        except Exception as error:  # noqa: BLE001  # a bug in one answer must not end the gateway
            trouble = Away("broke", "reading changes failed by a fault of ours")
            if self.failing != trouble.reason:
                _log.error("cases.broke", error=type(error).__name__)
        if trouble is None and self._around.leads():
            self._around.done()
            if self.failing:
                _log.info("cases.changes_working")
        elif trouble is not None and not self.failing:
            _log.warning("cases.changes_failing", reason=trouble.reason)
        self.failing = "" if trouble is None else trouble.reason

    async def _pages(self) -> Away | None:
        cursor = await self._copy.cursor(self._around.cursor)
        while True:
            told = await self._asked(cursor)
            if not self._around.leads():
                return None
            if isinstance(told, Away):
                if self._width.failed(told.reason, cursor):
                    continue
                if told.reason in OF_ONE:
                    # It may be one of the changes only: numbers can be asked for all the same.
                    await self._faults.again()
                return told
            self._width.told()
            await self._learn(told, cursor)
            cursor = told.cursor
            if not told.more:
                break
        await self._faults.again()
        return None

    async def _asked(self, cursor: str) -> Told | Away:
        try:
            async with asyncio.timeout(LIMIT_S):
                return await self._remote.changed(cursor, self._width.rows)
        except TimeoutError:
            return Away("slow", "the case database took too long")

    async def _read(self, records: Sequence[Record]) -> Read:
        if len(records) <= AT_ONCE:
            return read_records(records, self._around.rules)
        return await asyncio.to_thread(read_records, records, self._around.rules)

    async def _learn(self, told: Told, cursor: str) -> None:
        read = await self._read(told.records)
        if read.unreadable:
            # What stands in the way of none of the others must not hold up the cursor.
            fields = ", ".join(sorted(read.fields))
            self._around.counted("unreadable", read.unreadable)
            door = self._around.source
            _log.warning("cases.unreadable", door=door, count=read.unreadable, reason=fields)
            await self._faults.met(read)
        if read.rows or told.cursor != cursor:
            reached = (self._around.cursor, told.cursor)
            learned = await self._copy.learn(read.rows, self._around.source, reached)
            count(learned, self._around.counted)
