"""A case database of somebody else's, and a copy, that do what a test says."""

import asyncio
import enum
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC

from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.embedded.rows import Place, Record, Row, Rules
from sms_gateway.cases.embedded.trouble import CaseTablesError
from sms_gateway.cases.reading import found_by
from sms_gateway.cases.remote import Away, Told
from sms_gateway.domain.dossier import CaseLookup, NotFound, Unavailable
from sms_gateway.domain.ids import CanonicalKey

RULES = Rules(zone=UTC, agency_of=lambda _code: "", hash_secret=lambda secret: secret)
LONG_AGO = 1_789_000_000_000


def record(code: str, state: str = "4", **other: str) -> Record:
    """A dossier as a remote database tells it."""
    return Record(Place(0), {Field.ID: code, Field.STATE: state, **by_field(other)})


def by_field(texts: Mapping[str, str]) -> Mapping[Field, str]:
    return {Field(name): text for name, text in texts.items()}


class FarAway:
    """Implements `cases.remote.Remote`.

    Attributes:
        says: what it answers to a look-up; a function is awaited first.
        pages: what it answers to questions for changes, one after the other; then nothing new.
        asking: called when it is asked for changes.
        asked, cursors: what it was asked.
    """

    def __init__(self) -> None:
        self.says: Told | Away | Callable[[], Awaitable[Told | Away]] = Told(())
        self.pages: list[Told | Away] = []
        self.asking: Callable[[], object] = lambda: None
        self.asked: list[Sequence[CanonicalKey]] = []
        self.cursors: list[str] = []

    async def find(self, keys: Sequence[CanonicalKey]) -> Told | Away:
        self.asked.append(keys)
        return await self.says() if callable(self.says) else self.says

    async def changed(self, cursor: str, limit: int) -> Told | Away:
        assert limit > 0
        self.cursors.append(cursor)
        self.asking()
        return self.pages.pop(0) if self.pages else Told((), cursor)

    async def close(self) -> None:
        pass


class Learned(enum.Enum):
    NEW = enum.auto()
    CHANGED = enum.auto()
    UNCHANGED = enum.auto()


class KeptCopy:
    """Implements `cases.copy.Copy`.

    Attributes:
        rows: by their codes.
        at: the cursors.
        down: nothing can be read or learned.
        batches: how many dossiers were learned at once.
        learned: set each time.
    """

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.at: dict[str, str] = {}
        self.down = False
        self.batches: list[int] = []
        self.learned = asyncio.Event()

    async def find_many(self, keys: Sequence[CanonicalKey]) -> Mapping[CanonicalKey, CaseLookup]:
        if self.down:
            return dict.fromkeys(keys, Unavailable("locked"))
        found = found_by(list(self.rows.values()), LONG_AGO)
        return {key: found.get(key, NotFound()) for key in keys}

    async def learn(
        self, items: Sequence[Row], source: str, cursor: tuple[str, str] | None = None
    ) -> Sequence[enum.Enum]:
        self._up()
        assert source == "sql"
        fates = [self._fate(row) for row in items]
        self.rows |= {row.id: row for row in items}
        if cursor is not None:
            self.at[cursor[0]] = cursor[1]
        self.batches.append(len(items))
        self.learned.set()
        return fates

    async def cursor(self, name: str) -> str:
        self._up()
        return self.at.get(name, "")

    def _fate(self, row: Row) -> Learned:
        known = self.rows.get(row.id)
        if known is None:
            return Learned.NEW
        return Learned.UNCHANGED if known == row else Learned.CHANGED

    def _up(self) -> None:
        if self.down:
            message = "cases.db: it is locked"
            raise CaseTablesError(message, "locked")
