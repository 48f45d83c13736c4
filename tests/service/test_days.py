"""The watch over the calendar: a missing year is told at the start, and once when it begins."""

import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sms_gateway.domain.calendar import DayKind
from sms_gateway.domain.calendar_days import CalendarDay
from sms_gateway.ports import StoreDownError
from sms_gateway.service.days import DaysWatch
from sms_gateway.settings import Settings, load
from tests.virtual_time import StandingClock

CONFIG = Path(__file__).parents[2] / "config"
OCTOBER = datetime(2027, 9, 30, 17, 5, tzinfo=UTC)  # 1 October here


class October(StandingClock):
    """It is the first of October here, whatever it is in UTC."""

    def now(self) -> datetime:
        return OCTOBER


WRITTEN = [CalendarDay(date(2028, 1, 20 + n), DayKind.HOLIDAY) for n in range(10)]


class Wall:
    """What staff wrote down."""

    def __init__(self) -> None:
        self.written: list[CalendarDay] = []
        self.down = False

    async def days(self) -> Sequence[CalendarDay]:
        if self.down:
            message = "away"
            raise StoreDownError(message)
        return self.written


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(CONFIG, None, {}, tmp_path)


def told(log: io.StringIO) -> list[str]:
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line["reason"] for line in lines if line["event"] == "calendar.year_missing"]


async def test_a_year_is_told_of_once_until_somebody_writes_it_down(
    settings: Settings, captured_logs: io.StringIO
) -> None:
    wall, seen = Wall(), list[int]()
    watch = DaysWatch(settings, wall, October(), seen.append)
    await watch.look()
    await watch.look()
    assert (seen, told(captured_logs)) == ([2028, 2028], ["2028"])
    wall.written.extend(WRITTEN[:9])
    await watch.look()
    assert seen[-1] == 2028
    wall.written.extend(WRITTEN[9:])
    await watch.look()
    assert seen[-1] == 0
    wall.written.clear()
    await watch.look()
    assert told(captured_logs) == ["2028", "2028"]


async def test_while_the_store_is_away_nothing_is_told(
    settings: Settings, captured_logs: io.StringIO
) -> None:
    wall, seen = Wall(), list[int]()
    wall.down = True
    await DaysWatch(settings, wall, October(), seen.append).look()
    assert (seen, told(captured_logs)) == ([], [])
