"""Doors: how they do, and what a supervisor does about them."""

from collections.abc import Sequence

import pytest

from sms_gateway.domain.staff import Role
from tests.console.console_desk import ConsoleHouse
from tests.console.console_parts import OTHER
from tests.contracts.store_desk import DOOR

DOORS = "/console/doors"
AT = f"{DOORS}/{DOOR}"


async def acts(house: ConsoleHouse) -> Sequence[tuple[object, ...]]:
    return await house.desk.rows("SELECT by, act, subject FROM audit ORDER BY id DESC LIMIT 1")


async def test_a_viewer_sees_how_each_door_does_and_can_change_none(house: ConsoleHouse) -> None:
    await house.desk.reply()
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(DOORS)
    assert DOOR in page.text
    assert "chưa kiểm chứng" in page.text
    assert '<td class="number" data-label="Đang chờ gửi">1</td>' in page.text
    one = await viewer.get(AT)
    assert "https://telco.example" in one.text
    assert "/pause" not in one.text


async def test_the_last_texts_through_it_are_masked_escaped_and_only_ones_own(
    house: ConsoleHouse,
) -> None:
    mo = await house.desk.receive("<script>alert(1)</script>")
    viewer = await house.signed_in(Role.VIEWER)
    page = await viewer.get(AT)
    assert "&lt;script&gt;alert(1)" in page.text
    assert mo.sender.masked in page.text
    assert mo.sender.value not in page.text
    some = await house.signed_in(Role.CLERK, agencies=["H32.01"])
    assert "alert(1)" not in (await some.get(AT)).text


async def test_how_much_waits_for_all_agencies_is_for_who_sees_all(house: ConsoleHouse) -> None:
    await house.desk.reply()
    one = await house.signed_in(Role.VIEWER, "one", ["H32.01"])
    every = await house.signed_in(Role.VIEWER)
    for path in (DOORS, AT):
        assert "Đang chờ gửi" in (await every.get(path)).text
        assert "Đang chờ gửi" not in (await one.get(path)).text


async def test_a_door_is_paused_and_resumed_and_says_by_whom(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    page = await boss.get(AT)
    got = await boss.post(f"{AT}/pause", {}, page)
    assert (got.status, got.headers["Location"]) == (303, f"{AT}?done=door_paused")
    assert await acts(house) == [("staff:supervisor-1", "door.pause", DOOR)]
    assert await house.desk.store.is_paused(DOOR)
    page = await boss.get(AT)
    assert "staff:supervisor-1" in page.text
    await boss.post(f"{AT}/resume", {}, page)
    assert not await house.desk.store.is_paused(DOOR)
    assert await acts(house) == [("staff:supervisor-1", "door.resume", DOOR)]


async def test_a_test_text_is_queued_and_its_number_stands_in_no_address(
    house: ConsoleHouse,
) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    page = await boss.get(AT)
    got = await boss.post(f"{AT}/test", {"number": "0900000001", "text": "Thu"}, page)
    assert (got.status, got.headers["Location"]) == (303, f"{AT}?done=door_tested")
    queued = await house.desk.rows("SELECT door, text, state FROM outbox")
    assert queued == [(DOOR, "Thu", "queued")]
    ((by, act, _subject),) = await acts(house)
    assert (by, act) == ("staff:supervisor-1", "message.send")


@pytest.mark.parametrize(
    "number, text", [("12", "Thu"), ("0900000001", ""), ("0900000001", "a" * 900)]
)
async def test_what_cannot_be_sent_is_said_and_nothing_is_queued(
    house: ConsoleHouse, number: str, text: str
) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    got = await boss.post(f"{AT}/test", {"number": number, "text": text}, await boss.get(AT))
    assert got.status == 422
    assert 'role="alert"' in got.text
    assert await house.desk.rows("SELECT id FROM outbox") == []


async def test_draining_pauses_a_door_and_lets_the_others_send_what_waits(
    house: ConsoleHouse,
) -> None:
    await house.desk.reply(door=DOOR)
    await house.desk.reply()  # it must go back where its text came from
    boss = await house.signed_in(Role.SUPERVISOR)
    got = await boss.post(f"{AT}/drain", {}, await boss.get(AT))
    assert (got.status, got.headers["Location"]) == (303, f"{AT}?done=door_drained")
    assert await house.desk.store.is_paused(DOOR)
    assert await acts(house) == [("staff:supervisor-1", "door.drain", DOOR)]
    waiting = await house.desk.rows("SELECT door FROM outbox WHERE state = 'queued' ORDER BY id")
    assert waiting == [(OTHER.name,), (DOOR,)]


async def test_nothing_is_drained_to_a_door_that_is_paused_itself(house: ConsoleHouse) -> None:
    await house.desk.store.set_paused(OTHER.name, house.desk.clock.at, "os:chi", paused=True)
    boss = await house.signed_in(Role.SUPERVISOR)
    got = await boss.post(f"{AT}/drain", {}, await boss.get(AT))
    assert got.status == 409
    assert not await house.desk.store.is_paused(DOOR)


@pytest.mark.parametrize("act", ["pause", "resume", "test", "drain"])
async def test_who_sees_some_agencies_stops_no_door_of_all(house: ConsoleHouse, act: str) -> None:
    some = await house.signed_in(Role.SUPERVISOR, agencies=["H32.01"])
    got = await some.post(f"{AT}/{act}", {}, await some.get("/console/account"))
    assert got.status == 403
    assert "/pause" not in (await some.get(AT)).text


async def test_a_door_that_is_not_there_is_not_found(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.SUPERVISOR)
    assert (await boss.get(f"{DOORS}/nowhere")).status == 404
