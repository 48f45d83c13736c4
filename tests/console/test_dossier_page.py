"""One dossier: what is known of it, and what would be told now."""

import dataclasses
import re

from msgspec.structs import replace

from sms_gateway.console.seams import StateStep
from sms_gateway.domain.dossier import State, canonical_key
from sms_gateway.domain.staff import Role
from tests.console.console_desk import ConsoleHouse
from tests.contracts.store_desk import AN, BINH
from tests.contracts.test_pushing_contract import notice
from tests.parts import dossier

ONE = dossier(1, AN)
OTHER = dossier(2, AN, agency="H32.01")
TWIN = dossier(2, BINH, agency="H32.02")
PAGE = f"/console/dossiers/{ONE.id}"


async def test_a_code_in_any_spelling_leads_to_its_dossier(house: ConsoleHouse) -> None:
    house.cases.add(ONE)
    viewer = await house.signed_in(Role.VIEWER)
    for code in ("170703-0001", "170703%200001", ONE.id):
        found = await viewer.get(f"/console/dossiers?code={code}")
        assert (found.status, found.headers["Location"]) == (303, PAGE)
    assert "Không có hồ sơ nào" in (await viewer.get("/console/dossiers?code=9999")).text
    assert "Xem một hồ sơ" in (await viewer.get("/console/dossiers")).text


async def test_owner_and_stranger_are_shown_what_each_would_be_told(house: ConsoleHouse) -> None:
    house.cases.add(ONE)
    page = await (await house.signed_in()).get(PAGE)
    assert page.status == 200
    assert "MCKH 170703-0001" in page.text
    # The owner in three ways of writing, the appointment among it; a stranger without it.
    assert page.text.count("Hen tra ket qua: 04/12/2026") == 1
    assert page.text.count("Hẹn trả kết quả: 04/12/2026") == 1
    assert "Result due: 04/12/2026" in page.text
    assert "De xem chi tiet hay nhan tu so da dang ky" in page.text
    assert "09xx xxx 001" in page.text
    assert "900000001" not in page.text


async def test_who_told_of_a_state_is_said_in_words_and_the_title_tells_tabs_apart(
    house: ConsoleHouse,
) -> None:
    house.cases.add(ONE)
    (file,) = house.cases.copies[canonical_key(ONE.id)]
    told = ("import", "push", "sql", "http", "own <i>")
    steps = [StateStep(State.PROCESSING, one, None, house.desk.clock.at) for one in told]
    house.cases.copies[canonical_key(ONE.id)] = [dataclasses.replace(file, history=steps)]
    page = (await (await house.signed_in()).get(PAGE)).text
    shown = re.findall(r"<small>([^,<]*), ghi nhận", page)
    assert shown == [
        "nạp từ tệp",
        "phần mềm một cửa gửi sang",
        "đọc từ cơ sở dữ liệu phần mềm một cửa",
        "hỏi phần mềm một cửa",
        "own &lt;i&gt;",
    ]
    assert f"<title>{ONE.code}: " in page


async def test_texts_and_automatic_messages_about_it_stand_there(house: ConsoleHouse) -> None:
    house.cases.add(ONE)
    desk = house.desk
    mo = await desk.receive("<i>MCKH</i> 170703-0001")
    answer = replace(desk.answer(mo, desk.mt(mo)), dossier_id=ONE.id)
    await desk.store.answer([answer])
    told = notice(desk, f"notice:{ONE.id}:1:hash")
    await desk.store.queue_pushes([told])
    page = await (await house.signed_in()).get(PAGE)
    for one in (mo.id, told.id):
        assert f'href="/console/messages/{one}"' in page.text
    assert "&lt;i&gt;MCKH" in page.text


async def test_several_dossiers_with_one_code_are_a_choice_of_those_that_one_sees(
    house: ConsoleHouse,
) -> None:
    house.cases.add(OTHER, TWIN)
    everything = await house.signed_in()
    page = await everything.get("/console/dossiers?code=170703-0002")
    assert OTHER.id in page.text
    assert TWIN.id in page.text
    one = await house.signed_in(login="one", agencies=[OTHER.agency])
    led = await one.get("/console/dossiers?code=170703-0002")
    assert led.headers["Location"] == f"/console/dossiers/{OTHER.id}"
    assert (await one.get(f"/console/dossiers/{TWIN.id}")).status == 404
    nothing = await one.get("/console/dossiers?code=" + TWIN.id)
    assert nothing.status == 200
    assert "Phòng Một" not in nothing.text


async def test_a_case_database_that_is_down_is_said_and_shown_from_our_copy(
    house: ConsoleHouse,
) -> None:
    house.cases.add(ONE)
    clerk = await house.signed_in()
    house.cases.found.clear()
    house.cases.slow = True
    page = await clerk.get(PAGE)
    assert page.status == 200
    assert "bản sao của hệ thống" in page.text
    house.cases.down = True
    assert (await clerk.get(PAGE)).status == 503
    search = await clerk.get("/console/dossiers?code=170703-0001")
    assert search.status == 503
    assert "không trả lời" in search.text


async def test_a_dossier_without_a_phone_says_that_everybody_is_told_the_same(
    house: ConsoleHouse,
) -> None:
    house.cases.add(dossier(3))
    page = await (await house.signed_in()).get(f"/console/dossiers/{dossier(3).id}")
    assert "chưa đăng ký số điện thoại" in page.text
