"""The hours of the night count for nothing that gets old."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.notices.hours import Quiet

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = Quiet.of("21:00-07:00", ZONE)
NONE = Quiet.of("", ZONE)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    "begin, hours, end",
    [
        (at(27, 9), 8, at(27, 17)),
        (at(27, 20), 1, at(27, 21)),
        (at(27, 20), 8, at(28, 14)),
        (at(27, 23), 1, at(28, 8)),
        (at(28, 3), 1, at(28, 8)),
        (at(27, 9), 24, at(28, 19)),
        (at(27, 9), 30, at(29, 11)),
    ],
)
def test_so_much_later_without_the_nights(begin: datetime, hours: int, end: datetime) -> None:
    assert NIGHT.later(begin, timedelta(hours=hours)) == end
    assert NONE.later(begin, timedelta(hours=hours)) == begin + timedelta(hours=hours)


@given(st.integers(0, 47), st.integers(1, 200), st.integers(0, 200))
def test_it_ends_by_day_and_never_goes_back(begin: int, hours: int, more: int) -> None:
    start = at(20, 0) + timedelta(hours=begin)
    end = NIGHT.later(start, timedelta(hours=hours))
    assert end >= start + timedelta(hours=hours)
    assert not NIGHT.within(end - timedelta(seconds=1))
    assert NIGHT.later(end, timedelta(hours=more)) == NIGHT.later(
        start, timedelta(hours=hours + more)
    )
