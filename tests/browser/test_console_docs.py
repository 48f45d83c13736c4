"""The pictures of the handbook: `UPDATE_DOCS=1 pytest tests/browser/test_console_docs.py`.

Without it each page is opened and no picture is written.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.async_api import Browser

from sms_gateway.console import places
from sms_gateway.console.pages import citizen, doors, message, template_version, webhook
from sms_gateway.domain.api import NewToken, Scope
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.domain.records import NewMt, PendingMo
from sms_gateway.domain.staff import Role
from sms_gateway.domain.webhooks import Attempted, Event, EventWalk, NewWebhook
from sms_gateway.store.store import SqlStore
from tests.browser.console_browser import Seen, seen_by
from tests.browser.small_picture import small_picture
from tests.console.console_desk import ConsoleHouse, console_house
from tests.console.test_notices_page import hold_bulk
from tests.console.test_template_editing import propose_two
from tests.console.test_windows_page import write
from tests.contracts.store_desk import AN, DOOR, HASHER, Desk, maker_of
from tests.docs.console_pictures import FOLDER, PICTURES
from tests.parts import dossier

pytestmark = pytest.mark.browser

ONE = dossier(1, AN)
TEXTS = (
    "MCKH_170703-0001",
    "mckh 170703 0001",
    "MCKH 170703-0001 khi nào xong ạ?",
    "MCKH CO DAU 170703-0001",
    "MCKH 170703-0001 bao gio co ket qua",
)
REPLY = "Ho so 170703-0001 dang xu ly. Hen tra ket qua: 04/12/2026. Hoi dap: 0258 3999999"
WAITING = 2
"""Which of them the gateway cannot answer."""


async def fill(desk: Desk) -> None:
    """A morning of an office in which most is well."""
    for number in range(26):
        desk.clock.step(601)
        sender = AN if number % 5 == 0 else Address(f"+84912000{number:03}")
        mo = await desk.receive(TEXTS[number % len(TEXTS)], sender=sender)
        if number % len(TEXTS) == WAITING:
            await answer(desk, mo, MtState.HELD)
            continue
        mt = await answer(desk, mo, MtState.QUEUED)
        await desk.sent(mt, f"t{number}")
        if number % 4:
            await desk.reported(f"t{number}", Delivery.DELIVERED)


async def answer(desk: Desk, mo: PendingMo, state: MtState) -> NewMt:
    """The words of a reply, and how the text was understood, as the rules of today do."""
    mt = desk.mt(mo, state, REPLY)
    assert await desk.store.answer([replace(desk.answer(mo, mt), intent="lookup")]) == [True]
    return mt


async def furnish(house: ConsoleHouse) -> None:
    """People, a dossier, an outage, and a batch of automatic messages that is held."""
    await fill(house.desk)
    house.cases.add(ONE)
    await house.office.hire("lan", Role.CLERK)
    await house.office.hire("minh", Role.SUPERVISOR)
    await write(house, -2, -1)
    await write(house, 26, 28)
    await hold_bulk(house)
    await partners(house)
    await propose_two(house)


async def partners(house: ConsoleHouse) -> None:
    """Another system, with a token and a webhook that did not take everything."""
    desk, hooks = house.console.partners, house.desk.store
    assert isinstance(hooks, SqlStore)
    scopes = (Scope.READ_MESSAGES, Scope.SEND)
    await desk.tokens.make(NewToken("cong-mot-cua", scopes, None, 365), "staff:minh")
    new = NewWebhook("portal", "https://10.20.0.9/sms", tuple(Event), None, False, False)  # noqa: FBT003  # neither number nor text
    await desk.webhooks.make(new, "staff:minh")
    for _ in range(4):
        await house.desk.reply(MtState.QUEUED)
    at = house.desk.clock.step(60)
    await hooks.webhooks.find(EventWalk(at, at, 99))
    (state,) = await hooks.webhooks.webhooks()
    due = await hooks.webhooks.due(state.webhook.id, at, 3)
    await hooks.webhooks.attempted(
        [Attempted(one, 503, taken=False, at=at, next_at=None) for one in due[:1]]
        + [Attempted(one, 204, taken=True, at=at, next_at=None) for one in due[1:]]
    )


async def filled(house: ConsoleHouse) -> Mapping[str, str]:
    """Route to an address of it, where these differ."""
    ((waits,),) = await house.desk.rows("SELECT min(id) FROM inbox WHERE outcome = 'parked'")
    ((version,),) = await house.desk.rows("SELECT id FROM template_version WHERE state = 'waiting'")
    return {
        message.PAGE: f"{places.MESSAGES}/{waits}",
        citizen.PAGE: f"{places.CITIZENS}/{HASHER.numbers(AN)[0]}",
        f"{places.DOSSIERS}/{{id}}": f"{places.DOSSIERS}/{ONE.id}",
        f"{places.TEMPLATES}/{{name}}": f"{places.TEMPLATES}/S4",
        f"{places.TEMPLATES}/{{name}}/edit": f"{places.TEMPLATES}/S4/edit",
        template_version.PAGE: f"{places.TEMPLATES}/S4/versions/{version}",
        doors.DOOR: f"{places.DOORS}/{DOOR}",
        webhook.PAGE: f"{places.WEBHOOKS}/portal",
    }


async def keep(browser: Browser, seen: Seen, name: str) -> None:
    """The first screen of a page as a picture of the handbook."""
    if os.environ.get("UPDATE_DOCS"):
        screenshot = await seen.page.screenshot(animations="disabled")
        (FOLDER / f"{name}.png").write_bytes(await small_picture(browser, screenshot))


@pytest.mark.timeout(300)
async def test_each_page_of_the_handbook_is_shown(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    statuses = {}
    async with Desk(maker_of("sqlite"), tmp_path / "data") as desk, console_house(desk) as house:
        await furnish(house)
        addresses = await filled(house)
        async with seen_by(browser, house, role=None) as seen:
            statuses["sign-in"] = await seen.open(places.SIGN_IN)
            await keep(browser, seen, "sign-in")
        async with seen_by(browser, house) as seen:
            for route, name in PICTURES.items():
                if route != places.SIGN_IN:
                    statuses[name] = await seen.open(addresses.get(route, route))
                    await keep(browser, seen, name)
    assert statuses == dict.fromkeys(PICTURES.values(), 200)
