"""Interruptions, as a supervisor writes them down."""

from datetime import timedelta

from sms_gateway.domain.dossier import State
from sms_gateway.domain.staff import Role
from sms_gateway.windows.acts import Wanted
from tests.console.automatic_desk import LATE, automatic_of
from tests.console.console_desk import Browser, ConsoleHouse

WINDOWS = "/console/windows"
HOUR = timedelta(hours=1)


async def write(house: ConsoleHouse, begins: float, ends: float | None = None) -> str:
    """A window, by hours from now; planned where it lies ahead."""
    now = house.desk.clock.at
    wanted = Wanted(
        now + begins * HOUR,
        None if ends is None else now + ends * HOUR,
        "máy chủ hỏng",
        "818/SNgV-VP",
        planned=begins > 0,
        stops=True,
    )
    return await automatic_of(house.notices).window_acts.add(wanted, "os:an")


async def acts(house: ConsoleHouse) -> list[tuple[object, ...]]:
    rows = await house.desk.rows("SELECT act, by FROM audit WHERE act LIKE 'windows.%' ORDER BY id")
    return list(rows)


async def post(boss: Browser, path: str, **fields: str) -> tuple[int, str]:
    """An act from the list; its status, and where it leads or what the page says."""
    got = await boss.post(path, fields, await boss.get(WINDOWS))
    return got.status, got.headers.get("Location", got.text)


async def test_an_empty_list_says_what_would_be_here(house: ConsoleHouse) -> None:
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(WINDOWS)
    assert "Chưa ghi đợt gián đoạn nào" in page.text
    assert "<form" not in page.text.split("<main")[1].split("</main>")[0]


