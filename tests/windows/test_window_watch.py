"""Which windows stand, to the second; and which planned one must be announced now."""

import io
import json
import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from sms_gateway.domain.calendar import Calendar, DayKind
from sms_gateway.domain.windows import IncidentWindow
from sms_gateway.windows.watch import SECONDS, Around, WindowWatch, unannounced
from tests.parts import START
from tests.virtual_time import VirtualClock
from tests.windows.windows_desk import HOUR, Wall, window

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FEAST = datetime(2026, 11, 24, tzinfo=UTC).date()
CALENDAR = Calendar(ZONE, {FEAST: DayKind.HOLIDAY})
DAY = 24


class Ward:
    """A watch whose wall and clock a test holds."""

    def __init__(self, *known: IncidentWindow, ahead: int = 7) -> None:
        self.clock, self.wall = VirtualClock(), Wall(*known)
        self.shown: list[tuple[int, int]] = []
        self.warned: list[float] = []

        async def calendar() -> Calendar:
            return CALENDAR

        around = Around(
            self.clock, calendar, ahead, lambda *seen: self.shown.append(seen), self.warned.append
        )
        self.watch = WindowWatch(self.wall, around)


def events(log: io.StringIO) -> list[str]:
    return [json.loads(line)["event"] for line in log.getvalue().splitlines()]


async def test_a_window_interrupts_from_its_first_second_to_its_last() -> None:
    ward = Ward(window(1, 2))
    await ward.watch.look()
    stood = []
    for seconds in (3599, 1, 3599, 1):
        await ward.clock.advance(seconds)
        stood.append(ward.watch.stops())
    assert stood == [False, True, True, False]


async def test_an_open_one_stands_until_it_is_ended_and_one_that_stops_nothing_never_does() -> None:
    ward = Ward(window(0), window(0, name="w2", stops=False))
    await ward.watch.look()
    assert ward.watch.stops()
    ward.wall.known[0] = window(0, 0.5)
    await ward.clock.advance(3600)
    assert ward.watch.stops()
    await ward.watch.look()
    assert not ward.watch.stops()


async def test_what_was_read_last_holds_while_the_store_is_down() -> None:
    ward = Ward(window(0))
    await ward.watch.look()
    ward.wall.down = True
    ward.wall.known.clear()
    await ward.watch.look()
    assert ward.watch.stops()
    assert ward.shown == [(1, 0)]


async def test_a_line_of_the_log_names_its_window_whatever_digits_its_id_has(
    captured_logs: io.StringIO,
) -> None:
    name = "01234567-8901-7234-8567-890123456789"
    ward = Ward(window(0, 1, name=name))
    await ward.watch.look()
    assert json.loads(captured_logs.getvalue())["window"] == name


async def test_it_is_told_once_that_a_window_begins_and_is_over(
    captured_logs: io.StringIO,
) -> None:
    ward = Ward(window(0, 1))
    await ward.watch.look()
    await ward.watch.look()
    await ward.clock.advance(3600)
    await ward.watch.look()
    assert events(captured_logs) == ["windows.begun", "windows.over"]
    assert ward.shown == [(1, 0), (1, 0), (0, 0)]


def test_it_looks_often_enough_that_another_node_knows_within_seconds() -> None:
    assert SECONDS <= 5


@pytest.mark.parametrize(
    "days, due",
    [
        # START is Monday 23/11; the 24th is a holiday. Seven working days later is 3/12.
        (9, [6]),
        (10, [7]),
        (11, []),
        (14, []),
    ],
)
def test_a_planned_window_is_due_while_its_last_day_for_an_announcement_is_today_or_past(
    days: int, due: list[float]
) -> None:
    ahead = window(days * DAY, days * DAY + 2, planned=True)
    assert [one.days for one in unannounced([ahead], START, CALENDAR, 7)] == due


def test_nothing_is_due_that_is_announced_called_off_begun_or_an_incident() -> None:
    planned = window(DAY, DAY + 2, planned=True)
    for other in (
        replace(planned, announced_at=START),
        replace(planned, ends_at=planned.starts_at),
        window(-1, 2, planned=True),
        window(DAY, DAY + 2),
    ):
        assert unannounced([other], START, CALENDAR, 7) == []
    assert unannounced([planned], START, CALENDAR, 0) == []
    assert len(unannounced([planned], START, CALENDAR, 7)) == 1


async def test_one_that_is_due_is_told_once_and_until_it_is_announced(
    captured_logs: io.StringIO,
) -> None:
    planned = window(3 * DAY, 3 * DAY + 2, planned=True)
    ward = Ward(planned)
    await ward.watch.look()
    await ward.watch.look()
    ward.wall.known[0] = replace(planned, announced_at=START + HOUR)
    await ward.watch.look()
    assert ward.shown == [(0, 1), (0, 1), (0, 0)]
    assert ward.warned == [2.0, 2.0, math.inf]
    assert events(captured_logs) == ["windows.unannounced"]
