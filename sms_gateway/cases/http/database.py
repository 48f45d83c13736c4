"""A case database that is a JSON API: `cases.remote.Remote`, made of settings."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from sms_gateway.cases.apart import told_apart
from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.embedded.rows import Record
from sms_gateway.cases.http.answer import MANY, Page, Reader
from sms_gateway.cases.http.asking import PAGE_NAMES, Asker, Paging
from sms_gateway.cases.http.calling import Line
from sms_gateway.cases.http.changes import Changes, Step
from sms_gateway.cases.http.login import Sessions
from sms_gateway.cases.http.request import Writer, read_common
from sms_gateway.cases.remote import Away, Told
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.ports import Clock
from sms_gateway.settings import SettingsError
from sms_gateway.settings.cases_http import HttpCases

Spellings = Callable[[CanonicalKey], Sequence[str]]
"""How a number may be written there, the likeliest first: with the signs that a key has not."""

_MAX_SPELLINGS = 8
_MOST_ROWS = 200
"""Of one number, in all pages: more means that the API does not look at the number."""

_OF_A_ROW = frozenset({"failed", "broken", "oversized"})
"""What one dossier may be to blame for where one request asks for all numbers."""

_TOO_MUCH = Away("oversized", "a look-up has too many rows: see that `find` asks by the number")
_TOO_SLOW = Away("timeout", "the case database did not answer in time")


@dataclass(frozen=True, slots=True)
class Around:
    """What the door is given besides its settings.

    Attributes:
        clock: time.
        zone: of times without one.
        time_limit: seconds that a look-up may take, logging in and all pages included.
        spellings: of a number.
    """

    clock: Clock
    zone: tzinfo
    time_limit: float
    spellings: Spellings = lambda key: (key,)


class JsonCases:
    """Implements `Remote`."""

    def __init__(self, cases: HttpCases, line: Line, around: Around, at: str) -> None:
        """Read the settings.

        Args:
            cases: the settings, laid over their preset.
            line: connections.
            around: what else it needs.
            at: dotted key of the settings, named in errors.

        Raises:
            SettingsError: they cannot be used.
        """
        self._line = line
        common = read_common(cases, at)
        name = "code" if cases.find.per == "code" else "codes"
        self._find = Writer(common, cases.find, (name, *PAGE_NAMES), f"{at}.find")
        _check_find(cases, name, f"{at}.find")
        self._per_code = cases.find.per == "code"
        self._most_pages = cases.paging.most_pages
        self._size = cases.paging.size
        self._paging = Paging(cases.paging, common.url, f"{at}.paging")
        self._reader = Reader(cases.answer, around.zone, f"{at}.answer")
        sessions = None
        if cases.login is not None:
            sessions = Sessions(line, cases.login, common, around.clock, f"{at}.login")
        self._asker = Asker(line, self._reader, sessions)
        # No citizen waits for a page of changes, however slow it is.
        self._asker_of_changes = Asker(line.beside(), self._reader, sessions)
        self._around = around
        self._changes: Changes | None = None
        if cases.changes is not None:
            of_changes = f"{at}.changes"
            self._changes = Changes(cases.changes, common, around.zone, around.clock, of_changes)
            self._changes_limit = cases.changes.timeout_s

    async def find(self, keys: Sequence[CanonicalKey]) -> Told | Away:
        """The dossiers that have any of these numbers; what else the API sends is left out."""
        if not keys:
            return Told(())
        if not self._per_code:
            limit = self._around.time_limit
            return await told_apart(keys, self._find_together, _OF_A_ROW, limit)
        spelled = {key: self._spelled(key) for key in keys}
        async with asyncio.TaskGroup() as group:
            tasks = {
                key: [group.create_task(self._in_time((text,))) for text in several]
                for key, several in spelled.items()
            }
        return _joined({key: [task.result() for task in own] for key, own in tasks.items()})

    async def changed(self, cursor: str, limit: int) -> Told | Away:
        """One page of what changed; a page may be longer than asked where the API cuts none."""
        if self._changes is None:
            return Told((), cursor)
        step = Step(cursor, limit)
        try:
            async with asyncio.timeout(self._changes_limit):
                asker = self._asker_of_changes
                return await self._changes.read(asker, self._reader, self._paging, step)
        except TimeoutError:
            return _TOO_SLOW

    async def close(self) -> None:
        """Hang up."""
        await self._line.close()

    async def _find_together(self, keys: Sequence[CanonicalKey]) -> Told | Away:
        found = await self._in_time(tuple(text for key in keys for text in self._spelled(key)))
        return found if isinstance(found, Away) else Told(_of(found, set(keys)))

    def _spelled(self, key: CanonicalKey) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self._around.spellings(key), key)))[:_MAX_SPELLINGS]

    async def _in_time(self, codes: tuple[str, ...]) -> Sequence[Record] | Away:
        try:
            async with asyncio.timeout(self._around.time_limit):
                return await self._pages(codes)
        except TimeoutError:
            return _TOO_SLOW

    async def _pages(self, codes: tuple[str, ...]) -> Sequence[Record] | Away:
        records: list[Record] = []
        place, values = "", {"code": codes[0]} if self._per_code else {}
        for _page in range(self._most_pages):
            paged = {**values, **self._paging.values(place, self._size)}
            page = await self._asker.ask(self._find, paged, codes, self._paging.address(place))
            if isinstance(page, Away):
                return page
            if len(records) + len(page.rows) > _MOST_ROWS * len(codes):
                return _TOO_MUCH
            records += await self._records(page)
            after = self._paging.after(place, page, self._size)
            if isinstance(after, Away):
                return after
            if not after:
                return records
            place = after
        return _TOO_MUCH

    async def _records(self, page: Page) -> Sequence[Record]:
        rows = list(enumerate(page.rows, start=1))
        if len(rows) <= MANY:
            return self._reader.records(rows)
        return await asyncio.to_thread(self._reader.records, rows)


def _check_find(cases: HttpCases, name: str, at: str) -> None:
    find = cases.find
    if not any(f"{{{name}}}" in text for text in (find.path, find.body, *find.query.values())):
        msg = f"{at}: write {{{name}}} into path, query or body; else all dossiers are asked for"
        raise SettingsError(msg)
    if cases.answer.not_found_status and find.per != "code":
        msg = f'{at}: answer.not_found_status needs per = "code": a status speaks of all numbers'
        raise SettingsError(msg)


def _joined(answers: Mapping[CanonicalKey, Sequence[Sequence[Record] | Away]]) -> Told | Away:
    """What each number was answered in each way of writing it."""
    records: list[Record] = []
    lost: dict[CanonicalKey, Away] = {}
    for key, several in answers.items():
        for answer in several:
            if isinstance(answer, Away):
                lost.setdefault(key, answer)
            else:
                records += answer
    if len(lost) == len(answers):
        return next(iter(lost.values()))
    reasons = {key: away.reason for key, away in lost.items()}
    return Told(_of(records, set(answers)), lost=reasons)


def _of(records: Sequence[Record], keys: set[CanonicalKey]) -> Sequence[Record]:
    """Those that were asked for, each once: many an API searches by parts of a number."""
    kept: dict[frozenset[tuple[Field, str]], Record] = {}
    for record in records:
        numbers = (record.texts.get(name, "") for name in (Field.ID, Field.RECEIPT))
        if any(canonical_key(number) in keys for number in numbers):
            kept.setdefault(frozenset(record.texts.items()), record)
    return tuple(kept.values())
