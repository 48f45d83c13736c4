"""Days and hours on which the offices work, and counting them (domain 4.4).

A week has five working days. What a government decision changes stands in a table: holidays, days
that are worked instead, half days. Dates are shown as stored and never recomputed from here; this
counts what is left until one.
"""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

MOST_DAYS = 10_000
"""Working days that can be counted: no dossier takes forty years."""

_WEEK = 7
_WORKED = 5
_HALVES = 2


class DayKind(enum.StrEnum):
    """How a day differs from the week."""

    HOLIDAY = "holiday"
    WORKED = "worked"
    MORNING = "morning"
    AFTERNOON = "afternoon"


@dataclass(frozen=True, slots=True)
class Hours:
    """When the offices work on a day, from and to, in their own time zone."""

    morning: tuple[time, time] = (time(7, 30), time(11, 30))
    afternoon: tuple[time, time] = (time(13), time(17))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked.

    Attributes:
        zone: of the offices.
        days: those that differ from Monday to Friday.
        hours: of a day.
    """

    zone: tzinfo
    days: Mapping[date, DayKind] = field(default_factory=dict)
    hours: Hours = Hours()

    def works(self, day: date) -> bool:
        """Whether any of this day is worked."""
        return self._halves(day) > 0

    def is_open(self, moment: datetime) -> bool:
        """Whether the offices work at this moment."""
        here = moment.astimezone(self.zone)
        return any(begin <= here.time() < end for begin, end in self._blocks(here.date()))

    def add_working_days(self, start: date, count: int) -> date:
        """The day on which so many working days after a day are over.

        The day itself does not count. Half days count as a half each.

        Args:
            start: the day before the first that counts.
            count: 0 to `MOST_DAYS`.

        Raises:
            ValueError: more than that, or beyond the calendar.
        """
        if not 0 <= count <= MOST_DAYS:
            message = f"working days are counted from 0 to {MOST_DAYS}"
            raise ValueError(message)
        left, day = count * _HALVES, start
        try:
            while left > 0:
                day += timedelta(days=1)
                left -= self._halves(day)
        except OverflowError:
            message = "so many working days there are not before the year 10000"
            raise ValueError(message) from None
        return day

    def working_days_between(self, first: date, last: date) -> float:
        """Working days after one day up to another one, halves as 0.5; negative backwards."""
        if last < first:
            return -self.working_days_between(last, first)
        halves = _HALVES * (_weekdays(last) - _weekdays(first))
        for day in self.days:
            if first < day <= last:
                halves += self._halves(day) - _usual(day)
        return halves / _HALVES

    def working_hours_left(self, now: datetime, due: datetime) -> timedelta:
        """The time from now to a moment in which the offices work; negative where it is past."""
        if due < now:
            return -self.working_hours_left(due, now)
        begin, end = now.astimezone(self.zone), due.astimezone(self.zone)
        if begin.date() == end.date():
            return self._worked(begin.date(), begin.time(), end.time())
        first = self._worked(begin.date(), begin.time(), time.max)
        last = self._worked(end.date(), time.min, end.time())
        return first + self._whole_days(begin.date(), end.date()) + last

    def add_working_hours(self, start: datetime, length: timedelta) -> datetime:
        """The moment at which the offices have worked so long after another one.

        Args:
            start: from then on.
            length: more than none.

        Raises:
            ValueError: there is no such moment before the year 10000.
        """
        here = start.astimezone(self.zone)
        day, since, left = here.date(), here.time(), length
        try:
            while True:
                for opens, closes in self._blocks(day):
                    begin = max(since, opens)
                    worked = max(_length(begin, closes), timedelta())
                    if left <= worked:
                        over = datetime.combine(day, begin, self.zone) + left
                        return over.astimezone(start.tzinfo)
                    left -= worked
                day, since = day + timedelta(days=1), time.min
        except OverflowError:
            message = "so many working hours there are not before the year 10000"
            raise ValueError(message) from None

    def _whole_days(self, first: date, last: date) -> timedelta:
        """What is worked on the days between two, both of which are left out."""
        end = last - timedelta(days=1)
        morning, afternoon = (_length(*block) for block in self._both)
        total = (morning + afternoon) * (_weekdays(end) - _weekdays(first))
        for day in self.days:
            if first < day < last:
                worked = sum((_length(*block) for block in self._blocks(day)), timedelta())
                total += worked - (morning + afternoon) * (_usual(day) // _HALVES)
        return total

    def _worked(self, day: date, begin: time, end: time) -> timedelta:
        return sum(
            (
                _length(max(begin, opens), min(end, closes))
                for opens, closes in self._blocks(day)
                if max(begin, opens) < min(end, closes)
            ),
            timedelta(),
        )

    @property
    def _both(self) -> tuple[tuple[time, time], tuple[time, time]]:
        return self.hours.morning, self.hours.afternoon

    def _halves(self, day: date) -> int:
        return sum(1 for _ in self._blocks(day))

    def _blocks(self, day: date) -> Iterator[tuple[time, time]]:
        kind = self.days.get(day)
        if kind is None:
            kind = DayKind.WORKED if day.weekday() < _WORKED else DayKind.HOLIDAY
        if kind in (DayKind.WORKED, DayKind.MORNING):
            yield self.hours.morning
        if kind in (DayKind.WORKED, DayKind.AFTERNOON):
            yield self.hours.afternoon


def _weekdays(day: date) -> int:
    """Mondays to Fridays from the first Monday of all up to this day."""
    weeks, rest = divmod(day.toordinal() - 1, _WEEK)
    return weeks * _WORKED + min(rest + 1, _WORKED)


def _usual(day: date) -> int:
    return _HALVES if day.weekday() < _WORKED else 0


def _length(begin: time, end: time) -> timedelta:
    return datetime.combine(date.min, end) - datetime.combine(date.min, begin)
