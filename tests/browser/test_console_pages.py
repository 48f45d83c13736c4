"""Every page of the console in a real Chromium: for each role, in reach of everybody."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser

from sms_gateway.access import Invited, NewPerson
from sms_gateway.console import places
from sms_gateway.console.navigation import PAGES
from sms_gateway.console.site import ROUTES
from sms_gateway.console.visit import Route
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import PERMISSIONS, Role
from tests.access.access_desk import BY
from tests.browser.console_browser import Seen, seen_by
from tests.browser.full_house import furnish
from tests.browser.tab_walk import walked
from tests.console.console_desk import ConsoleHouse

pytestmark = pytest.mark.browser

LEAD_ON = frozenset(
    {
        *(places.HOME, places.PROVIDER, places.FROM_PROVIDER),
        *(places.SIGNED_OUT, places.OUT_OF_PROVIDER),
    }
)
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
    "/console/templates/S2-undated/versions/{timed}",
    "/console/templates/sheet?with={wanted}",
    "/console/staff/lien",
    "/console/webhooks/portal?show=failed",
    "/console/no-such-page",
)
"""Pages that look otherwise than the bare route does; an administrator sees them."""
LANGUAGES = (Language.VI, Language.EN)
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


_LOOKED_AT: set[str] = set()
"""Skeletons of pages that axe looked at, by whichever test."""

_SHUT = "document.querySelectorAll('main *').forEach((one) => { one.tabIndex = -1; })"
_PALE = "document.querySelectorAll('h1').forEach((one) => { one.style.color = '#ddd'; })"
_NAMELESS = "document.querySelector('main button').textContent = ''"
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


async def looked_at(seen: Seen, path: str, language: Language, part: str = "html") -> Sequence[str]:
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


async def keep_picture(seen: Seen, path: str, width: int, language: Language) -> None:
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


async def test_what_was_in_order_is_looked_at_again_where_it_is_painted_otherwise(
    browser: Browser, house: ConsoleHouse
) -> None:
    async with seen_by(browser, house) as seen:
        for _ in range(2):
            await seen.open(places.COMPLAINTS)
            assert await seen.violations() == []
        await seen.page.evaluate(_PALE)
        assert [said[:15] for said in await seen.violations()] == ["color-contrast:"]
        await seen.page.set_viewport_size({"width": 360, "height": 900})
        await seen.page.evaluate(_NAMELESS)
        assert {said.partition(":")[0] for said in await seen.violations()} == {
            "color-contrast", "button-name"
        }  # fmt: skip


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_page_is_in_everybodys_reach(
    browser: Browser, house: ConsoleHouse, language: Language
) -> None:
    wrong = []
    names = await furnish(house)
    async with seen_by(browser, house, language=language, strict=False) as seen:
        for path in addresses(names):
            found = [*await visited(seen, Role.ADMINISTRATOR, path)]
            # Their heads are one, and are looked at in Vietnamese.
            whole = language is Language.VI
            found += await looked_at(seen, path, language, "html" if whole else "main")
            _LOOKED_AT.add(await skeleton(seen))
            if whole and not path.startswith(PAPER):
                found += await walked(seen)
            wrong += [f"{path}: {said}" for said in found]
    assert wrong == []


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLERK, Role.SUPERVISOR])
async def test_each_role_gets_its_pages_in_its_reach_and_nothing_that_is_not_its_own(
    browser: Browser, house: ConsoleHouse, role: Role
) -> None:
    names = await furnish(house)
    async with seen_by(browser, house, role, strict=False) as seen:
        wrong = await as_another(seen, role, names)
    assert wrong == []


async def as_another(seen: Seen, role: Role, names: Mapping[str, str]) -> Sequence[str]:
    """What is wrong with the pages of a role."""
    wrong = []
    for path in addresses(names, more=()):
        found = [*await visited(seen, role, path)]
        # What looks as a page did that was looked at is as good.
        if (drawn := await skeleton(seen)) not in _LOOKED_AT:
            _LOOKED_AT.add(drawn)
            found += await seen.violations()
        wrong += [f"{path}: {said}" for said in found]
    await seen.open(places.ACCOUNT)
    mine = [at for at, _name, wanted in PAGES if wanted in PERMISSIONS[role]]
    return wrong if await listed(seen) == mine else [*wrong, "is offered other pages than its own"]


@pytest.mark.parametrize("path", sorted(OPEN))
async def test_a_stranger_has_a_page_to_come_in_by_that_is_in_their_reach(
    browser: Browser, house: ConsoleHouse, path: str
) -> None:
    wrong = []
    link = await house.office.access.invite(NewPerson("moi", "Mới", Role.CLERK, None), BY)
    assert isinstance(link, Invited)
    for language in LANGUAGES:
        async with seen_by(browser, house, None, language=language) as seen:
            await seen.open(path.format(token=link.token.value))
            wrong += [f"{language} {said}" for said in await looked_at(seen, path, language)]
    assert wrong == []
