"""What changed in a case database, page by page, each change at least once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

from sms_gateway.cases.embedded.rows import Record, moment_of
from sms_gateway.cases.embedded.values import read_moment
from sms_gateway.cases.http.answer import MANY, MAX_ROWS, Page, Reader, place_of
from sms_gateway.cases.http.asking import PAGE_NAMES, Asker, Paging
from sms_gateway.cases.http.cursor import (
    Cursor,
    NextPage,
    newest,
    read_cursor,
    write_cursor,
)
from sms_gateway.cases.http.request import Common, Writer
from sms_gateway.cases.remote import Away, Told
from sms_gateway.described.places import at_path
from sms_gateway.described.times import TimeReader, time_reader, time_writer
from sms_gateway.ports import Clock
from sms_gateway.settings import SettingsError
from sms_gateway.settings.cases_http import HttpChanges

Moments = Sequence[datetime | None]

_STEP_BACK = timedelta(seconds=1)
"""Some write `since` in whole seconds, and some mean what is later and not what is equal."""


@dataclass(frozen=True, slots=True)
class Step:
    """Which page is wanted: behind a cursor, and of how many rows at most."""

    cursor: str
    limit: int


class Changes:
    """Reads changes.

    A change may come twice, and none is left out: where rows come in the order of their times, the
    next request asks from the last one on, and where they do not, all pages are read before the
    cursor moves on. Newest first, a dossier that changes meanwhile pushes others to a later page,
    which is read as well.
    """

    def __init__(
        self, changes: HttpChanges, common: Common, zone: tzinfo, clock: Clock, at: str
    ) -> None:
        """Read the settings.

        Args:
            changes: the settings.
            common: what all requests share.
            zone: of times without one.
            clock: for where to begin.
            at: dotted key of `changes`, named in errors.

        Raises:
            SettingsError: they cannot be used.
        """
        if not changes.time:
            msg = f"{at}.time: say where in a row the time of the change stands"
            raise SettingsError(msg)
        self._settings = changes
        self._clock = clock
        self._writer = Writer(common, changes, ("since", *PAGE_NAMES), at)
        self._since = time_writer(changes.since_format, zone, f"{at}.since_format")
        self._time = _reader(changes.time_format, zone, f"{at}.time_format")
        self._place = place_of(changes.time)
        texts = (changes.path, changes.body, *changes.query.values())
        self._tells_size = any(name in text for text in texts for name in ("{limit}", "{end}"))

    async def read(self, asker: Asker, reader: Reader, paging: Paging, step: Step) -> Told | Away:
        """One page of what changed, and where to go on.

        Args:
            asker: asks.
            reader: makes records.
            paging: knows the next page.
            step: which page.
        """
        now = self._clock.now()
        begun = read_cursor(step.cursor)
        known = Cursor(high=now) if begun is None else begun.resumed(now)
        if known.pages >= self._settings.most_pages:
            sentence = "the list of changes has no end: raise changes.most_pages, or see its order"
            return Away("endless", sentence)
        since = known.begin(self._settings.overlap_s)
        size = known.size or paging.size(step.limit if self._tells_size else MAX_ROWS)
        values = {"since": self._since(since), **paging.values(known.place, size)}
        page = await asker.ask(self._writer, values, next_page=paging.address(known.place))
        if isinstance(page, Away):
            return page
        if begun is None:
            # Asked so that settings that are wrong show at once, not with the first change.
            return Told((), write_cursor(known))
        place = paging.after(known.place, page, size)
        if isinstance(place, Away):
            return place
        if len(page.rows) <= MANY:
            times, records = self._read(reader, page, since)
        else:
            times, records = await asyncio.to_thread(self._read, reader, page, since)
        after = self._after(known, since, NextPage(place, size), times, now)
        return Told(records, write_cursor(after), more=after.since is not None)

    def _after(
        self, known: Cursor, since: datetime, page: NextPage, times: Moments, now: datetime
    ) -> Cursor:
        top = newest(known.top, times, now)
        if self._settings.order == "newest":
            older = any(time is not None and time < since for time in times)
            done = older or not page.place
            return known.end(top) if done else known.next_page(since, page, top, now)
        if not page.place:
            return known.end(top)
        last = _last_in_order(times) if self._settings.order == "oldest" else None
        # Nothing is taken from `last` before it is known to be later: it may be of the year 1.
        if not known.place and last is not None and since + _STEP_BACK < last <= now:
            return known.next_time(last - _STEP_BACK, top, now)
        return known.next_page(since, page, top, now)

    def _read(
        self, reader: Reader, page: Page, since: datetime
    ) -> tuple[Moments, Sequence[Record]]:
        """The times of its rows, and their records, the oldest first."""
        times = [self._moment(row) for row in page.rows]
        rows = list(enumerate(page.rows, start=1))
        if self._settings.order == "newest":
            pairs = list(zip(rows, times, strict=True))
            rows = [row for row, time in reversed(pairs) if time is None or time >= since]
        return times, reader.records(rows)

    def _moment(self, row: object) -> datetime | None:
        found = at_path(row, self._place)
        return self._time(found) if isinstance(found, str) else None


def _reader(pattern: str, zone: tzinfo, at: str) -> TimeReader:
    if pattern:
        return time_reader(pattern, zone, at)

    def read(text: str) -> datetime | None:
        moment = read_moment(text, zone)
        return moment_of(moment) if isinstance(moment, int) else None

    return read


def _last_in_order(times: Moments) -> datetime | None:
    """The last time of rows that come in the order of their times; None of others."""
    known = [time for time in times if time is not None]
    in_order = len(known) == len(times) and all(a <= b for a, b in pairwise(known))
    return known[-1] if known and in_order else None
