"""The days that differ from the week, from the file and from what staff wrote down."""

import enum
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo

from sms_gateway.domain.calendar import Calendar, DayKind, Hours
from sms_gateway.domain.record import Private, Record

SET_ACT = "calendar.set"
UNSET_ACT = "calendar.unset"
"""The words of the acts in the audit."""

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Years of days that can be written down."""


class CalendarDay(Record, frozen=True):
    """A day that differs.

    Attributes:
        day, kind: which, and how.
        note: why, for people.
        at, by: when it was written down, and who did; None and empty for a day of the file.
    """

    day: date
    kind: DayKind
    note: Private[str] = ""
    at: datetime | None = None
    by: str = ""


class DayOrder(Record, frozen=True):
    """A day is written down; what was written down before of the same day goes.

    Attributes:
        day, kind, note: see `CalendarDay`.
        at, by: when, and who.
    """

    day: date
    kind: DayKind
    note: Private[str]
    at: datetime
    by: str


class DayBack(Record, frozen=True):
    """A day is as the file says again.

    Attributes:
        day, at, by: which, when, and who says so.
    """

    day: date
    at: datetime
    by: str


class DayNotSet(enum.Enum):
    """Why a day stays as it was."""

    NOT_SET = "not set"
    YEAR = "year"


def merged(file: Iterable[CalendarDay], table: Iterable[CalendarDay]) -> Mapping[date, CalendarDay]:
    """All days that differ, in order; what staff wrote down goes before the file."""
    days = {one.day: one for one in (*file, *table)}
    return dict(sorted(days.items()))


def needless(day: date, kind: DayKind, file: Mapping[date, CalendarDay]) -> str:
    """Why a day need not be set, in words; empty where it must be.

    Args:
        day: what is to be set.
        kind: how.
        file: what `calendar.toml` says: it may be put right by any kind.
    """
    weekend = day.weekday() >= _SATURDAY
    if day in file or kind is not (DayKind.HOLIDAY if weekend else DayKind.WORKED):
        return ""
    return f"{day} is a {day:%A}, which is {'free' if weekend else 'worked'} anyway"


def remarkable(day: date, kind: DayKind, today: date) -> str:
    """What a person should look at twice before a day is set; mostly empty."""
    if not today.year - 1 <= day.year <= today.year + _FAR:
        return f"{day.year} is far from now: if it is a slip, unset the day"
    if kind in (DayKind.MORNING, DayKind.AFTERNOON) and day.weekday() >= _SATURDAY:
        return f"{day} is a {day:%A}: its {kind} is worked"
    return ""


def calendar_of(zone: tzinfo, hours: Hours, days: Mapping[date, CalendarDay]) -> Calendar:
    """The calendar of these days."""
    return Calendar(zone, {day: one.kind for day, one in days.items()}, hours)


def missing_year(days: Mapping[date, CalendarDay], today: date) -> int | None:
    """The year whose holidays nobody wrote down: this one, or from October on the next one.

    A year with fewer holidays than the law gives is not written down.
    """
    holidays = Counter(day.year for day, one in days.items() if one.kind is DayKind.HOLIDAY)
    known = {year for year, count in holidays.items() if count >= _LEAST_HOLIDAYS}
    if today.year not in known:
        return today.year
    following = today.year + 1
    return following if today.month >= _OCTOBER and following not in known else None


_OCTOBER = 10
_SATURDAY = 5

_FAR = 2
"""Years ahead whose days somebody may know."""

_LEAST_HOLIDAYS = 10
"""Of a year by the Labour Code of 2012; every law since gives more."""
