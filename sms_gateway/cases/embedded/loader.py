"""Imports: one at a time, each taken up again if its process died."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from sms_gateway.cases.embedded import merge
from sms_gateway.cases.embedded.rows import Row
from sms_gateway.cases.embedded.trouble import CaseFileError, sentence_of
from sms_gateway.sqlite.connection import SqliteConnection

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Called after each step with what is done and what there is to do, in steps of work."""


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
    """Writes imports through the one writing connection of `cases.db`."""

    def __init__(self, connection: SqliteConnection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._one_at_a_time = asyncio.Lock()

    async def resume(self) -> None:
        """Finish the import that a dead process left: completely, or not at all.

        Raises:
            CaseFileError: the file cannot be written.
        """
        async with self._one_at_a_time:
            await self._finish(lambda _run: None)

    async def load(
        self,
        rows: Sequence[Row],
        learned_at: int,
        progress: Progress,
        *,
        replace: bool,
    ) -> ImportReport:
        """Add and update dossiers; see `EmbeddedDirectory.import_rows`."""
        total = len(rows)
        async with self._one_at_a_time:
            await self._finish(lambda _run: None)
            await self._work(
                partial(merge.begin, learned_at=learned_at, total=total, replace=replace)
            )
            run = await self._work(merge.open_run)
            if run is None:
                message = f"{self._path.name}: the import was taken away: import again"
                raise CaseFileError(message)
            for after in range(0, total, merge.STEP):
                part = rows[after : after + merge.STEP]
                await self._work(partial(merge.stage, run=run, rows=part, after=after))
                progress(after + len(part), 2 * total)
            await self._work(partial(merge.seal, run=run))
            last = await self._finish(lambda run: progress(total + run.merged, 2 * total))
        last = last or run
        return ImportReport(last.new, last.changed, last.unchanged, last.removed)

    async def _finish(self, told: Callable[[merge.Run], None]) -> merge.Run | None:
        """Step until nothing is under way; the run as the last step found it."""
        last: merge.Run | None = None
        while run := await self._work(merge.step):
            told(run)
            last = run
        return last

    async def _work(self, function: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await self._connection.work(function)
        except sqlite3.Error as error:
            raise CaseFileError(sentence_of(self._path, error)) from error
