"""The embedded case directory: dossiers that were imported, found by either of their numbers."""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from sms_gateway.cases.embedded import lookup, merge
from sms_gateway.cases.embedded.loader import ImportReport, Loader, Progress
from sms_gateway.cases.embedded.lookup import CaseDetails
from sms_gateway.cases.embedded.reader import Reader, ReaderClosedError
from sms_gateway.cases.embedded.rows import Row
from sms_gateway.cases.embedded.trouble import CaseFileError, reason_of, sentence_of
from sms_gateway.domain.dossier import CaseLookup, NotFound, Unavailable, canonical_key
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.ports import Clock
from sms_gateway.sql.migrations import SchemaError, load_migrations
from sms_gateway.sqlite.connection import SqliteConnection, open_writer
from sms_gateway.sqlite.migrate import migrate

T = TypeVar("T")

TIME_LIMIT = 1.0
"""Seconds after which a lookup is given up."""

_NOT_FOUND = NotFound()
_MIGRATIONS = tuple(load_migrations("sms_gateway.cases.embedded.migrations"))

# Besides SQLite's own complaints: what damaged content does to the values made of it.
_TROUBLE = (sqlite3.Error, SchemaError, TimeoutError, msgspec.MsgspecError, ValueError, OSError)


class EmbeddedDirectory:
    """The dossiers of one `cases.db`."""

    def __init__(self, path: Path, clock: Clock, reader: Reader, loader: Loader | None) -> None:
        self._path = path
        self._clock = clock
        self._reader = reader
        self._loader = loader

    async def find_many(self, keys: Sequence[CanonicalKey]) -> Mapping[CanonicalKey, CaseLookup]:
        """What each key leads to; every key asked for is in the answer. Never raises.

        One hop and one statement for all keys. Where the file is missing, locked, damaged, of
        another version or too slow, each key is `Unavailable` with one word for why.
        """
        wanted = json.dumps(list(dict.fromkeys(keys)))
        if self._loader:
            self._loader.asked()
        try:
            found = await self._reader.work(partial(lookup.find, wanted=wanted))
        except ReaderClosedError:
            return dict.fromkeys(keys, Unavailable("closed"))
        except _TROUBLE as error:
            return dict.fromkeys(keys, Unavailable(reason_of(error)))
        return {key: found.get(key, _NOT_FOUND) for key in keys}

    async def show(self, code: str) -> Sequence[CaseDetails]:
        """The dossiers that a code leads to, in any spelling, with their history; at most 100.

        Raises:
            CaseFileError: the file cannot be read; one line for people.
        """
        return await self._look(partial(lookup.details, key=canonical_key(code)))

    async def count(self) -> int:
        """How many dossiers there are.

        Raises:
            CaseFileError: the file cannot be read; one line for people.
        """
        return await self._look(lookup.count)

    async def import_rows(
        self, rows: Sequence[Row], *, replace: bool = False, progress: Progress | None = None
    ) -> ImportReport:
        """Add the dossiers that are not there, update those that differ, leave all others.

        The rows are staged where no lookup sees them, then merged in small steps, with rests
        between while somebody asks; each dossier changes in one transaction with its numbers,
        phones and state, and a lookup meets it before or after. Cancelled or killed before all are
        staged, nothing has happened; later, the rest happens behind the scenes, after a death from
        the next opening on. The same rows again change nothing.

        Args:
            rows: of one file, as `read_file` gave them; no dossier twice.
            replace: also remove the dossiers that the file lacks, with their history.
            progress: called after each step.

        Raises:
            CaseFileError: the file cannot be written, or was opened for reading only, or no row
                is to replace everything.
        """
        if self._loader is None:
            message = f"{self._path.name}: opened for reading only; import through the service"
            raise CaseFileError(message)
        if replace and not rows:
            message = f"{self._path.name}: nothing replaces everything: give at least one dossier"
            raise CaseFileError(message)
        learned_at = round(self._clock.now().timestamp() * 1000)
        told = progress or (lambda _done, _total: None)
        return await self._loader.load(rows, learned_at, told, replace=replace)

    @property
    def unfinished(self) -> str:
        """Why an import that was cut off cannot be finished, one line for people; else empty."""
        return self._loader.unfinished if self._loader else ""

    async def _look(self, function: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await self._reader.work(function)
        except ReaderClosedError as error:
            message = f"{self._path.name}: it is closed already"
            raise CaseFileError(message) from error
        except _TROUBLE as error:
            raise CaseFileError(sentence_of(self._path, error)) from error


@contextlib.asynccontextmanager
async def open_embedded(
    path: Path, clock: Clock, *, writable: bool = True, time_limit: float = TIME_LIMIT
) -> AsyncIterator[EmbeddedDirectory]:
    """Open `cases.db` for the length of a block.

    Args:
        path: the file; made where it is missing, if writable.
        clock: time.
        writable: this process owns the data folder: bring the schema up to date and, while the
            block goes on, finish an import that a dead process left. Otherwise the file is only
            read, beside the service if need be, and may even be missing: then nothing can be found.
        time_limit: seconds after which a lookup is given up.

    Raises:
        CaseFileError: the file cannot be written; one line for people.
    """
    async with contextlib.AsyncExitStack() as stack:
        loader: Loader | None = None
        if writable:
            writer = await _open_writer(path, clock)
            stack.push_async_callback(writer.close)
            loader = Loader(writer, path, clock)
            stack.push_async_callback(loader.close)
            await loader.open()
        reader = Reader(path, _MIGRATIONS, time_limit)
        stack.push_async_callback(reader.close)
        yield EmbeddedDirectory(path, clock, reader, loader)


async def _open_writer(path: Path, clock: Clock) -> SqliteConnection:
    def bring_up_to_date(connection: sqlite3.Connection) -> None:
        migrate(connection, _MIGRATIONS, round(clock.now().timestamp() * 1000))
        merge.prepare(connection)

    def try_it() -> None:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA schema_version").fetchall()

    try:
        # Tried first without a thread of its own, which a failure would leave behind.
        await asyncio.to_thread(try_it)
        writer = await open_writer(path)
        try:
            await writer.work(bring_up_to_date)
        except BaseException:
            await writer.close()
            raise
    except (sqlite3.Error, SchemaError, TimeoutError) as error:
        raise CaseFileError(sentence_of(path, error)) from error
    return writer
