"""Imports: one at a time, each taken up again if it was cut off, and none in anybody's way."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from sms_gateway.cases.embedded import merge
from sms_gateway.cases.embedded.rows import Row
from sms_gateway.cases.embedded.trouble import CaseFileError, sentence_of
from sms_gateway.ports import Clock
from sms_gateway.sqlite.connection import SqliteConnection

T = TypeVar("T")

_log = structlog.get_logger("cases")

AGAIN_S = 30.0
"""After so many seconds what could not be finished is tried again."""

ATTENTIVE_S = 1.0
"""So long after a look-up the steps of an import rest: where nobody asks it need not be slow."""

LONGEST_REST_S = 0.1
"""A step that took longer, because the disk was slow, is not paid back in full."""

Progress = Callable[[int, int], None]
"""Called after each step with what is done and what there is to do, in steps of work.

The first half is staging, and an import that is cancelled meanwhile has not happened. From the half
on all of it will happen.
"""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        new: dossiers that were not there before.
        changed: dossiers of which something differed.
        unchanged: dossiers that were there just so.
        removed: dossiers that the file lacks, where it replaces everything.
    """

    new: int
    changed: int
    unchanged: int
    removed: int


class Loader:
    """Writes imports through the one writing connection of `cases.db`.

    Attributes:
        unfinished: why an import that was cut off cannot be finished, one line for people; empty
            where none is left or it goes on well.
    """

    def __init__(self, connection: SqliteConnection, path: Path, clock: Clock) -> None:
        self._connection = connection
        self._path = path
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._behind: asyncio.Task[None] | None = None
        self._closed = False
        self._attentive_until = 0.0
        self.unfinished = ""

    async def open(self) -> None:
        """Begin to finish the import that a dead process left: completely, or not at all.

        Raises:
            CaseFileError: the file cannot be read.
        """
        if await self._work(merge.open_run):
            self._finish_behind()

    def asked(self) -> None:
        """Somebody looks something up: let answers have the machine for a while."""
        self._attentive_until = self._clock.monotonic() + ATTENTIVE_S

    async def close(self) -> None:
        """Stop between two steps; what is left is finished at the next opening."""
        self._closed = True
        if self._behind is not None:
            self._behind.cancel()
            await asyncio.wait({self._behind})

    async def load(
        self,
        rows: Sequence[Row],
        learned_at: int,
        progress: Progress,
        *,
        replace: bool,
    ) -> ImportReport:
        """Add and update dossiers; see `EmbeddedDirectory.import_rows`."""
        async with self._one_at_a_time:
            try:
                await self._finish_earlier(lambda: progress(0, 2 * len(rows)))
                await self._stage(rows, learned_at, progress, replace=replace)
                return await self._merge(len(rows), progress)
            except BaseException:
                self._finish_behind()
                raise

    async def _stage(
        self, rows: Sequence[Row], learned_at: int, progress: Progress, *, replace: bool
    ) -> None:
        total = len(rows)
        await self._work(partial(merge.begin, learned_at=learned_at, total=total, replace=replace))
        run = await self._work(merge.open_run)
        if run is None:
            message = f"{self._path.name}: the import was taken away: import again"
            raise CaseFileError(message)
        for after in range(0, total, merge.STEP):
            await self._gently(partial(merge.stage, run=run, rows=rows, after=after))
            progress(min(after + merge.STEP, total), 2 * total)
        # The half was told: whoever cancels now was promised that it will be finished.
        await asyncio.shield(self._work(partial(merge.seal, run=run)))

    async def _merge(self, total: int, progress: Progress) -> ImportReport:
        last: merge.Run | None = None
        while run := await self._gently(merge.step):
            progress(total + run.merged, 2 * total)
            last = run
        if last is None:
            message = f"{self._path.name}: the import was taken away: import again"
            raise CaseFileError(message)
        return ImportReport(last.new, last.changed, last.unchanged, last.removed)

    def _finish_behind(self) -> None:
        """Finish what was cut off while nobody waits for it."""
        if self._behind is None and not self._closed:
            self._behind = asyncio.create_task(self._finish_some_time(), name="finish-import")
            self._behind.add_done_callback(self._behind_done)

    def _behind_done(self, _task: asyncio.Task[None]) -> None:
        self._behind = None

    async def _finish_some_time(self) -> None:
        while True:
            try:
                await self._finish_step_by_step()
            except Exception as error:  # noqa: BLE001  # an import must not keep texts from answers
                self._note_trouble(error)
            else:
                self.unfinished = ""
                return
            await self._clock.sleep(AGAIN_S)

    async def _finish_step_by_step(self) -> None:
        # An import that comes meanwhile need not wait for the end: it finishes the earlier one.
        run: merge.Run | None
        while True:
            async with self._one_at_a_time:
                run = await self._gently(merge.step)
            if run is None:
                return
            _note_end(run)

    async def _finish_earlier(self, told: Callable[[], None]) -> None:
        while run := await self._gently(merge.step):
            told()
            _note_end(run)
        self.unfinished = ""

    def _note_trouble(self, error: Exception) -> None:
        known = isinstance(error, CaseFileError)
        told = str(error) if known else f"{self._path.name}: it failed: look into the log"
        if told != self.unfinished:
            # Once per trouble, not once per try.
            cause = error.__cause__ or error
            _log.error("cases.import_unfinished", error=type(cause).__name__)
        self.unfinished = told

    async def _gently(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """One step, and while somebody asks as long a rest, in which others have the machine."""
        began = self._clock.monotonic()
        result = await self._work(function)
        ended = self._clock.monotonic()
        if began < ended < self._attentive_until:
            await self._clock.sleep(min(ended - began, LONGEST_REST_S))
        return result

    async def _work(self, function: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await self._connection.work(function)
        except sqlite3.Error as error:
            raise CaseFileError(sentence_of(self._path, error)) from error


def _note_end(run: merge.Run) -> None:
    """Tell how an import ended that nobody waits for any more."""
    if run.phase == "done":
        _log.info("cases.import_finished", rows=run.total)
    elif run.phase == "abandoned":
        _log.warning("cases.import_dropped", rows=run.total)
