"""Somebody else's SQL database as a `Remote`."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

from sms_gateway.cases.apart import told_apart
from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.embedded.rows import Record
from sms_gateway.cases.remote import Away, Told
from sms_gateway.cases.spellings import spellings
from sms_gateway.cases.sql import statements
from sms_gateway.cases.sql.columns import Columns, matched, named, record
from sms_gateway.cases.sql.engines import Asking, Limits, asking
from sms_gateway.cases.sql.pages import Pages
from sms_gateway.cases.sql.places import Reached, Times
from sms_gateway.cases.sql.trouble import away, away_of
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import Clock
from sms_gateway.settings.cases_sql import CasesSql

KEYS = 40
"""Numbers in one question."""

MOST = 200
"""Rows of its answer: more means that the SELECT does not ask for numbers."""

OF_A_ROW = frozenset({"refused", "broken", "many"})
"""What one dossier may be to blame for: a value that a CAST or the driver does not take."""

CHANGES_S = 30.0
"""Seconds of a question for changes: no citizen waits for it."""


@dataclass(frozen=True, slots=True)
class Around:
    """What it needs to know.

    Attributes:
        zone: of moments without one.
        shapes: of official numbers, see `spellings`.
        seconds: of a question for numbers.
        clock: time.
    """

    zone: ZoneInfo
    shapes: Sequence[str]
    seconds: float
    clock: Clock


@dataclass(frozen=True, slots=True)
class _Answer:
    columns: Columns
    rows: Sequence[Sequence[object]]

    @property
    def records(self) -> Sequence[Record]:
        return tuple(record(self.columns, row) for row in self.rows)


async def open_sql(settings: CasesSql, around: Around) -> "SqlRemote":
    """Make ready to ask; nothing is connected yet.

    Raises:
        SettingsError: a name in `columns` is no field.
        ModuleNotFoundError: the driver is not installed.
    """
    own = named(settings.columns)
    url = Secret(settings.url)
    database = await asyncio.to_thread(asking, url, settings.pool, around.seconds)
    return SqlRemote(database, settings, own, around)


class SqlRemote:
    """Implements `cases.remote.Remote` by two SELECTs."""

    def __init__(
        self, database: Asking, settings: CasesSql, own: Mapping[str, Field], around: Around
    ) -> None:
        self._database = database
        self._settings = settings
        self._own = own
        self._around = around
        self._times = Times(settings.time_kind, around.zone)
        self._by_codes = statements.by_codes(settings)
        self._by_time = statements.by_time(settings)
        self._behind = statements.goes_on_behind(settings)
        self._pages = Pages(settings.overlap_s, around.clock)

    async def find(self, keys: Sequence[CanonicalKey]) -> Told | Away:
        """See `Remote.find`."""
        parts = [keys[at : at + KEYS] for at in range(0, len(keys), KEYS)]
        records: list[Record] = []
        lost: dict[CanonicalKey, str] = {}
        seconds = self._around.seconds
        answers = await asyncio.gather(
            *(told_apart(part, self._find, OF_A_ROW, seconds) for part in parts)
        )
        for part, told in zip(parts, answers, strict=True):
            if isinstance(told, Away):
                lost |= dict.fromkeys(part, told.reason)
            else:
                records += told.records
                lost |= told.lost
        away = next((told for told in answers if isinstance(told, Away)), None)
        return away if away and len(lost) == len(keys) else Told(records, lost=lost)

    async def changed(self, cursor: str, limit: int) -> Told | Away:
        """See `Remote.changed`."""
        since = self._pages.begun(cursor)
        values: dict[str, object] = {"since": self._times.bound(since.moment), "limit": limit}
        if self._behind:
            values["after"] = since.code
        limits = Limits(limit, CHANGES_S)
        answer = await self._ask(self._by_time, values, limits, self._settings.time_column)
        if isinstance(answer, Away):
            return answer
        places = self._places(answer)
        if places and places[-1] is None:
            return away("timeless")
        known = [place for place in places if place is not None]
        if any(one.moment > other.moment for one, other in pairwise(known)):
            return away("unordered")
        self._pages.met(known)
        if len(answer.rows) < limit:
            return self._pages.ended(answer.records)
        reached = known[-1]
        if reached == since or not (self._behind or reached.moment > since.moment):
            return away("stuck")
        return self._pages.goes_on(answer.records, reached)

    async def close(self) -> None:
        """See `Remote.close`."""
        await self._database.close()

    async def _find(self, keys: Sequence[CanonicalKey]) -> Told | Away:
        each = [text for key in keys for text in spellings(key, self._around.shapes)]
        codes = list(dict.fromkeys(each))[: statements.CODES]
        values = statements.values(self._settings, codes, keys)
        answer = await self._ask(self._by_codes, values, Limits(MOST, self._around.seconds), "")
        return answer if isinstance(answer, Away) else Told(answer.records)

    async def _ask(
        self, statement: statements.Select, values: Mapping[str, object], limits: Limits, time: str
    ) -> _Answer | Away:
        try:
            async with asyncio.timeout(limits.seconds):
                said = await self._database.rows(statement, values, limits)
        except Exception as error:  # noqa: BLE001  # each driver raises what it likes
            return away_of(error)
        columns = matched(said.names, self._own, time)
        if columns.wrong:
            return Away("schema", f"the SELECT of the case database: {columns.wrong}")
        return away("many") if len(said.rows) > limits.rows else _Answer(columns, said.rows)

    def _places(self, answer: _Answer) -> Sequence[Reached | None]:
        """Where each row stands in the order of changes; None where that cannot be read."""
        time, code = answer.columns.time, answer.columns.fields.index(Field.ID)
        places: list[Reached | None] = []
        for row in answer.rows:
            moment = None if time is None else self._times.read(row[time])
            named = "" if row[code] is None else str(row[code])
            places.append(None if moment is None else Reached(moment, named))
        return places
