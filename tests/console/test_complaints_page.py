"""Complaints, as a clerk looks after them."""

from sms_gateway.console.places import COMPLAINTS, MESSAGES
from sms_gateway.domain.staff import Role
from tests.console.console_desk import ConsoleHouse

DAYS = 24 * 3600
SAID = {"what": "bị trừ tiền hai lần", "channel": "desk"}


async def test_one_is_written_down_with_its_day_and_settled(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    page = await clerk.get(COMPLAINTS)
    assert "Không có khiếu nại nào đang mở" in page.text
    opened = await clerk.post(COMPLAINTS, SAID, page)
    assert opened.headers["Location"] == f"{COMPLAINTS}?done=complaint_opened"
    page = await clerk.get(COMPLAINTS)
    assert "bị trừ tiền hai lần" in page.text
    assert "còn 15 ngày" in page.text
    house.desk.clock.step(16 * DAYS)
    again = await house.signed_in(login="later")
    page = await again.get(COMPLAINTS)
    assert "quá hạn 1 ngày" in page.text
    ((name,),) = await house.desk.rows("SELECT id FROM complaint")
    close = f"{COMPLAINTS}/{name}/close"
    assert (await again.post(close, {"outcome": " "}, page)).status == 409
    assert (await again.post(close, {"outcome": "đã hoàn tiền"}, page)).status == 303
    assert (await again.post(close, {"outcome": "đã hoàn tiền"}, page)).status == 409
    assert "đã hoàn tiền" in (await again.get(f"{COMPLAINTS}?closed=1")).text
    found = await house.desk.rows(
        "SELECT act, by FROM audit WHERE act LIKE 'complaint%' ORDER BY id"
    )
    assert found == [("complaint.open", "staff:clerk-1"), ("complaint.close", "staff:later")]


async def test_one_about_a_text_stands_on_its_page(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    await house.desk.reply()
    ((mo_id,),) = await house.desk.rows("SELECT id FROM inbox")
    at = f"{MESSAGES}/{mo_id}"
    assert f'href="{at}/complaints"' in (await clerk.get(at)).text
    page = await clerk.get(f"{at}/complaints")
    hostile = {**SAID, "what": "<script>alert(1)</script>"}
    assert (await clerk.post(f"{at}/complaints", hostile, page)).status == 303
    assert (await clerk.post(f"{at}/complaints", {**SAID, "channel": "x"}, page)).status == 422
    piece = await clerk.get(f"{at}/complaints", HX_Request="true")
    assert "<html" not in piece.text
    for shown in (piece, await clerk.get(f"{at}/complaints"), await clerk.get(COMPLAINTS)):
        assert "<script>alert" not in shown.text
        assert "&lt;script&gt;alert(1)" in shown.text


async def test_a_complaint_of_another_agency_is_not_there(house: ConsoleHouse) -> None:
    clerk = await house.signed_in()
    await house.desk.reply()
    ((mo_id, agency),) = await house.desk.rows("SELECT id, agency FROM inbox")
    at = f"{MESSAGES}/{mo_id}/complaints"
    await clerk.post(at, SAID, await clerk.get(at))
    await clerk.post(COMPLAINTS, {**SAID, "what": "chuyện khác"}, await clerk.get(COMPLAINTS))
    names = await house.desk.rows("SELECT id FROM complaint ORDER BY id")
    other = await house.signed_in(Role.CLERK, "other", agencies=["H32.01"])
    page = await other.get(COMPLAINTS)
    assert "bị trừ tiền" not in page.text
    assert "chuyện khác" not in page.text
    account = await other.get("/console/account")
    for (name,) in names:
        close = f"{COMPLAINTS}/{name}/close"
        assert (await other.post(close, {"outcome": "x"}, account)).status == 404
    assert (await other.get(at)).status == 404
    assert (await other.post(at, SAID, account)).status == 404
    assert (await other.post(COMPLAINTS, SAID, account)).status == 404
    own = await house.signed_in(Role.CLERK, "own", agencies=[str(agency)])
    assert "bị trừ tiền" in (await own.get(COMPLAINTS)).text
    assert await house.desk.rows("SELECT id FROM complaint WHERE closed_at IS NOT NULL") == []
