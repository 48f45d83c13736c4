"""`calendar.toml`: what it may say, and how a fault in it is told."""

import tomllib
from datetime import date, time

import pytest

from sms_gateway.domain.calendar import DayKind, Hours
from sms_gateway.domain.calendar_days import CalendarDay
from sms_gateway.settings import SettingsError, load_calendar

ONE = """
[hours]
morning = "07:00-11:30"
[days]
2026-11-24 = { kind = "holiday", note = "Ngày Văn hóa" }
2026-01-10 = { kind = "worked" }
"""


def test_days_and_hours_are_read_in_order() -> None:
    file = load_calendar(tomllib.loads(ONE))
    assert file.hours == Hours((time(7), time(11, 30)), (time(13), time(17)))
    assert file.days == (
        CalendarDay(date(2026, 1, 10), DayKind.WORKED),
        CalendarDay(date(2026, 11, 24), DayKind.HOLIDAY, "Ngày Văn hóa"),
    )


def test_an_empty_file_leaves_the_week() -> None:
    assert load_calendar({}).days == ()


@pytest.mark.parametrize(
    "text, told",
    [
        ('[days]\n24-11-2026 = { kind = "holiday" }', "calendar.toml days.24-11-2026: no day"),
        ('[days]\n1026-11-24 = { kind = "holiday" }', "calendar.toml days.1026-11-24: no day"),
        ('[days]\n2026-11-24 = { kind = "feast" }', "expected one of holiday, worked"),
        ('[days]\n2026-11-24 = { knd = "holiday" }', "no such setting; did you mean kind?"),
        ('[hours]\nmorning = "7-11"', "hours.morning: write it as 07:30-11:30"),
        ('[hours]\nmorning = "11:30-07:30"', "hours.morning: write it as 07:30-11:30"),
        ('[hours]\nmorning = "27:30-28:30"', "hours.morning: write it as 07:30-11:30"),
        ('[hours]\nmorning = "07:30-14:00"', "the afternoon begins before the morning ends"),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_calendar(tomllib.loads(text))
    assert told in str(error.value)
