"""The embedded case directory: dossiers that were imported, found by either of their numbers."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import TypeVar

import msgspec

from sms_gateway.cases.embedded import lookup
from sms_gateway.cases.embedded.dialects import dialect_of
from sms_gateway.cases.embedded.loader import ImportReport, Loader, Progress
from sms_gateway.cases.embedded.lookup import CaseDetails
from sms_gateway.cases.embedded.rows import Row
from sms_gateway.cases.embedded.tables import Act, Location, Tables
from sms_gateway.cases.embedded.trouble import CaseTablesError, trouble
from sms_gateway.domain.dossier import CaseLookup, NotFound, Unavailable, canonical_key
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.ports import Clock

T = TypeVar("T")

TIME_LIMIT = 1.0
"""Seconds after which a lookup is given up."""

_NOT_FOUND = NotFound()

# What content that no import writes does to the values made of it.
_BROKEN = (msgspec.MsgspecError, ValueError)


class EmbeddedDirectory:
    """The dossiers of one database."""

    def __init__(self, tables: Tables, clock: Clock, loader: Loader | None) -> None:
        self._tables = tables
        self._clock = clock
        self._loader = loader

    async def find_many(self, keys: Sequence[CanonicalKey]) -> Mapping[CanonicalKey, CaseLookup]:
        """What each key leads to; every key asked for is in the answer. Never raises.

        One statement for all keys. Where the database is missing, away, locked, damaged, of
        another version or too slow, each key is `Unavailable` with one word for why.
        """
        # What is none of ours, a lone surrogate say, is nothing that every dialect can be asked.
        wanted = [key for key in dict.fromkeys(keys) if key.isascii() and key.isalnum()]
        if self._loader:
            self._loader.asked()
        try:
            found = await self._tables.look(partial(lookup.find, keys=wanted))
        except CaseTablesError as error:
            return dict.fromkeys(keys, Unavailable(error.word))
        except _BROKEN:
            return dict.fromkeys(keys, Unavailable("broken"))
        return {key: found.get(key, _NOT_FOUND) for key in keys}

    async def show(self, code: str) -> Sequence[CaseDetails]:
        """The dossiers that a code leads to, in any spelling, with their history; at most 100.

        Raises:
            CaseTablesError: they cannot be read; one line for people.
        """
        return await self._look(partial(lookup.details, key=canonical_key(code)))

    async def count(self) -> int:
        """How many dossiers there are.

        Raises:
            CaseTablesError: they cannot be read; one line for people.
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
            CaseTablesError: they cannot be written, or were opened for reading only, or no row is
                to replace everything.
        """
        if self._loader is None:
            message = f"{self._tables.where}: opened for reading only; import through the service"
            raise CaseTablesError(message)
        if replace and not rows:
            message = (
                f"{self._tables.where}: nothing replaces everything: give at least one dossier"
            )
            raise CaseTablesError(message)
        learned_at = round(self._clock.now().timestamp() * 1000)
        told = progress or (lambda _done, _total: None)
        return await self._loader.load(rows, learned_at, told, replace=replace)

    @property
    def unfinished(self) -> str:
        """Why an import that was cut off cannot be finished, one line for people; else empty."""
        return self._loader.unfinished if self._loader else ""

    async def _look(self, act: Act[T]) -> T:
        try:
            return await self._tables.look(act)
        except _BROKEN as error:
            raise trouble(self._tables.where, "broken") from error


@contextlib.asynccontextmanager
async def open_embedded(
    at: Location, clock: Clock, *, writable: bool = True, time_limit: float = TIME_LIMIT
) -> AsyncIterator[EmbeddedDirectory]:
    """Open the dossiers for the length of a block.

    Args:
        at: where they lie. A SQLite file is made where it is missing, if writable; on PostgreSQL
            the schema must be there (`dialects.migrate_cases`).
        clock: time.
        writable: finish an import that a dead process left while the block goes on. A SQLite file
            then belongs to this process, and its schema is brought up to date. Otherwise the
            dossiers are only read, beside a service if need be, and may even be missing: then
            nothing can be found.
        time_limit: seconds after which a lookup is given up.

    Raises:
        CaseTablesError: they cannot be written; one line for people. A PostgreSQL server that is
            away is waited for instead.
    """
    dialect = await dialect_of(at)
    async with contextlib.AsyncExitStack() as stack:
        tables = await stack.enter_async_context(
            dialect.open_tables(at, clock, writable=writable, time_limit=time_limit)
        )
        loader: Loader | None = None
        if writable:
            loader = Loader(tables, clock)
            stack.push_async_callback(loader.close)
            await loader.open()
        yield EmbeddedDirectory(tables, clock, loader)
