"""How far changes are known, as a text that is kept between two questions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from msgspec import Struct

_LONGEST = 4_096

_TOO_OLD = timedelta(minutes=10)
"""After so long rows have moved to other pages, and addresses of pages lead nowhere."""


class NextPage(NamedTuple):
    """The place of a page, empty behind the last one, and the size of all of them."""

    place: str
    size: int


class Cursor(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far changes are known.

    Attributes:
        high: all changes before it are known.
        since: from where the reading under way asks; None between two readings.
        place: of the page that comes next in it; empty for its first one.
        top: newest change of the reading under way.
        pages: read in it.
        size: of its pages: counted in others, places would lead past rows.
        at: when its last page was read.
    """

    high: datetime
    since: datetime | None = None
    place: str = ""
    top: datetime | None = None
    pages: int = 0
    size: int = 0
    at: datetime | None = None

    def resumed(self, now: datetime) -> "Cursor":
        """Where to go on: a reading that was left for long begins anew."""
        left = self.since is not None and (self.at is None or now - self.at > _TOO_OLD)
        return Cursor(high=self.high) if left else self

    def begin(self, overlap_s: float) -> datetime:
        """From where to ask now."""
        return self.since or self.high - timedelta(seconds=overlap_s)

    def next_page(
        self, since: datetime, next_one: NextPage, top: datetime | None, now: datetime
    ) -> "Cursor":
        """The same reading, one page further."""
        return Cursor(
            high=self.high, since=since, place=next_one.place, top=top,
            pages=self.pages + 1, size=next_one.size, at=now,
        )  # fmt: skip

    def next_time(self, since: datetime, top: datetime | None, now: datetime) -> "Cursor":
        """The same reading, from a later change on: all before it are known."""
        return Cursor(high=max(self.high, since), since=since, top=top, at=now)

    def end(self, top: datetime | None) -> "Cursor":
        """The reading is whole."""
        return Cursor(high=max(filter(None, (self.high, top))))


def newest(
    known: datetime | None, times: Sequence[datetime | None], now: datetime
) -> datetime | None:
    """The newest change of a reading; a clock that goes ahead moves nothing beyond our own."""
    found = [time for time in (known, *times) if time is not None]
    return min(max(found), now) if found else None


def write_cursor(cursor: Cursor) -> str:
    """As a text."""
    return msgspec.json.encode(cursor).decode()


def read_cursor(text: str) -> Cursor | None:
    """From a text; None where it is none of ours."""
    try:
        cursor = msgspec.json.decode(text[:_LONGEST], type=Cursor)
    except msgspec.MsgspecError:
        return None
    aware = all(
        time is None or time.tzinfo for time in (cursor.high, cursor.since, cursor.top, cursor.at)
    )
    return cursor if aware else None
