"""Working days and hours: the table of domain 4.4, and the library where the two agree."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.domain.calendar import MOST_DAYS, Calendar, DayKind, Hours
from sms_gateway.domain.calendar_days import CalendarDay, calendar_of, merged, missing_year
from sms_gateway.settings import load_calendar
from tests.domain.shipped import SHIPPED

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FILE = load_calendar(SHIPPED)
CALENDAR = calendar_of(ZONE, FILE.hours, merged(FILE.days, ()))
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def with_days(days: Mapping[str, DayKind]) -> Calendar:
    return Calendar(ZONE, {date.fromisoformat(day): kind for day, kind in days.items()}, Hours())


@pytest.mark.parametrize(
    "start, count, due",
    [
        ("2026-11-23", 1, "2026-11-25"),
        ("2026-11-20", 5, "2026-11-30"),
        ("2026-12-30", 5, "2027-01-07"),
        ("2027-02-02", 5, "2027-02-16"),
        ("2027-04-28", 3, "2027-05-05"),
        ("2026-08-21", 5, "2026-08-27"),
        ("2025-12-31", 2, "2026-01-06"),
        ("2026-01-09", 1, "2026-01-10"),
        ("2026-11-24", 0, "2026-11-24"),
    ],
)
def test_working_days_are_added_as_the_offices_count_them(start: str, count: int, due: str) -> None:
    assert str(CALENDAR.add_working_days(date.fromisoformat(start), count)) == due


def test_half_days_count_as_a_half_each() -> None:
    calendar = with_days({"2026-12-24": DayKind.MORNING, "2026-12-25": DayKind.AFTERNOON})
    assert calendar.working_days_between(date(2026, 12, 23), date(2026, 12, 28)) == 2
    assert calendar.working_days_between(date(2026, 12, 23), date(2026, 12, 24)) == 0.5
    assert calendar.add_working_days(date(2026, 12, 23), 1) == date(2026, 12, 25)
    assert calendar.works(date(2026, 12, 24))


@pytest.mark.parametrize("count", [-1, MOST_DAYS + 1])
def test_no_more_days_are_counted_than_a_dossier_can_take(count: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 10000"):
        CALENDAR.add_working_days(date(2026, 1, 1), count)
    with pytest.raises(ValueError, match="before the year 10000"):
        CALENDAR.add_working_days(date(9999, 12, 1), 100)


@pytest.mark.parametrize(
    "now, due, hours",
    [
        ("2026-11-23 08:00", "2026-11-23 11:00", 3),
        ("2026-11-23 06:00", "2026-11-23 23:00", 8),
        ("2026-11-23 11:00", "2026-11-23 14:00", 1.5),
        ("2026-11-23 16:00", "2026-11-25 08:00", 1.5),  # 24/11 is free
        ("2026-08-21 16:00", "2026-08-24 08:30", 10),  # Saturday 22/8 is worked
        ("2026-11-20 18:00", "2026-11-22 18:00", 0),
        ("2026-11-23 11:00", "2026-11-23 08:00", -3),
        ("2026-11-23 00:00", "2026-12-08 00:00", 80),
    ],
)
def test_hours_left_are_those_in_which_the_offices_work(now: str, due: str, hours: float) -> None:
    assert CALENDAR.working_hours_left(at(now), at(due)) == timedelta(hours=hours)


def test_hours_of_a_half_day_are_those_of_the_half() -> None:
    calendar = with_days({"2026-12-24": DayKind.MORNING, "2026-12-26": DayKind.AFTERNOON})
    left = calendar.working_hours_left(at("2026-12-23 17:00"), at("2026-12-28 07:30"))
    assert left == timedelta(hours=4 + 8 + 4)


def test_hours_are_those_of_the_offices_wherever_the_moment_was_written() -> None:
    now = at("2026-11-23 08:00").astimezone(ZoneInfo("UTC"))
    assert CALENDAR.working_hours_left(now, at("2026-11-23 11:00")) == timedelta(hours=3)
    assert CALENDAR.is_open(now)
    assert not CALENDAR.is_open(at("2026-11-23 12:00"))
    assert not CALENDAR.is_open(at("2026-11-24 09:00"))


@given(DAYS, st.integers(1, 200))
def test_the_day_on_which_days_are_over_is_worked_and_so_many_days_away(
    start: date, count: int
) -> None:
    due = CALENDAR.add_working_days(start, count)
    assert CALENDAR.works(due)
    assert CALENDAR.working_days_between(start, due) == count


@given(DAYS, DAYS, DAYS)
def test_days_between_add_up_and_turn_round(a: date, b: date, c: date) -> None:
    between = CALENDAR.working_days_between
    assert between(a, b) == -between(b, a)
    assert between(a, c) == between(a, b) + between(b, c)


@given(DAYS, DAYS)
def test_days_between_are_those_that_one_can_count(a: date, b: date) -> None:
    first, last = min(a, b), max(a, b)
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    counted = sum(CALENDAR.works(day) for day in days)
    assert CALENDAR.working_days_between(first, last) == counted
    begin, end = (datetime.combine(day, time(23), ZONE) for day in (first, last))
    assert CALENDAR.working_hours_left(begin, end) == timedelta(hours=8 * counted)


OTHERWISE = {date(2026, 1, 2), date(2026, 1, 10)}
"""The swap at the beginning of 2026, which the library does not know."""


@given(DAYS)
def test_a_day_is_worked_as_the_library_says_where_the_two_agree(day: date) -> None:
    known = holidays.country_holidays("VN", years=(2026, 2027))
    if day not in OTHERWISE:
        assert CALENDAR.works(day) == known.is_working_day(day)


@given(DAYS, st.integers(1, 60))
def test_days_are_added_as_the_library_adds_them_where_the_two_agree(
    start: date, count: int
) -> None:
    known = holidays.country_holidays("VN", years=(2026, 2027, 2028))
    expected = known.get_nth_working_day(start, count)
    if expected.year < 2028 and not any(start < day <= expected for day in OTHERWISE):
        assert CALENDAR.add_working_days(start, count) == expected


@given(st.integers(1, 300))
def test_without_a_table_five_days_of_a_week_are_worked(count: int) -> None:
    due = Calendar(ZONE).add_working_days(date(2026, 11, 20), count)
    assert due.weekday() < 5
    weeks, rest = divmod(count, 5)
    assert due == date(2026, 11, 20) + timedelta(days=7 * weeks + (rest + 2 if rest else 0))


def test_what_staff_wrote_down_goes_before_the_file() -> None:
    day = date(2026, 11, 24)
    file = [
        CalendarDay(day, DayKind.HOLIDAY, "file"),
        CalendarDay(date(2026, 1, 1), DayKind.HOLIDAY),
    ]
    days = merged(file, [CalendarDay(day, DayKind.WORKED, "staff")])
    assert [(one.day.month, one.kind, one.note) for one in days.values()] == [
        (1, DayKind.HOLIDAY, ""),
        (11, DayKind.WORKED, "staff"),
    ]


@pytest.mark.parametrize(
    "years, today, missing",
    [
        ((2026, 2027), "2026-11-27", None),
        ((2026,), "2026-09-30", None),
        ((2026,), "2026-10-01", 2027),
        ((2026, 2027), "2027-12-31", 2028),
        ((2027,), "2026-03-01", 2026),
        ((), "2026-03-01", 2026),
    ],
)
def test_the_next_year_is_missing_from_october_on(
    years: tuple[int, ...], today: str, missing: int | None
) -> None:
    days = merged((holiday for year in years for holiday in holidays_of(year, 10)), ())
    assert missing_year(days, date.fromisoformat(today)) == missing


def holidays_of(year: int, count: int) -> Sequence[CalendarDay]:
    return [CalendarDay(date(year, 1, 1 + n), DayKind.HOLIDAY) for n in range(count)]


@pytest.mark.parametrize("count", [1, 9])
def test_a_year_of_which_only_some_holidays_are_written_down_is_missing(count: int) -> None:
    days = merged(holidays_of(2026, 10), holidays_of(2027, count))
    assert missing_year(days, date(2026, 11, 27)) == 2027


@pytest.mark.parametrize(
    "start, hours, over",
    [
        ("2026-11-23T08:00", 2, "2026-11-23T10:00"),
        ("2026-11-23T10:30", 2, "2026-11-23T14:00"),
        ("2026-11-23T16:00", 4, "2026-11-25T10:30"),  # 24 November is a holiday
        ("2026-11-22T20:00", 8, "2026-11-23T17:00"),
        ("2026-11-23T12:00", 0.5, "2026-11-23T13:30"),
    ],
)
def test_working_hours_are_added_as_the_offices_work(start: str, hours: float, over: str) -> None:
    assert CALENDAR.add_working_hours(at(start), timedelta(hours=hours)) == at(over)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)), st.integers(1, 200_000))  # noqa: DTZ001  # its zone comes below
def test_the_hours_that_were_added_are_those_that_are_left(start: datetime, seconds: int) -> None:
    here, length = start.replace(tzinfo=ZONE), timedelta(seconds=seconds)
    over = CALENDAR.add_working_hours(here, length)
    assert CALENDAR.working_hours_left(here, over) == length


def test_more_hours_than_there_will_ever_be_cannot_be_added() -> None:
    with pytest.raises(ValueError, match="before the year 10000"):
        CALENDAR.add_working_hours(at("9999-12-30T08:00"), timedelta(days=9))
