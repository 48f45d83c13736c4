"""What staff type holds nothing that shows nothing, or that turns what others read."""

import pytest

from sms_gateway.domain.staff import Role
from tests.access.access_desk import PASSWORD
from tests.console.console_desk import ConsoleHouse
from tests.console.test_template_editing import propose

OVER, ZERO = "\u202e", "\u200b"


async def test_names_notes_views_and_wordings_are_kept_without_them(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    page = await boss.get("/console/staff")
    new = {"login": "binh", "name": f"{OVER}Bì{ZERO}nh", "role": "clerk", "scope": "all"}
    assert (await boss.post("/console/staff", new, page)).status == 200
    view = {"name": f"{OVER}Sáng {ZERO}nay", "query": "outcome=parked"}
    page = await boss.get("/console/messages")
    assert (await boss.post("/console/messages/views", view, page)).status == 303
    said = {"vi": f"Hồ sơ {OVER}{{code}} đang xử lý.", "note": f"rõ{ZERO} hơn{OVER}"}
    proposed = await propose(boss, **said)
    assert proposed.status == 303
    ((name,),) = await house.desk.rows("SELECT name FROM staff WHERE login = 'binh'")
    ((kept,),) = await house.desk.rows("SELECT name FROM saved_view")
    ((vi, note),) = await house.desk.rows("SELECT vi, note FROM template_version")
    assert (name, kept, vi, note) == ("Bình", "Sáng nay", "Hồ sơ {code} đang xử lý.", "rõ hơn")


@pytest.mark.parametrize("sign", [OVER, ZERO, "\u3164", "\ufeff"])
async def test_what_holds_nothing_else_is_missing(house: ConsoleHouse, sign: str) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    page = await boss.get("/console/messages")
    got = await boss.post("/console/messages/views", {"name": sign * 9, "query": ""}, page)
    assert got.status == 422


async def test_a_password_stays_as_it_is_typed(house: ConsoleHouse) -> None:
    an = await house.signed_in(login="an")
    page = await an.get("/console/account")
    new = f"{ZERO}con trâu{OVER} đi trước"
    change = {"old": PASSWORD, "password": new, "again": new}
    assert (await an.post("/console/account/password", change, page)).status == 303
    came = await house.office.try_in(new, login="an")
    assert type(came).__name__ == "SignedIn"
