"""Each act of the console in a real Chromium, by keys alone and by the lowest role that may."""

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser

from sms_gateway.access import Invited, LockedOut, NewPerson
from sms_gateway.console.site import ROUTES
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import PERMISSIONS, Role
from tests.access import access_desk
from tests.access.access_desk import BY
from tests.browser.console_acts import ACTS, ELSEWHERE, LEADS_ON, REFUSALS, Act
from tests.browser.console_browser import Seen, seen_by
from tests.browser.full_house import furnish
from tests.browser.keyboard import Keyboard, Sent
from tests.console.console_desk import ConsoleHouse, console_house
from tests.contracts.store_desk import Desk, maker_of

pytestmark = pytest.mark.browser

OK = 200
WIDTHS = (360, 1440)
LANGUAGES = (Language.EN, Language.VI) if os.environ.get("EVERY_LANGUAGE") else (Language.VI,)
"""English takes as long again: by hand, see docs/contributing.md."""
POSTS = {f"{route.method} {route.path}": route for route in ROUTES if route.method == "POST"}


def test_no_act_is_without_somebody_who_does_it_in_a_browser() -> None:
    assert {act.route for act in ACTS} | set(ELSEWHERE) == set(POSTS)
    assert {act.route for act in REFUSALS} <= set(POSTS)


def lowest(act: Act) -> Role | None:
    """The role that may do least of those that may do this; None for a stranger."""
    if act.by is not None:
        return act.by
    wanted = POSTS[act.route].permission
    return None if wanted is None else next(one for one in Role if wanted in PERMISSIONS[one])


class Office:
    """People of each role at their browsers, who stay signed in between acts."""

    def __init__(self, browser: Browser, house: ConsoleHouse, language: Language) -> None:
        self.house = house
        self.wrong: list[str] = []
        self.names: dict[str, str] = {}
        self._browser = browser
        self._language = language
        self._stack = AsyncExitStack()
        self._seated: dict[Role | None, Seen] = {}

    async def close(self) -> None:
        await self._stack.aclose()

    async def does(self, act: Act) -> None:
        """Do it; what is wrong with it, or with the page that it shows, is added to `wrong`."""
        role = lowest(act)
        try:
            if act.alone or role is None:
                seat = seen_by(self._browser, self.house, role, strict=False)
                async with seat as seen:
                    await self._settle_in(seen, role)
                    if act.alone:
                        await self.house.office.come_in(login=seen.login)
                    await self._done(seen, act)
            else:
                await self._done(await self._seat(role), act)
        except Exception as error:  # noqa: BLE001  # the others are done all the same
            self.wrong.append(f"{act.route} {act.status}: {str(error)[:300]}")
            self._seated.pop(role, None)

    async def _seat(self, role: Role) -> Seen:
        if role not in self._seated:
            seat = seen_by(self._browser, self.house, role, strict=False)
            self._seated[role] = await self._stack.enter_async_context(seat)
            await self._settle_in(self._seated[role], role)
        return self._seated[role]

    async def _settle_in(self, seen: Seen, role: Role | None) -> None:
        await seen.page.set_viewport_size({"width": 1440, "height": 900})
        if self._language is Language.EN:
            await seen.open("/console/account" if role else "/console/sign-in")
            await seen.page.locator("button[value=en]").click()
            await seen.page.wait_for_load_state()

    async def _done(self, seen: Seen, act: Act) -> None:
        sent = await self._sent(seen, act)
        if sent.status != act.status or (act.status == LEADS_ON and sent.then != OK):
            said = await seen.page.locator("main").inner_text()
            self.wrong.append(f"{act.route}: {sent.status} instead of {act.status}: {said[:200]}")
        if act.shows:
            bad = await faults(seen, self._widths(act))
            self.wrong += [f"{act.route} {act.status}: {one}" for one in bad]
        self.wrong += [f"{act.route}: {one}" for one in seen.complaints if _is_fault(one)]
        seen.complaints.clear()

    def _widths(self, act: Act) -> Sequence[int]:
        """All of a page of its own; of one that is known but for a sentence, one a language."""
        return WIDTHS if act.status == OK else WIDTHS[self._language is Language.EN :][:1]

    async def _sent(self, seen: Seen, act: Act) -> Sent:
        if isinstance(act.at, Act):
            await self._sent(seen, act.at)
        else:
            await seen.open(act.at.format_map(self.names))
        if act.alone:
            self.names["code"] = self.house.office.code(login=seen.login)
        path = re.sub(r"\{\w+\}", "[^/]+", act.route.removeprefix("POST "))
        fields = {name: value.format_map(self.names) for name, value in act.fields.items()}
        keys = Keyboard(seen.page)
        if act.typing:
            return await keys.typed(path, act.typing, fields)
        return await keys.submit(path, fields, act.button, file=act.file)


def _is_fault(said: str) -> bool:
    # The browser tells of each answer that is no 200, such as a page that says what is missing.
    return "status of 4" not in said


async def faults(seen: Seen, widths: Sequence[int]) -> list[str]:
    """What axe finds in the content, and what is too wide; the head is the same on each page."""
    found = []
    for width in widths:
        await seen.page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: {said}" for said in await seen.violations("main")]
        over = await seen.overflow()
        found += [f"{over} px too wide at {width}"] if over > 0 else []
    return found


async def strangers(house: ConsoleHouse) -> Mapping[str, str]:
    """Those who cannot come in: with a link, without their code, after too many tries."""
    office = house.office
    await office.with_totp("coma")
    await office.hire("khoa")
    while not isinstance(
        await office.try_in("x", login="khoa", address=access_desk.ELSEWHERE), LockedOut
    ):
        pass
    invited = await office.access.invite(NewPerson("moi", "Mới", Role.CLERK, None), BY)
    assert isinstance(invited, Invited)
    return {"token": invited.token.value}


@pytest.mark.timeout(900)
async def test_each_act_is_done_by_keys_alone_and_what_it_shows_is_in_everybodys_reach(
    browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    wrong = []
    async with Desk(maker_of("sqlite"), tmp_path / "data") as desk, console_house(desk) as house:
        names = {**await furnish(house), **await strangers(house)}
        for language in LANGUAGES:
            office = Office(browser, house, language)
            office.names |= {**names, "language": str(language)}
            # In English what looks otherwise; each act changes what is there once.
            acts = [act for act in ACTS if act.shows or language is Language.VI]
            for act in (*REFUSALS, *acts):
                await office.does(act)
            await office.close()
            wrong += [f"{language} {one}" for one in office.wrong]
    assert wrong == []
