"""Each act of the console in a real Chromium, by keys alone and by the lowest role that may."""

import re
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ViewportSize

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
from tests.console.console_desk import ConsoleHouse

pytestmark = pytest.mark.browser

OK = 200
WIDTHS = (360, 1440)
DESK: ViewportSize = {"width": 1440, "height": 900}
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
    """People of each role at their browsers, who stay signed in between acts.

    Args:
        browser: in which each of them has a seat.
        house: the console.
        language: that they all read.
        names: what stands in addresses and fields.
    """

    def __init__(
        self, browser: Browser, house: ConsoleHouse, language: Language, names: Mapping[str, str]
    ) -> None:
        self.house = house
        self.wrong: list[str] = []
        self.names = {**names, "language": str(language)}
        self._browser = browser
        self._language = language
        self._stack = AsyncExitStack()
        self._seated: dict[Role | None, Seen] = {}
        self._led: tuple[Seen, str] | None = None

    async def close(self) -> None:
        await self._stack.aclose()

    async def does(self, act: Act) -> None:
        """Do it; what is wrong with it, or with the page that it shows, is added to `wrong`."""
        role = lowest(act)
        try:
            if act.alone or role is None:
                # One seat for all who come once: a stranger's.
                seen = await self._seat(None)
                await seen.become(self.house, role, self._language)
                if act.alone:
                    await self.house.office.come_in(login=seen.login)
                self._led = None
            else:
                seen = await self._seat(role)
            await self._done(seen, act)
        except Exception as error:  # noqa: BLE001  # the others are done all the same
            self.wrong.append(f"{act.route} {act.status}: {str(error)[:300]}")
            self._seated.pop(role, None)

    async def _seat(self, role: Role | None) -> Seen:
        if role not in self._seated:
            seat = seen_by(self._browser, self.house, role, language=self._language, strict=False)
            self._seated[role] = await self._stack.enter_async_context(seat)
        return self._seated[role]

    async def _done(self, seen: Seen, act: Act) -> None:
        await seen.page.set_viewport_size(DESK)
        sent = await self._sent(seen, act)
        if sent.status != act.status or (act.status == LEADS_ON and sent.then != OK):
            said = await seen.page.locator("main").inner_text()
            self.wrong.append(f"{act.route}: {sent.status} instead of {act.status}: {said[:200]}")
        if act.shows:
            bad = await faults(seen, self._widths(act), paper=act.paper)
            self.wrong += [f"{act.route} {act.status}: {one}" for one in bad]
        self.wrong += [f"{act.route}: {one}" for one in seen.complaints if _is_fault(one)]
        seen.complaints.clear()
        led = act.status == LEADS_ON and sent.status == LEADS_ON
        self._led = (seen, seen.page.url) if led else None

    def _widths(self, act: Act) -> Sequence[int]:
        """All of a page of its own; of one that is known but for a sentence, one a language."""
        return WIDTHS if act.status == OK else WIDTHS[self._language is Language.EN :][:1]

    async def _sent(self, seen: Seen, act: Act) -> Sent:
        if isinstance(act.at, Act):
            await self._sent(seen, act.at)
        else:
            await self._go(seen, act.at.format_map(self.names))
        if act.alone:
            self.names["code"] = self.house.office.code(login=seen.login)
        path = re.sub(r"\{\w+\}", "[^/]+", act.route.removeprefix("POST "))
        fields = {name: value.format_map(self.names) for name, value in act.fields.items()}
        keys = Keyboard(seen.page)
        if act.typing:
            return await keys.typed(path, act.typing, fields)
        return await keys.submit(path, fields, act.button, file=act.file)

    async def _go(self, seen: Seen, path: str) -> None:
        """Open a page, unless the last act led there."""
        if self._led is None or self._led[0] is not seen or urlsplit(self._led[1]).path != path:
            await seen.open(path)
        self._led = None


def _is_fault(said: str) -> bool:
    # The browser tells of each answer that is no 200, such as a page that says what is missing.
    return "status of 4" not in said


async def faults(seen: Seen, widths: Sequence[int], *, paper: bool = False) -> list[str]:
    """What axe finds in the content, and what is too wide; the head is the same on each page."""
    found = []
    for width in widths:
        await seen.page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: {said}" for said in await seen.violations("main")]
        over = await seen.overflow()
        found += [f"{over} px too wide at {width}"] if over > 0 and not paper else []
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


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", [Language.VI, Language.EN])
async def test_each_act_is_done_by_keys_alone_and_what_it_shows_is_in_everybodys_reach(
    browser: Browser, house: ConsoleHouse, language: Language
) -> None:
    names = {**await furnish(house), **await strangers(house)}
    office = Office(browser, house, language, names)
    for act in (*REFUSALS, *ACTS):
        await office.does(act)
    await office.close()
    assert office.wrong == []
