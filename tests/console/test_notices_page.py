"""Automatic messages, as a supervisor decides about them."""

import re
from datetime import timedelta

import pytest

from sms_gateway.console.languages import PageLanguage, catalogue
from sms_gateway.console.notice_words import SHIPPED
from sms_gateway.console.pages import notices as notices_page
from sms_gateway.domain.dossier import State
from sms_gateway.domain.staff import Role
from sms_gateway.notices.table import load_table
from sms_gateway.windows.acts import Wanted
from tests.console.automatic_desk import automatic_of
from tests.console.console_desk import ConsoleHouse
from tests.notices.notices_desk import SETTINGS, NoticesDesk
from tests.parts import AN, BINH

NOTICES = "/console/notices"


async def hold_bulk(house: ConsoleHouse, agencies: tuple[str, ...] = ("H32.01",)) -> str:
    """Papers of six dossiers are missing at once, in these offices by turns; the batch."""
    notices = house.notices
    await notices.to_the_present()
    for number in range(6):
        agency, at = agencies[number % len(agencies)], notices.desk.clock.at
        change = {"state_at": at, "owners": (AN, BINH), "agency": agency}
        notices.change(State.PAPERS_NEEDED, number, **change)
    await notices.look(60)
    return await batch_of(notices)


async def batch_of(notices: NoticesDesk) -> str:
    """The newest one."""
    return (await notices.store.notices.batches())[-1].id


async def hold_announcement(house: ConsoleHouse, cause: str) -> str:
    """An outage in two hours is announced to whoever has a dossier in work; the batch."""
    notices, automatic = house.notices, automatic_of(house.notices)
    notices.change(State.PROCESSING, 1)
    begins = house.desk.clock.at + timedelta(hours=2)
    wanted = Wanted(begins, begins + timedelta(hours=1), cause, "", planned=True, stops=True)
    window = await automatic.window_acts.add(wanted, "os:an")
    boss = await house.signed_in(Role.ADMINISTRATOR, "announcer")
    page = await boss.get(f"/console/windows/{window}/announcement")
    assert (await boss.post(f"/console/windows/{window}/announcement", {}, page)).status == 303
    return await batch_of(notices)


async def audited(house: ConsoleHouse, act: str) -> list[tuple[object, ...]]:
    return list(await house.desk.rows(f"SELECT by, subject FROM audit WHERE act = '{act}'"))  # noqa: S608  # a word of the test


async def test_the_table_says_what_is_told_of_which_change_and_that_nothing_is(
    house: ConsoleHouse,
) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(NOTICES)
    assert page.status == 200
    assert "đang tắt" in page.text
    assert "21:00-07:00" in page.text
    assert len(re.findall(r'<td class="number">\d+</td>', page.text)) == len(
        house.notices.table.situations
    )
    assert "yêu cầu thực hiện nghĩa vụ tài chính" in page.text
    assert "Không có tin nào bị giữ" in page.text


def test_each_shipped_situation_is_named_in_vietnamese() -> None:
    vi = catalogue(PageLanguage.VI)
    table = load_table(SETTINGS.notice_tables, "VN").situations
    texts = {text for line in table for text in (line.name, line.why) if text}
    assert texts == SHIPPED
    assert [text for text in texts if vi.gettext(text) == text] == []


async def test_a_batch_shows_some_of_its_texts_and_no_number(house: ConsoleHouse) -> None:
    batch = await hold_bulk(house)
    clerk = await house.signed_in()
    page = await clerk.get(NOTICES)
    assert "<b>12</b> đến 2 số" in page.text
    assert page.text.count("can bo sung giay to") == 5
    assert "09xx xxx 001" in page.text
    assert "900000001" not in page.text
    assert f"{batch}/release" not in page.text


async def test_a_release_says_how_many_get_a_text_and_then_sends_them(house: ConsoleHouse) -> None:
    batch = await hold_bulk(house)
    boss = await house.signed_in(Role.SUPERVISOR)
    page = await boss.get(f"{NOTICES}/{batch}/release")
    assert "2 người dân sẽ nhận tin, tổng cộng 12 tin" in page.text
    done = await boss.post(f"{NOTICES}/{batch}/release", {"texts": "12"}, page)
    assert (done.status, done.headers["Location"]) == (303, f"{NOTICES}?done=released")
    assert "Đã cho gửi" in (await boss.get(done.headers["Location"])).text
    assert len(await house.notices.told(60)) == 12
    assert (await audited(house, "notices.release"))[0] == ("staff:supervisor-1", batch)


async def test_what_grew_while_somebody_read_it_is_not_let_go(house: ConsoleHouse) -> None:
    batch = await hold_bulk(house)
    boss = await house.signed_in(Role.SUPERVISOR)
    page = await boss.get(f"{NOTICES}/{batch}/release")
    for seen in ("11", "", "x"):
        again = await boss.post(f"{NOTICES}/{batch}/release", {"texts": seen}, page)
        assert again.status == 409
        assert "Lô tin đã tăng thêm" in again.text
    assert await batch_of(house.notices) == batch


