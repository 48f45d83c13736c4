"""Every page of the console in a real Chromium: for each role, in reach of everybody."""

import os
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser

from sms_gateway.access import Invited, NewPerson
from sms_gateway.console import places
from sms_gateway.console.navigation import PAGES
from sms_gateway.console.site import ROUTES
from sms_gateway.console.visit import Route
from sms_gateway.domain.staff import PERMISSIONS, Role
from tests.access.access_desk import BY
from tests.browser.console_browser import Seen, seen_by
from tests.browser.full_house import furnish
from tests.browser.tab_walk import walked
from tests.console.console_desk import ConsoleHouse, console_house
from tests.contracts.store_desk import Desk, maker_of

pytestmark = pytest.mark.browser

LEAD_ON = frozenset({places.HOME, places.PROVIDER, places.FROM_PROVIDER})
"""To another page; to the provider, see `test_sign_in_provided.py`."""

GETS = [
    route
    for route in ROUTES
    # Streams do not end.
    if route.method == "GET" and not route.quiet and route.path not in LEAD_ON
]
OPEN = frozenset({places.SIGN_IN, places.INVITE})
"""Pages for strangers."""

FILLED: Mapping[str, str] = {
    "/console/messages/{id}": "{parked0}",
    "/console/dossiers/{id}": "{dossier}",
    "/console/citizens/{hash}": "{number}",
    "/console/refused/{hash}": "{call}",
    "/console/templates/{name}": "S4",
    "/console/templates/{name}/versions/{id}": "/console/templates/S4/versions/{wanted}",
    "/console/webhooks/{name}": "portal",
    "/console/staff/{login}": "binh",
    "/console/reports/print": "kind=messages",
    "/console/doors/{door}": "{door}",
    "/console/notices/{batch}/release": "{bulk}",
    "/console/notices/{batch}/confirm": "{backward}",
    "/console/notices/{batch}/drop": "{dropped}",
    "/console/windows/{window}/announcement": "{ahead}",
    "/console/windows/{window}/late": "{past}",
    "/console/windows/{window}": "{ahead}",
}
"""What stands in an address, by the route or by what its path begins with; see `full_house`.

Where several things stand in it: the whole of it.
"""

MORE = (
    "/console/messages?outcome=parked",
    "/console/messages?words=nothing-is-like-that",
    "/console/windows/{standing}",
    "/console/complaints?closed=1",
    "/console/reports?kind=messages",
    "/console/dossiers?code=170703-0001",
    "/console/templates/S4/versions/{held}",
    "/console/templates/sheet?with={wanted}",
    "/console/staff/lien",
    "/console/webhooks/portal?show=failed",
    "/console/no-such-page",
)
"""Pages that look otherwise than the bare route does; an administrator sees them."""
LANGUAGES = ("vi", "en")
WIDTHS = (360, 1440)
OK = 200

PAPER = "/console/reports/print"
"""As wide as its sheet: it is there to be printed."""

SHOTS = os.environ.get("SCREENSHOTS", "")

_FORMS = """[...document.querySelectorAll("form, [hx-post]")].flatMap((one) =>
  one.matches("form")
    ? (one.method === "post" ? [one.action] : [])
    : [new URL(one.getAttribute("hx-post"), location.href).href])"""
_LINKS = """[...document.querySelectorAll("a[href]:not([href^='#'])")].map((one) => one.href)
  .concat([...document.querySelectorAll("[hx-get]")]
    .map((one) => new URL(one.getAttribute("hx-get"), location.href).href))"""

_SKELETON = """[...document.querySelectorAll("main *")].map((one) =>
  one.tagName + one.className + (one.getAttribute("role") || "")).filter((one, at, all) =>
  one !== all[at - 1]).join()"""


_SHUT = "document.querySelectorAll('main *').forEach((one) => { one.tabIndex = -1; })"
_LAST_UNSEEN = """[...document.querySelectorAll("main a, main summary, main button")]
  .filter((one) => one.checkVisibility()).slice(-1).forEach(({ style }) => {
    style.setProperty("outline", "none", "important");
    style.setProperty("box-shadow", "none", "important");
  })"""


