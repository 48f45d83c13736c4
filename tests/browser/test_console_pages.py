"""Every page of the console in a real Chromium: in reach of everybody, narrow and wide."""

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser

from sms_gateway.console.places import HOME, SIGN_OUT
from sms_gateway.console.site import ROUTES
from sms_gateway.domain.staff import PERMISSIONS, Role
from tests.browser.console_browser import Seen, fill, seen_by
from tests.console.console_desk import ConsoleHouse, console_house
from tests.console.test_template_editing import S4, propose_two
from tests.contracts.store_desk import Desk, maker_of

pytestmark = pytest.mark.browser

ENDLESS = frozenset({"/console/messages/live"})
FILES = re.compile(r"/export|/print|\.csv|\.xlsx")
"""What is no page: streams, and files to be kept."""

SHOTS = os.environ.get("SCREENSHOTS", "")


async def addresses(house: ConsoleHouse, role: Role) -> list[str]:
    """One address of each page that a role may open."""
    pieces = {"id": await some_parked(house), "hash": "0" * 32, "token": "none", "name": "telco"}
    return [
        re.sub(r"\{(\w+)\}", lambda name: pieces.get(name[1], name[1]), route.path)
        for route in ROUTES
        if route.method == "GET"
        and route.path not in ENDLESS | {HOME, SIGN_OUT}
        and not FILES.search(route.path)
        and (route.permission is None or route.permission in PERMISSIONS[role])
    ]


async def some_parked(house: ConsoleHouse) -> str:
    ((found,),) = await house.desk.rows("SELECT min(id) FROM inbox WHERE outcome = 'parked'")
    return str(found)


async def keep_picture(seen: Seen, path: str, width: int, language: str) -> None:
    """For who wants to look at them: SCREENSHOTS=folder."""
    if SHOTS:
        name = path.strip("/").replace("/", "-").split("?")[0]
        target = Path(SHOTS) / f"{name[:60]}-{language}-{width}.png"
        await seen.page.screenshot(path=str(target), full_page=True)


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.timeout(300)
async def test_each_page_is_in_everybodys_reach(
    browser: Browser, tmp_path: Path, language: str, width: int
) -> None:
    wrong = []
    (tmp_path / "data").mkdir()
    async with Desk(maker_of("sqlite"), tmp_path / "data") as desk, console_house(desk) as house:
        await fill(desk)
        async with seen_by(browser, house, width=width) as seen:
            await seen.open("/console/account")
            if language == "en":
                await seen.page.get_by_role("button", name="English").click()
            proposed = await propose_two(house)
            every = [*await addresses(house, Role.ADMINISTRATOR), S4, f"{S4}/edit", proposed]
            for path in every:
                status = await seen.open(path)
                if status >= 500:
                    wrong.append(f"{path}: {status}")
                await keep_picture(seen, path, width, language)
                overflow = await seen.page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if overflow > 0:
                    wrong.append(f"{path}: {overflow} px too wide at {width}")
                wrong += [f"{path}: {said}" for said in await seen.violations()]
                if await seen.page.title() == "owned":
                    wrong.append(f"{path}: ran a citizen's script")
            # A page that says 404 is a page as well; browsers tell of its status.
            seen.complaints[:] = [said for said in seen.complaints if "status of 4" not in said]
    assert wrong == []