async def test_what_is_broken_now_stands_from_this_moment_on(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    status, place = await post(boss, f"{WINDOWS}/now", cause="<b>đứt cáp</b>", stops="yes")
    assert status == 303
    page = await boss.get(place)
    assert "đang gián đoạn, ngừng tra cứu" in page.text
    assert "<b>đứt" not in page.text
    assert "&lt;b&gt;đứt cáp" in (await boss.get(WINDOWS)).text
    assert await acts(house) == [("windows.add", "staff:supervisor-1")]


async def test_what_is_missing_or_wrong_is_said_and_what_was_typed_stays(
    house: ConsoleHouse,
) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    wrong = (
        ("now", {"cause": ""}, "Hãy ghi ngắn gọn vài chữ"),
        ("now", {"cause": "A", "from": "soon"}, "Thời điểm không hợp lệ"),
        ("now", {"cause": "A", "from": "2126-11-24T08:30"}, "ở phía trước"),
        ("now", {"cause": "A", "document": "8" * 61}, "tối đa 60"),
        ("now", {"cause": "A" * 201}, "Tối đa 200"),
        ("plan", {"cause": "A", "from": "2126-11-24T08:30"}, "dự kiến kéo dài đến khi nào"),
        (
            "plan",
            {"cause": "kept", "from": "2126-11-24T08:30", "to": "2126-11-24T07:30"},
            "Thời điểm kết thúc trước",
        ),
    )
    for path, fields, said in wrong:
        status, text = await post(boss, f"{WINDOWS}/{path}", **fields)
        assert (status, said in text) == (422, True), said
    _, text = await post(boss, f"{WINDOWS}/plan", **wrong[-1][1])
    assert 'value="kept"' in text
    assert 'value="2126-11-24T08:30"' in text
    assert await acts(house) == []


async def test_a_planned_outage_waits_to_be_announced_until_somebody_notes_where(
    house: ConsoleHouse,
) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    window = await write(house, 24, 25)
    assert "cần thông báo ngay" in (await boss.get(WINDOWS)).text
    page = await boss.get(f"{WINDOWS}/{window}")
    assert "Thông báo: hệ thống tra cứu hồ sơ tạm ngừng" in page.text
    assert "Thong bao: he thong" in page.text
    status, place = await post(boss, f"{WINDOWS}/{window}/told", where="trang thông tin")
    assert (status, place) == (303, f"{WINDOWS}/{window}?done=window-told")
    assert "cần thông báo ngay" not in (await boss.get(WINDOWS)).text
    assert (await acts(house))[-1] == ("windows.announce", "staff:supervisor-1")


async def test_an_announcement_is_foreseen_without_writing_and_then_held(
    house: ConsoleHouse,
) -> None:
    house.notices.change(State.PROCESSING, 1)
    house.notices.change(State.PROCESSING, 2)
    house.notices.change(State.FINISHED, 3)
    window = await write(house, 24, 25)
    boss = await house.signed_in(Role.SUPERVISOR)
    path = f"{WINDOWS}/{window}/announcement"
    page = await boss.get(path)
    assert "<b>1</b> đến 1 số" in page.text
    assert "09xx xxx 001" in page.text
    assert "900000001" not in page.text
    assert await house.notices.store.notices.batches() == []
    done = await boss.post(path, {}, page)
    assert done.headers["Location"] == "/console/notices?done=window-held"
    (batch,) = await house.notices.store.notices.batches()
    assert (batch.texts, batch.window) == (1, window)
    assert (await acts(house))[-1] == ("windows.hold", "staff:supervisor-1")
    assert (await boss.post(path, {}, page)).headers["Location"].endswith("done=window-nobody")


async def test_what_has_begun_is_not_announced(house: ConsoleHouse) -> None:
    window = await write(house, -1)
    boss = await house.signed_in(Role.SUPERVISOR)
    path = f"{WINDOWS}/{window}/announcement"
    assert (await boss.get(path)).status == 409
    status, text = await post(boss, path)
    assert (status, "Chỉ thông báo đợt" in text) == (409, True)


async def test_an_incident_ends_now_or_is_set_right_and_a_plan_is_called_off(
    house: ConsoleHouse,
) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    window, plan = await write(house, -2), await write(house, 24, 25)
    assert (await post(boss, f"{WINDOWS}/{window}/end", now="yes"))[0] == 303
    assert "đã kết thúc" in (await boss.get(f"{WINDOWS}/{window}")).text
    assert (await post(boss, f"{WINDOWS}/{window}/end", at="2026-11-23T09:00"))[0] == 303
    assert "23/11/2026 09:00:00" in (await boss.get(f"{WINDOWS}/{window}")).text
    assert (await post(boss, f"{WINDOWS}/{window}/end", at="soon"))[0] == 422
    early = await post(boss, f"{WINDOWS}/{window}/end", at="2016-11-23T09:00")
    assert (early[0], "bắt đầu sau thời điểm đó" in early[1]) == (409, True)
    assert (await post(boss, f"{WINDOWS}/{plan}/end", now="yes"))[0] == 303
    assert "đã hủy" in (await boss.get(f"{WINDOWS}/{plan}")).text
    assert (await acts(house)).count(("windows.end", "staff:supervisor-1")) == 3


async def test_what_was_late_is_given_the_window_as_cause(house: ConsoleHouse) -> None:
    house.notices.change(State.FINISHED, 4)
    window = await write(house, -1)
    boss = await house.signed_in(Role.SUPERVISOR)
    path = f"{WINDOWS}/{window}/late"
    page = await boss.get(path)
    assert LATE.id in page.text
    assert (await boss.post(path, {"every": "yes", "note": "kiểm tra"}, page)).status == 303
    code = house.notices.feed.entries[0].case.dossier.id
    slip = await boss.post(path, {"codes": f"{code}\nslip"}, page)
    assert (slip.status, "chưa thực hiện gì: slip" in slip.text) == (422, True)
    assert (await boss.post(path, {"codes": code}, page)).status == 303
    assert (await boss.post(path, {"codes": " "}, page)).status == 422
    given = await house.notices.store.windows.late_causes()
    assert [(one.dossier_id, one.window_id, one.note) for one in given] == [
        (code, window, ""),
        (LATE.id, window, "kiểm tra"),
    ]
    assert (await acts(house)).count(("windows.cause", "staff:supervisor-1")) == 2


async def test_while_the_dossiers_cannot_be_read_the_page_says_so(house: ConsoleHouse) -> None:
    window = await write(house, 24, 25)
    house.notices.feed.down = True
    boss = await house.signed_in(Role.SUPERVISOR)
    path = f"{WINDOWS}/{window}/announcement"
    for got in (await boss.get(path), await boss.post(path, {}, await boss.get(WINDOWS))):
        assert (got.status, "Hiện không đọc được hồ sơ" in got.text) == (503, True)


async def test_who_sees_one_agency_reads_and_changes_nothing(house: ConsoleHouse) -> None:
    window = await write(house, 24, 25)
    one = await house.signed_in(Role.SUPERVISOR, "one", ["H32.01"])
    page = await one.get(WINDOWS)
    assert "máy chủ hỏng" in page.text
    assert "chỉ người được xem tất cả cơ quan" in page.text
    for path in ("now", "plan", *(f"{window}/{act}" for act in ("end", "told", "announcement"))):
        got = await one.post(f"{WINDOWS}/{path}", {"cause": "A", "now": "yes"}, page)
        assert got.status == 403
    assert (await one.get(f"{WINDOWS}/{window}/late")).status == 403
    assert (await one.post(f"{WINDOWS}/{window}/late", {"every": "yes"}, page)).status == 403
    assert await acts(house) == [("windows.add", "os:an")]
