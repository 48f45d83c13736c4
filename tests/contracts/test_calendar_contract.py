"""Days that staff wrote down, in every store."""

from datetime import date, timedelta

from sms_gateway.domain.calendar import DayKind
from sms_gateway.domain.calendar_days import CalendarDay, DayBack, DayOrder
from tests.contracts.purge_desk import store
from tests.contracts.store_desk import Desk
from tests.parts import START

EVE = date(2026, 12, 24)
LATER = START + timedelta(hours=1)


async def test_a_day_is_written_down_read_back_and_written_over(desk: Desk) -> None:
    calendar = store(desk).calendar
    await calendar.set_day(DayOrder(EVE, DayKind.MORNING, "Họp", START, "os:an"))
    await calendar.set_day(DayOrder(date(2026, 1, 9), DayKind.HOLIDAY, "", START, "os:an"))
    await calendar.set_day(DayOrder(EVE, DayKind.HOLIDAY, "Nghỉ", LATER, "os:binh"))
    expected = [
        CalendarDay(date(2026, 1, 9), DayKind.HOLIDAY, "", START, "os:an"),
        CalendarDay(EVE, DayKind.HOLIDAY, "Nghỉ", LATER, "os:binh"),
    ]
    assert list(await calendar.days()) == expected
    assert list(await store(desk).reading.calendar_days()) == expected


async def test_a_day_is_taken_back_once(desk: Desk) -> None:
    calendar = store(desk).calendar
    await calendar.set_day(DayOrder(EVE, DayKind.MORNING, "", START, "os:an"))
    assert await calendar.unset_day(DayBack(EVE, LATER, "os:binh"))
    assert not await calendar.unset_day(DayBack(EVE, LATER, "os:binh"))
    assert list(await calendar.days()) == []


async def test_each_change_of_a_day_is_audited(desk: Desk) -> None:
    calendar = store(desk).calendar
    await calendar.set_day(DayOrder(EVE, DayKind.MORNING, "Họp", START, "os:an"))
    await calendar.unset_day(DayBack(EVE, LATER, "os:binh"))
    await calendar.unset_day(DayBack(EVE, LATER, "os:binh"))
    assert await desk.rows("SELECT act, by, subject, detail FROM audit ORDER BY id") == [
        ("calendar.set", "os:an", "2026-12-24", "morning Họp"),
        ("calendar.unset", "os:binh", "2026-12-24", ""),
    ]
