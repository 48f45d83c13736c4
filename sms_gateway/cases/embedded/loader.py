"""Imports: one at a time, each taken up again if it was cut off, and none in anybody's way."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import structlog

from sms_gateway.cases.embedded import merge
from sms_gateway.cases.embedded.rows import Row
from sms_gateway.cases.embedded.tables import Act, Tables, Writer
from sms_gateway.cases.embedded.trouble import CaseTablesError, trouble
from sms_gateway.ports import Clock

T = TypeVar("T")

_log = structlog.get_logger("cases")

AGAIN_S = 30.0
"""After so many seconds what could not be finished, or was left by another node, is tried again."""

ATTENTIVE_S = 1.0
"""So long after a look-up the steps of an import rest: where nobody asks it need not be slow."""

LONGEST_REST_S = 0.1
"""A step that took longer, because the disk was slow, is not paid back in full."""

ImportProgress = Callable[[int, int], None]
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
    """Writes imports into the tables.

    Attributes:
        unfinished: why an import that was cut off cannot be finished, one line for people; empty
            where none is left or it goes on well.
    """

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock
        self._behind: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._closed = False
        self._attentive_until = 0.0
        self.unfinished = ""

    async def open(self) -> None:
        """Begin to finish the import that a dead process left: completely, or not at all.

        Raises:
            CaseTablesError: the tables cannot be used, and will not be by waiting.
        """
        if self._tables.shared:
            self._watching = asyncio.create_task(self._watch(), name="watch-imports")
        try:
            left = await self._left()
        except CaseTablesError as error:
            if not (self._tables.shared and error.passes):
                raise
        else:
            if left:
                self._finish_behind()

    async def _left(self) -> merge.Run | None:
        if self._tables.shared:
            return await self._tables.look(merge.open_run)
        # By the writer, as long as it takes: a slow disk must not keep the gateway from starting.
        async with self._tables.writing() as writer:
            return await writer.work(merge.open_run)

    def asked(self) -> None:
        """Somebody looks something up: let answers have the machine for a while."""
        self._attentive_until = self._clock.monotonic() + ATTENTIVE_S

    async def close(self) -> None:
        """Stop between two steps; what is left is finished at the next opening."""
        self._closed = True
        for task in (self._watching, self._behind):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})

    async def load(
        self,
        rows: Sequence[Row],
        learned_at: int,
        progress: ImportProgress,
        *,
        replace: bool,
    ) -> ImportReport:
        """Add and update dossiers; see `EmbeddedDirectory.import_rows`."""

        def waiting() -> None:
            progress(0, 2 * len(rows))

        async with self._tables.writing() as writer, writer.turn(waiting):
            try:
                await self._finish_earlier(writer, waiting)
                await self._stage(writer, rows, learned_at, progress, replace=replace)
                return await self._merge(writer, len(rows), progress)
            except BaseException:
                self._finish_behind()
                raise

    async def shortly(self, act: Act[T]) -> T:
        """Do something short between the steps of an import.

        Raises:
            CaseTablesError: the dossiers cannot be written.
        """
        if self._closed:
            raise trouble(self._tables.where, "closed")
        async with self._tables.shortly() as writer:
            return await writer.work(act)

    async def _stage(
        self,
        writer: Writer,
        rows: Sequence[Row],
        learned_at: int,
        progress: ImportProgress,
        *,
        replace: bool,
    ) -> None:
        total, step = len(rows), self._tables.step
        begin = partial(merge.begin, learned_at=learned_at, total=total, replace=replace)
        run = await writer.work(begin)
        if run is None:
            raise trouble(self._tables.where, "taken")
        words: set[str] = set()
        for after in range(0, total, step):
            # Here rather than where the tables are: unpacking rows takes time of a thread.
            part = await asyncio.to_thread(merge.columns_of, rows, after, step, learned_at)
            await self._gently(writer, partial(merge.stage, staged=part.columns))
            words.update(part.unknown_states)
            progress(min(after + step, total), 2 * total)
        # The half was told: whoever cancels now was promised that it will be finished.
        await _to_its_end(writer.work(partial(merge.seal, run=run, words=words)))

    async def _merge(self, writer: Writer, total: int, progress: ImportProgress) -> ImportReport:
        last: merge.Run | None = None
        while run := await self._step(writer):
            progress(total + run.merged, 2 * total)
            last = run
        if last is None:
            raise trouble(self._tables.where, "taken")
        return ImportReport(last.new, last.changed, last.unchanged, last.removed)

    def _finish_behind(self) -> None:
        """Finish what was cut off while nobody waits for it."""
        if self._behind is None and not self._closed:
            self._behind = asyncio.create_task(self._finish_some_time(), name="finish-import")
            self._behind.add_done_callback(self._behind_done)

    def _behind_done(self, _task: asyncio.Task[None]) -> None:
        self._behind = None

    async def _watch(self) -> None:
        """Look now and then whether another process left an import, and begin to finish it."""
        while True:
            await self._clock.sleep(AGAIN_S)
            # Where the tables cannot be read, look-ups tell it.
            with contextlib.suppress(CaseTablesError):
                if await self._tables.look(merge.open_run):
                    self._finish_behind()

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
        async with self._tables.writing() as writer:
            run: merge.Run | None
            while True:
                async with writer.turn(_nobody_waits):
                    run = await self._step(writer)
                if run is None:
                    return
                _note_end(run)

    async def _finish_earlier(self, writer: Writer, told: Callable[[], None]) -> None:
        while run := await self._step(writer):
            told()
            _note_end(run)
        self.unfinished = ""

    def _note_trouble(self, error: Exception) -> None:
        known = (
            error if isinstance(error, CaseTablesError) else trouble(self._tables.where, "failed")
        )
        if str(known) != self.unfinished:
            # Once per trouble, not once per try.
            cause = error.__cause__ or error
            _log.error("cases.import_unfinished", error=type(cause).__name__)
        self.unfinished = str(known)

    async def _step(self, writer: Writer) -> merge.Run | None:
        return await self._gently(writer, partial(merge.step, size=self._tables.step))

    async def _gently(self, writer: Writer, act: Act[T]) -> T:
        """One step, and while somebody asks as long a rest, in which others have the machine."""
        began = self._clock.monotonic()
        result = await writer.work(act)
        ended = self._clock.monotonic()
        if began < ended < self._attentive_until:
            await self._clock.sleep(min(ended - began, LONGEST_REST_S))
        return result


def _nobody_waits() -> None:
    """Nobody is told that others have their turn."""


async def _to_its_end(coroutine: Coroutine[Any, Any, None]) -> None:
    """Do something whole; whoever cancels meanwhile waits for it."""
    task = asyncio.ensure_future(coroutine)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            # Told to nobody: who cancels hears of it by what is finished, or is not.
            task.exception()
        raise


def _note_end(run: merge.Run) -> None:
    """Tell how an import ended that nobody waits for any more."""
    if run.phase == "done":
        _log.info("cases.import_finished", rows=run.total)
    elif run.phase == "abandoned":
        _log.warning("cases.import_dropped", rows=run.total)
