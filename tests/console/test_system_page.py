"""System: how the gateway itself does, also while something of it does not answer."""

import asyncio
from pathlib import Path

from sms_gateway.console.door_desk import answered
from sms_gateway.console.pages.system import TROUBLES
from sms_gateway.domain.ids import IncidentId
from sms_gateway.domain.incidents import NO_DOOR, Incident, IncidentNote, Trouble
from sms_gateway.domain.staff import Role
from sms_gateway.ports import StoreDownError
from sms_gateway.service.system_desk import changed
from sms_gateway.settings import load
from sms_gateway.store.store import SqlStore
from tests.console.console_desk import ConsoleHouse
from tests.console.console_parts import SETTINGS
from tests.contracts.store_desk import DOOR

SYSTEM = "/console/system"


def test_each_trouble_is_said_in_words() -> None:
    assert set(TROUBLES) == set(Trouble)


async def test_it_shows_the_queue_the_copies_the_disk_and_who_runs(house: ConsoleHouse) -> None:
    await house.desk.reply()
    await house.desk.receive()
    boss = await house.signed_in(Role.SUPERVISOR)
    page = await boss.get(SYSTEM)
    assert page.status == 200
    assert f'/console/doors/{DOOR}">{DOOR}</a></dt><dd>1' in page.text
    assert "1,1 GB trên 8,6 GB" in page.text
    assert "4 giây" in page.text
    assert "Bản sao lưu mới nhất đã quá hai ngày, hoặc chưa có." in page.text
    ((name, version),) = await house.desk.rows("SELECT name, version FROM node")
    assert f'<td><span class="mono">{name}</span></td><td>{version}</td>' in page.text
    assert '<span class="tag good">đang chạy</span>' in page.text


async def test_a_command_among_the_nodes_is_said_in_words(house: ConsoleHouse) -> None:
    await house.desk.change("UPDATE node SET name = 'command line'")
    page = await (await house.signed_in(Role.SUPERVISOR)).get(SYSTEM)
    assert "<td>một lệnh gõ trên máy chủ</td>" in page.text
    assert "command line" not in page.text


async def test_alarms_that_stand_are_listed(house: ConsoleHouse) -> None:
    at = house.desk.clock.at
    incident = Incident(IncidentId(house.desk.new_id()), Trouble.DISK, NO_DOOR, 1, at)
    store = house.desk.store
    assert isinstance(store, SqlStore)
    await store.incidents.note([IncidentNote(incident, ())])
    page = await (await house.signed_in(Role.SUPERVISOR)).get(SYSTEM)
    assert "ổ đĩa gần đầy" in page.text


async def test_a_text_that_waits_long_is_a_finding(house: ConsoleHouse) -> None:
    await house.desk.receive()
    house.desk.clock.step(61)
    page = await (await house.signed_in(Role.SUPERVISOR)).get(SYSTEM)
    assert "Có tin đã chờ trả lời hơn một phút." in page.text
    assert "1 phút 1 giây" in page.text


async def test_who_sees_some_agencies_only_does_not_see_it(house: ConsoleHouse) -> None:
    some = await house.signed_in(Role.SUPERVISOR, agencies=["H32.01"])
    assert (await some.get(SYSTEM)).status == 403


async def test_what_does_not_answer_holds_up_no_page() -> None:
    assert await answered(asyncio.Event().wait(), 0.0) is None

    async def down() -> int:
        raise StoreDownError

    assert await answered(down()) is None


def test_only_what_differs_from_the_shipped_settings_is_shown_and_no_secret(
    tmp_path: Path,
) -> None:
    assert changed(SETTINGS) == []
    said = {
        "SMS_GATEWAY_WEB__PORT": "8099",
        "SMS_GATEWAY_CASES__PUSH__TOKENS": "nobody-may-see-this-token-at-all",
    }
    settings = load(SETTINGS.config_dir, tmp_path, said, tmp_path)
    shown = {one.key: one.shown for one in changed(settings)}
    assert shown["web.port"] == "8099"
    assert shown["cases.push.tokens"] == "***"
    assert "nobody-may-see-this" not in str(shown)
