"""The embedded case directory: dossiers that were imported, found by either of their numbers."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

import msgspec

from sms_gateway.cases.embedded import ended, feed, lookup, unknown
from sms_gateway.cases.embedded.dialects import dialect_of
from sms_gateway.cases.embedded.handled import HandledCase, Names, Span, handled, names
from sms_gateway.cases.embedded.learning import Learned, learn
from sms_gateway.cases.embedded.loader import ImportProgress, ImportReport, Loader
from sms_gateway.cases.embedded.lookup import CaseDetails
from sms_gateway.cases.embedded.rows import Progress, Row
from sms_gateway.cases.embedded.tables import Act, Location, Tables
from sms_gateway.cases.embedded.trouble import CaseTablesError, trouble
from sms_gateway.domain.changes import Case, CaseChange
from sms_gateway.domain.dossier import CaseLookup, NotFound, Unavailable, canonical_key
from sms_gateway.domain.ids import CanonicalKey, DossierId
from sms_gateway.domain.retention import EndedCase
from sms_gateway.domain.states import UnknownState
from sms_gateway.ports import CasesDownError, Clock

T = TypeVar("T")

TIME_LIMIT = 1.0
"""Seconds after which a lookup is given up."""

_NOT_FOUND = NotFound()

# What content that no import writes does to the values made of it.
_BROKEN = (msgspec.MsgspecError, ValueError)


class EmbeddedDirectory:
    """The dossiers of one database. Implements `ports.CaseDirectory` and `ports.CaseFeed`."""

    def __init__(self, tables: Tables, clock: Clock, loader: Loader | None) -> None:
        self._tables = tables
        self._clock = clock
        self._loader = loader
        self._handed_out: dict[str, int] = {}

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

    async def handled(self, span: Span) -> AsyncIterator[Sequence[HandledCase]]:
        """The dossiers of a period, page by page; each of them once.

        Raises:
            CaseTablesError: they cannot be read; one line for people.
        """
        after = 0
        while page := await self._look(partial(handled, span=span, after=after)):
            yield page
            after = page[-1].number

    async def names(self) -> Names:
        """How dossiers call their rooms and officers.

        Raises:
            CaseTablesError: they cannot be read; one line for people.
        """
        return await self._look(names)

    async def import_rows(
        self, rows: Sequence[Row], *, replace: bool = False, progress: ImportProgress | None = None
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
        loader = self._writing()
        if replace and not rows:
            message = (
                f"{self._tables.where}: nothing replaces everything: give at least one dossier"
            )
            raise CaseTablesError(message)
        told = progress or (lambda _done, _total: None)
        return await loader.load(rows, self._now(), told, replace=replace)

    async def learn(
        self,
        items: Sequence[Row | Progress],
        source: str,
        cursor: tuple[str, str] | None = None,
    ) -> Sequence[Learned]:
        """Write down at once what a door told, and how far it was read; all of it or nothing.

        It is on the disk afterwards. The same told again changes nothing. An import that is under
        way goes on behind it, and is not waited for.

        Args:
            items: in the order in which they were told, some hundreds at most; what comes later of
                the same dossier is newer.
            source: who told it: `push`, `sql` or `http`.
            cursor: the name and the place of what was read, see `cursor`.

        Returns:
            What became of each item.

        Raises:
            CaseTablesError: it cannot be written, or the dossiers were opened for reading only.
        """
        at = self._now()
        act = partial(learn, items=items, source=source, learned_at=at, cursor=cursor)
        return await self._writing().shortly(act)

    async def cursor(self, name: str) -> str:
        """How far something was read, as it was told with `learn`; empty where it never was.

        Raises:
            CaseTablesError: it cannot be read; one line for people.
        """
        return await self._look(partial(feed.cursor, name=name))

    async def unknown_states(self) -> Sequence[UnknownState]:
        """Words for states that came within 30 days and that nobody knew then.

        Raises:
            CaseTablesError: they cannot be read; one line for people.
        """
        return await self._look(partial(unknown.listed, now=self._now()))

    async def changes(self, after: int, limit: int, reader: str = "") -> Sequence[CaseChange]:
        """See `ports.CaseFeed`.

        A power cut takes back none of these: whoever reads notes how far he came, and what is
        learned once more would get numbers that he has read already.
        """
        entries = await self._feed(partial(feed.changes, after=after, limit=limit))
        await self._hand_out(reader, entries[-1].number if entries else 0)
        return entries

    async def handed_out(self, reader: str) -> int | None:
        """See `ports.CaseFeed`."""
        told = await self._feed(partial(feed.handed_out, reader=reader))
        # Less than before where older tables were put in place of those that this process read.
        self._handed_out[reader] = told or 0
        return told

    async def head(self, reader: str = "") -> int:
        """See `ports.CaseFeed`."""
        newest = await self._feed(feed.head)
        if reader:
            await self._hand_out(reader, newest)
        return newest

    async def cases(self, ids: Sequence[DossierId]) -> Mapping[DossierId, Case]:
        """See `ports.CaseFeed`."""
        return await self._feed(partial(feed.cases, ids=ids))

    async def due(self, after: datetime, upto: datetime, past: str, limit: int) -> Sequence[Case]:
        """See `ports.CaseFeed`."""
        act = partial(feed.due, after=after, upto=upto, past=past, limit=limit)
        return await self._feed(act)

    async def in_work(self, past: str, limit: int) -> Sequence[Case]:
        """See `ports.CaseFeed`."""
        return await self._feed(partial(feed.in_work, past=past, limit=limit))

    async def ended(self, before: datetime, after: int) -> Sequence[EndedCase]:
        """See `retention.dossiers.Copies`."""
        return await self._feed(partial(ended.ended, before=before, after=after))

    async def forget(self, ids: Sequence[DossierId], before: datetime) -> int:
        """See `retention.dossiers.Copies`."""
        return await self._change(partial(ended.forget, ids=ids, before=before))

    @property
    def unfinished(self) -> str:
        """Why an import that was cut off cannot be finished, one line for people; else empty."""
        return self._loader.unfinished if self._loader else ""

    def _writing(self) -> Loader:
        if self._loader is None:
            message = f"{self._tables.where}: opened for reading only; import through the service"
            raise CaseTablesError(message)
        return self._loader

    def _now(self) -> int:
        return round(self._clock.now().timestamp() * 1000)

    async def _hand_out(self, reader: str, upto: int) -> None:
        if self._loader and upto > self._handed_out.get(reader, 0):
            await self._change(partial(feed.hand_out, reader=reader, upto=upto, at=self._now()))
            self._handed_out[reader] = upto

    async def _feed(self, act: Act[T]) -> T:
        try:
            return await self._look(act)
        except CaseTablesError as error:
            raise CasesDownError(error.word) from error

    async def _change(self, act: Act[T]) -> T:
        try:
            return await self._writing().shortly(act)
        except CaseTablesError as error:
            raise CasesDownError(error.word) from error

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