def address(route: Route, names: Mapping[str, str]) -> str:
    """An address of a route, of something that is there."""
    if "{" not in route.path:
        return "?".join(filter(None, (route.path, FILLED.get(route.path))))
    known = [path for path in FILLED if route.path.startswith(path)]
    assert known, f"{route.path} wants a line in FILLED"
    filled = FILLED[max(known, key=len)].format_map(names)
    return filled if filled.startswith("/") else re.sub(r"\{\w+\}", filled, route.path)


def addresses(names: Mapping[str, str], more: Sequence[str] = MORE) -> Sequence[str]:
    """Each page for people who are signed in, and these more."""
    found = [address(route, names) for route in GETS if route.path not in OPEN]
    return [*found, *(path.format_map(names) for path in more)]


def route_of(method: str, path: str) -> Route | None:
    """Which route serves a path; one whose path is the very same goes before."""
    fits = [
        route
        for route in ROUTES
        if route.method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route.path), path)
    ]
    return min(fits, key=lambda route: route.path.count("{"), default=None)


def may(role: Role, route: Route) -> bool:
    return route.permission is None or route.permission in PERMISSIONS[role]


@asynccontextmanager
async def full_house(folder: Path) -> AsyncIterator[tuple[ConsoleHouse, Mapping[str, str]]]:
    (folder / "data").mkdir()
    async with Desk(maker_of("sqlite"), folder / "data") as desk, console_house(desk) as house:
        yield house, await furnish(house)


async def beyond(seen: Seen, role: Role) -> Sequence[str]:
    """What a page offers that the role may not have."""
    sent = [("POST", one) for one in await seen.page.evaluate(_FORMS)]
    led = [("GET", one) for one in await seen.page.evaluate(_LINKS)]
    found = []
    for method, url in sent + led:
        path = urlsplit(url).path
        if not url.startswith(seen.url) or path.startswith(places.STATIC):
            continue
        route = route_of(method, path)
        if route is None or not may(role, route):
            found.append(f"offers {method} {path}")
    return found


async def visited(seen: Seen, role: Role, path: str) -> Sequence[str]:
    """What is wrong with a page as this role gets it."""
    status, route = await seen.open(path), route_of("GET", urlsplit(path).path)
    allowed = route is not None and may(role, route)
    wanted = 404 if route is None else 200 if allowed else 403
    wrong = [] if status == wanted else [f"answers {status}"]
    if wanted != OK and await seen.page.locator("main .wrong[role=alert]").count() != 1:
        wrong.append("does not say that it is refused")
    title = await seen.page.title()
    if title in {"", "owned"}:
        wrong.append(f"is called {title}")
    wrong += await beyond(seen, role)
    wrong += [said for said in seen.complaints if f"status of {wanted}" not in said]
    seen.complaints.clear()
    return wrong


async def looked_at(seen: Seen, path: str, language: str, part: str = "html") -> Sequence[str]:
    """What is wrong with a page, or a part of it, as it is drawn on a phone and at a desk."""
    wrong = []
    for width in WIDTHS:
        await seen.page.set_viewport_size({"width": width, "height": 900})
        await keep_picture(seen, path, width, language)
        over = await seen.overflow()
        if over > 0 and not path.startswith(PAPER):
            wrong.append(f"{over} px too wide at {width}")
        wrong += [f"{width} px: {said}" for said in await seen.violations(part)]
    return wrong


async def skeleton(seen: Seen) -> str:
    """What a page is made of, whatever its words are."""
    found: str = await seen.page.evaluate(_SKELETON)
    return found


async def listed(seen: Seen) -> Sequence[str]:
    links = seen.page.locator("nav.pages a")
    return [str(await links.nth(n).get_attribute("href")) for n in range(await links.count())]


async def speak(seen: Seen, path: str, language: str) -> None:
    """Have the pages in this language."""
    await seen.open(path)
    button = seen.page.locator(f".who button[value={language}]")
    if await button.count():
        await button.click()
    assert await seen.page.locator(f"html[lang={language}]").count() == 1


