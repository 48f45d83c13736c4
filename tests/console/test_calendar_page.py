"""The calendar, as a supervisor keeps it."""

import re

from sms_gateway.domain.staff import Role
from tests.console.console_desk import Browser, ConsoleHouse, Reply

CALENDAR = "/console/calendar"


async def set_day(boss: Browser, day: str, kind: str, note: str = "QĐ 12/2026") -> Reply:
    page = await boss.get(CALENDAR)
    return await boss.post(f"{CALENDAR}/set", {"day": day, "kind": kind, "note": note}, page)


async def acts(house: ConsoleHouse) -> list[tuple[object, ...]]:
    rows = "SELECT act, by, subject FROM audit WHERE act LIKE 'calendar.%' ORDER BY id"
    return list(await house.desk.rows(rows))


async def test_a_year_is_twelve_months_with_what_differs_in_words(house: ConsoleHouse) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(CALENDAR)
    assert page.text.count('<table class="month">') == 12
    assert re.search(r'<td class="free"[^>]*>2<small>nghỉ</small>', page.text)
    assert re.search(r'<td class="worked"[^>]*>10<small>làm bù</small>', page.text)
    assert "24/11/2027" in page.text
    assert "Đặt một ngày" not in page.text


async def test_a_year_that_nobody_wrote_down_says_so_until_the_end_of_time(
    house: ConsoleHouse,
) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(f"{CALENDAR}?year=2099")
    assert "Năm đó chưa có ngày nào khác thường" in page.text
    for year in ("2100", "2000", "1999", "99999", "x"):
        assert (await viewer.get(f"{CALENDAR}?year={year}")).status == 200


async def test_a_missing_year_is_told(house: ConsoleHouse) -> None:
    house.desk.clock.step(366 * 24 * 3600)
    viewer = await house.signed_in(Role.VIEWER)
    assert "Chưa có ngày nghỉ của năm 2028" in (await viewer.get(CALENDAR)).text


async def test_a_day_is_set_and_taken_back(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    done = await set_day(boss, "2026-12-24", "morning", "<i>họp</i>")
    assert done.headers["Location"] == f"{CALENDAR}?year=2026&done=day"
    page = await boss.get(CALENDAR)
    assert re.search(r'<td class="half"[^>]*>24<small>sáng</small>', page.text)
    assert "<i>họp" not in page.text
    assert "staff:supervisor-1" in page.text
    assert "Supervisor-1" in page.text
    back = await boss.post(f"{CALENDAR}/unset", {"day": "2026-12-24"}, page)
    assert back.status == 303
    again = await boss.post(f"{CALENDAR}/unset", {"day": "2026-12-24"}, page)
    assert (again.status, "chưa được đặt" in again.text) == (409, True)
    assert await acts(house) == [
        ("calendar.set", "staff:supervisor-1", "2026-12-24"),
        ("calendar.unset", "staff:supervisor-1", "2026-12-24"),
    ]


async def test_what_cannot_be_set_is_said(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    for day, kind, note, said in (
        ("soon", "holiday", "A", "Ngày không hợp lệ"),
        ("2026-12-24", "party", "A", "Ngày không hợp lệ"),
        ("2026-12-24", "holiday", " ", "Hãy ghi ngắn gọn lý do"),
        ("2026-12-24", "worked", "A", "không cần đặt"),
        ("2126-12-24", "holiday", "A", "2000 đến 2100"),
        ("2026-12-24", "holiday", "A" * 201, "Tối đa 200"),
    ):
        got = await set_day(boss, day, kind, note)
        assert (got.status, said in got.text) == (422, True), said
    assert await acts(house) == []


async def test_who_sees_one_agency_changes_no_day(house: ConsoleHouse) -> None:
    one = await house.signed_in(Role.SUPERVISOR, "one", ["H32.01"])
    assert (await set_day(one, "2026-12-24", "holiday")).status == 403
    page = await one.get(CALENDAR)
    assert "Đặt một ngày" not in page.text
    unset = await one.post(f"{CALENDAR}/unset", {"day": "2026-12-24"}, page)
    assert unset.status == 403
    assert await acts(house) == []
