"""What holds for every page of the console, whoever adds it."""

import itertools
import re
from collections import Counter

import pytest
from aiohttp.test_utils import make_mocked_request

from sms_gateway.console.guards import from_own_page
from sms_gateway.console.here import page_above
from sms_gateway.console.languages import PageLanguage, catalogue
from sms_gateway.console.places import (
    FROM_PROVIDER,
    HOME,
    INVITE,
    LANGUAGE,
    OUT_OF_PROVIDER,
    PROVIDER,
    PROVIDER_CODE,
    SIGN_IN,
    SIGN_OUT,
    SIGNED_OUT,
)
from sms_gateway.console.site import ROUTES
from sms_gateway.console.visit import Route
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.staff import PERMISSIONS, Permission, Role
from tests.console.console_desk import Browser, ConsoleHouse, Reply
from tests.console.translations import CONSOLE

OPEN = frozenset(
    {
        *(SIGN_IN, PROVIDER, FROM_PROVIDER, PROVIDER_CODE, OUT_OF_PROVIDER, SIGNED_OUT),
        *(LANGUAGE, INVITE),
    }
)
"""The pages that nobody need be signed in for."""

FORM = re.compile(r'<form[^>]*method="post"[^>]*>(?P<body>.*?)</form>', re.DOTALL | re.IGNORECASE)


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "0199aaaa-0000-7000-8000-000000000000", path)


each_route = pytest.mark.parametrize("route", ROUTES, ids=named)
ACTS = [route for route in ROUTES if route.method == "POST"]


def test_no_two_pages_have_the_same_address() -> None:
    assert [at for at, times in Counter(map(named, ROUTES)).items() if times > 1] == []


@each_route
def test_it_lies_under_the_console_and_asks_for_a_permission(route: Route) -> None:
    assert route.path.startswith(HOME)
    assert route.method in {"GET", "POST"}
    assert (route.permission is None) == (route.path in OPEN)


@each_route
def test_it_has_a_title_in_both_languages(route: Route) -> None:
    assert route.title
    assert catalogue(PageLanguage.VI).gettext(route.title) != route.title


PAGES = {route.path for route in ROUTES if route.method == "GET"}


@pytest.mark.parametrize("route", ACTS, ids=named)
def test_what_answers_a_form_leads_back_to_a_page_that_can_be_looked_at(route: Route) -> None:
    parts = dict.fromkeys(re.findall(r"\{(\w+)\}", route.path), "x")
    place = page_above(route.path, parts, PAGES)
    assert any(re.fullmatch(re.sub(r"\{\w+\}", "x", path), place) for path in PAGES)


async def test_the_language_is_changed_on_a_page_that_answered_a_form(house: ConsoleHouse) -> None:
    mo = await house.desk.receive("cho")
    await house.desk.reply(MtState.HELD, mo)
    clerk = await house.signed_in()
    at = f"/console/messages/{mo.id}"
    wrong = await clerk.post(f"{at}/unmask", {"reason": ""}, await clerk.get(at))
    assert wrong.status == 422
    assert f'name="next" value="{at}"' in wrong.text
    done = await clerk.post("/console/language", {"language": "en", "next": at}, wrong)
    assert (await clerk.get(done.headers["Location"])).status == 200


def test_each_permission_but_those_that_stages_to_come_use_is_asked_for_somewhere() -> None:
    used = {route.permission for route in ROUTES} - {None}
    assert used <= set(Permission)


def test_each_role_may_do_what_the_one_before_it_may() -> None:
    ranks = list(Role)
    for less, more in itertools.pairwise(ranks):
        assert PERMISSIONS[less] < PERMISSIONS[more]


def test_each_form_of_each_template_holds_the_token() -> None:
    bare = [
        path.name
        for path in CONSOLE.rglob("*.html")
        for form in FORM.finditer(path.read_text("utf-8"))
        if "csrf" not in form["body"]
    ]
    # Nobody is signed in there, so there is no session to borrow.
    assert set(bare) <= {"sign_in.html"}


async def called(browser: Browser, route: Route, page: Reply | None = None) -> Reply:
    path = filled(route.path)
    return await (browser.get(path) if route.method == "GET" else browser.post(path, {}, page))


async def test_a_stranger_gets_the_form_to_sign_in_and_nothing_else(house: ConsoleHouse) -> None:
    let_in = []
    for route in ROUTES:
        got = await called(house.stranger(), route)
        led = got.headers.get("Location", "").startswith(f"{SIGN_IN}?next=")
        if route.permission is not None and not (got.status == 303 and led):
            let_in.append(named(route))
    assert let_in == []


async def test_an_act_without_the_token_of_its_page_is_refused(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    done = [
        named(route)
        for route in ACTS
        if (await boss.post(filled(route.path), {"csrf": "AAAA"})).status != 403
    ]
    assert done == []


async def test_an_act_from_another_site_is_refused(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    page = await boss.get("/console/account")
    done = []
    for route in ACTS:
        cross = await boss.post(filled(route.path), {}, page, Sec_Fetch_Site="cross-site")
        old = await boss.post(
            filled(route.path), {}, page, Sec_Fetch_Site="", Origin="https://evil.example"
        )
        if (cross.status, old.status) != (403, 403):
            done.append(named(route))
    assert done == []


def test_an_old_browser_says_by_origin_where_a_form_stood() -> None:
    def ours(origin: str, *, tls: bool) -> bool:
        request = make_mocked_request("POST", "/", {"Host": "a.vn", "Origin": origin})
        return from_own_page(request, tls=tls)

    assert ours("https://a.vn", tls=True)
    assert ours("https://a.vn", tls=False)
    assert ours("http://a.vn", tls=False)
    assert not ours("http://a.vn", tls=True)
    for strange in ("https://b.vn", "http://[x", "null", "", "ftp://a.vn"):
        assert not ours(strange, tls=False)


async def test_nobody_whose_role_lacks_the_permission_gets_it(house: ConsoleHouse) -> None:
    wrong = []
    for role in Role:
        person = await house.signed_in(role)
        page = await person.get("/console/account")
        for route in ROUTES:
            if route.permission is None or route.path == SIGN_OUT:
                continue
            got = await called(person, route, page)
            if (got.status == 403) == (route.permission in PERMISSIONS[role]):
                wrong.append((role, named(route), got.status))
    assert wrong == []


async def test_what_it_answers_is_kept_nowhere_and_runs_nothing(house: ConsoleHouse) -> None:
    boss = await house.signed_in(Role.ADMINISTRATOR)
    page = await boss.get("/console/account")
    bad = []
    for route in ROUTES:
        got = await called(boss, route, page)
        policy = got.headers["Content-Security-Policy"]
        good = (
            got.headers["Cache-Control"] == "no-store"
            and "unsafe" not in policy
            and "default-src 'none'" in policy
            and got.headers["X-Content-Type-Options"] == "nosniff"
            and got.status < 500
        )
        if not good:
            bad.append((named(route), got.status))
    assert bad == []


INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|javascript:|hx-on", re.IGNORECASE)


def test_no_template_holds_a_script_or_a_style() -> None:
    found = [path.name for path in CONSOLE.rglob("*.html") if INLINE.search(path.read_text())]
    assert found == []


def test_nothing_is_left_unescaped_but_our_own_pictures() -> None:
    found = [path.name for path in CONSOLE.rglob("*.html") if "|safe" in path.read_text("utf-8")]
    assert found == ["second_factor.html"]