async def keep_picture(seen: Seen, path: str, width: int, language: str) -> None:
    """For who wants to look at them."""
    if SHOTS:
        bare = re.sub("[0-9a-f-]{32,}", "id", path.removeprefix(places.HOME).lower())
        name = re.sub("[^a-z0-9-]+", "-", bare).strip("-")
        target = Path(SHOTS) / f"{name[:60]}-{language}-{width}.jpg"
        await seen.page.screenshot(path=str(target), full_page=True, type="jpeg", quality=50)


async def test_a_walk_by_tab_tells_what_no_key_leads_to_and_what_one_does_not_see(
    browser: Browser, house: ConsoleHouse
) -> None:
    async with seen_by(browser, house) as seen:
        await seen.open(places.COMPLAINTS)
        assert await walked(seen) == []
        await seen.open(places.COMPLAINTS)
        await seen.page.evaluate(_SHUT)
        assert [said[:12] for said in await walked(seen)][:1] == ["passes by <a"]
        await seen.open(places.COMPLAINTS)
        await seen.page.evaluate(_LAST_UNSEEN)
        assert [said[:16] for said in await walked(seen)] == ["hides the focus "]


@pytest.mark.timeout(600)
async def test_each_role_gets_its_pages_in_its_reach_and_nothing_that_is_not_its_own(
    browser: Browser, tmp_path: Path
) -> None:
    wrong: list[str] = []
    async with full_house(tmp_path) as (house, names):
        known: set[str] = set()
        async with seen_by(browser, house, strict=False) as seen:
            for path in addresses(names):
                found = [*await visited(seen, Role.ADMINISTRATOR, path)]
                found += await looked_at(seen, path, "vi")
                known.add(await skeleton(seen))
                found += [] if path.startswith(PAPER) else await walked(seen)
                wrong += [f"{path}: {said}" for said in found]
        for role in (Role.VIEWER, Role.CLERK, Role.SUPERVISOR):
            async with seen_by(browser, house, role, strict=False) as seen:
                wrong += [f"{role} {said}" for said in await as_another(seen, role, names, known)]
    assert wrong == []


async def as_another(
    seen: Seen, role: Role, names: Mapping[str, str], known: set[str]
) -> Sequence[str]:
    """What is wrong with the pages of a role; which skeletons are known grows."""
    wrong = []
    for path in addresses(names, more=()):
        found = [*await visited(seen, role, path)]
        # What looks as a page did that was looked at is as good.
        if (drawn := await skeleton(seen)) not in known:
            known.add(drawn)
            found += await seen.violations()
        wrong += [f"{path}: {said}" for said in found]
    await seen.open(places.ACCOUNT)
    mine = [at for at, _name, wanted in PAGES if wanted in PERMISSIONS[role]]
    return wrong if await listed(seen) == mine else [*wrong, "is offered other pages than its own"]


@pytest.mark.timeout(600)
async def test_each_page_is_in_everybodys_reach_in_english_too(
    browser: Browser, tmp_path: Path
) -> None:
    wrong = []
    async with (
        full_house(tmp_path) as (house, names),
        seen_by(browser, house, strict=False) as seen,
    ):
        await speak(seen, places.ACCOUNT, "en")
        for path in addresses(names):
            found = [*await visited(seen, Role.ADMINISTRATOR, path)]
            # Their heads are one, and were looked at in Vietnamese.
            found += await looked_at(seen, path, "en", "main")
            wrong += [f"{path}: {said}" for said in found]
    assert wrong == []


@pytest.mark.parametrize("path", sorted(OPEN))
async def test_a_stranger_has_a_page_to_come_in_by_that_is_in_their_reach(
    browser: Browser, house: ConsoleHouse, path: str
) -> None:
    wrong = []
    link = await house.office.access.invite(NewPerson("moi", "Mới", Role.CLERK, None), BY)
    assert isinstance(link, Invited)
    for language in LANGUAGES:
        async with seen_by(browser, house, None) as seen:
            await speak(seen, places.SIGN_IN, language)
            await seen.open(path.format(token=link.token.value))
            wrong += [f"{language} {said}" for said in await looked_at(seen, path, language)]
    assert wrong == []