async def test_what_is_dropped_is_never_sent(house: ConsoleHouse) -> None:
    batch = await hold_bulk(house)
    boss = await house.signed_in(Role.SUPERVISOR)
    page = await boss.get(f"{NOTICES}/{batch}/drop")
    assert "không bao giờ được gửi" in page.text
    assert (await boss.post(f"{NOTICES}/{batch}/drop", {"texts": "12"}, page)).status == 303
    assert await house.notices.told(60) == []
    assert (await audited(house, "notices.drop"))[0] == ("staff:supervisor-1", batch)
    assert (await boss.get(f"{NOTICES}/{batch}/drop")).status == 404


async def test_a_step_backwards_is_confirmed_and_not_released(house: ConsoleHouse) -> None:
    notices = house.notices
    await notices.to_the_present()
    for state in (State.PROCESSING, State.FINISHED, State.PAPERS_NEEDED):
        notices.change(state, state_at=notices.desk.clock.at)
        await notices.told(5 * 3600)
    batch = await batch_of(notices)
    boss = await house.signed_in(Role.SUPERVISOR)
    assert (await boss.get(f"{NOTICES}/{batch}/release")).status == 404
    page = await boss.get(f"{NOTICES}/{batch}/confirm")
    assert (await boss.post(f"{NOTICES}/{batch}/confirm", {"texts": "1"}, page)).status == 303
    assert await audited(house, "notices.confirm") == [("staff:supervisor-1", batch)]


async def test_a_page_holds_so_many_batches_and_says_how_many_there_are(
    house: ConsoleHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await hold_bulk(house), await hold_announcement(house, "nâng cấp")
    monkeypatch.setattr(notices_page, "_SHOWN", 1)
    boss = await house.signed_in(Role.SUPERVISOR, "boss")
    page = await boss.get(NOTICES)
    assert "Hiển thị 1 trên 2" in page.text
    assert f"{first}/drop" in page.text
    assert f"{second}/drop" not in page.text
    assert (await boss.get(f"{NOTICES}/{second}/drop")).status == 200


async def test_who_sees_one_agency_sees_its_part_and_decides_nothing(house: ConsoleHouse) -> None:
    batch = await hold_bulk(house, ("H32.01", "H32.02"))
    one = await house.signed_in(Role.SUPERVISOR, "one", ["H32.01"])
    page = await one.get(NOTICES)
    assert "<b>6</b> đến 2 số" in page.text
    assert "170703-0000" in page.text
    assert "170703-0001" not in page.text
    assert "chỉ người được xem tất cả cơ quan" in page.text
    assert f"{batch}/release" not in page.text
    for act in ("release", "confirm", "drop"):
        for path in (f"{NOTICES}/{batch}/{act}", f"{NOTICES}/none/{act}"):
            assert (await one.get(path)).status == 403
            assert (await one.post(path, {"texts": "12"}, page)).status == 403
    assert await batch_of(house.notices) == batch


async def test_an_announcement_is_no_agencys_and_its_words_are_never_run(
    house: ConsoleHouse,
) -> None:
    batch = await hold_announcement(house, "<script>alert(1)</script>")
    one = await house.signed_in(Role.SUPERVISOR, "one", ["H32.01"])
    assert "alert(1)" not in (await one.get(NOTICES)).text
    boss = await house.signed_in(Role.SUPERVISOR, "boss")
    for path in (NOTICES, f"{NOTICES}/{batch}/release"):
        page = await boss.get(path)
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
        assert "1 tin gửi được trước khi bắt đầu" in page.text


async def test_an_announcement_of_what_has_begun_is_not_released(house: ConsoleHouse) -> None:
    batch = await hold_announcement(house, "nâng cấp")
    house.desk.clock.step(3 * 3600)
    boss = await house.signed_in(Role.SUPERVISOR, "boss")
    page = await boss.get(f"{NOTICES}/{batch}/release")
    done = await boss.post(f"{NOTICES}/{batch}/release", {"texts": "1"}, page)
    assert done.status == 409
    assert "Đợt gián đoạn đã bắt đầu" in done.text


async def test_the_plan_counts_what_would_be_sent_of_ones_own_agencies(house: ConsoleHouse) -> None:
    await hold_bulk(house, ("H32.01", "H32.02"))
    boss = await house.signed_in(Role.VIEWER, "boss")
    page = await boss.get(f"{NOTICES}/plan?hours=6")
    assert "<b>12</b> (12 SMS)" in page.text
    assert "Tạm dừng thời hạn: cần bổ sung giấy tờ" in page.text
    assert "900000001" not in page.text
    one = await house.signed_in(Role.VIEWER, "one", ["H32.01"])
    page = await one.get(f"{NOTICES}/plan?hours=6")
    assert "<b>6</b> (6 SMS)" in page.text
    assert "170703-0001" not in page.text


async def test_a_plan_while_the_dossiers_cannot_be_read_says_so(house: ConsoleHouse) -> None:
    house.notices.feed.down = True
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(f"{NOTICES}/plan")
    assert page.status == 503
    assert "Hiện không đọc được hồ sơ" in page.text
