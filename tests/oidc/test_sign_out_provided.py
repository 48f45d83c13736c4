"""Who came by the provider is signed out there too."""

import html
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from sms_gateway.console.cookies import SESSION
from sms_gateway.console.places import (
    OUT_OF_PROVIDER,
    SIGN_IN,
    SIGN_OUT,
    SIGNED_OUT,
)
from tests.console.console_desk import Browser
from tests.oidc.desk import BACK, CARRIED, House
from tests.oidc.opening import opened

LEADS = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]*)">')
HERE_ALONE = f"{SIGN_IN}?done=signed_out_here"


async def signed_in(house: House) -> Browser:
    await house.console.office.hire("an")
    browser = house.console.stranger()
    assert (await house.come(browser)).status == 303
    return browser


async def sign_out(browser: Browser) -> str:
    """Press the button; where that leads."""
    got = await browser.post(SIGN_OUT, {}, await browser.get("/console/account"))
    assert got.status == 303
    assert SESSION not in browser.cookies
    return got.headers["Location"]


async def lead_on(browser: Browser) -> str:
    """The address at the provider that the page behind leads to."""
    page = await browser.get(await sign_out(browser))
    found = LEADS.search(page.text)
    assert page.status == 200
    assert found is not None
    assert f'href="{found[1]}"' in page.text
    return html.unescape(found[1])


async def test_who_came_by_it_is_led_there_and_back_and_reads_so(house: House) -> None:
    browser = await signed_in(house)
    address = await lead_on(browser)
    asked = parse_qs(urlsplit(address).query)
    assert asked["post_logout_redirect_uri"] == [BACK + OUT_OF_PROVIDER]
    assert "id_token_hint" not in asked
    back = house.stub.out(address).removeprefix(BACK)
    got = await browser.get(back)
    assert got.headers["Location"] == f"{SIGN_IN}?done=signed_out"
    assert CARRIED not in browser.cookies
    assert "cả ở hệ thống đăng nhập chung" in (await browser.get(got.headers["Location"])).text
    acts = [row[1] for row in await house.audit()]
    assert acts[-1] == "staff.sign_out"


@pytest.mark.parametrize("state", ["", "0" * 32, "\u00e9" * 99])
async def test_who_comes_back_with_another_state_is_told_nothing(house: House, state: str) -> None:
    browser = await signed_in(house)
    back = house.stub.out(await lead_on(browser), state=state).removeprefix(BACK)
    assert (await browser.get(back)).headers["Location"] == SIGN_IN
    stranger = house.console.stranger()
    assert (await stranger.get(back)).headers["Location"] == SIGN_IN


async def test_who_came_by_a_password_is_not_sent_there(house: House) -> None:
    browser = await house.console.signed_in(login="an")
    assert await sign_out(browser) == SIGN_IN
    assert (await browser.get(SIGNED_OUT)).headers["Location"] == SIGN_IN


async def test_a_link_of_somebody_else_signs_nobody_out(house: House) -> None:
    browser = await signed_in(house)
    assert (await browser.get(SIGNED_OUT)).headers["Location"] == SIGN_IN
    assert (await browser.get("/console/messages")).status == 200


async def test_it_leads_there_once(house: House) -> None:
    browser = await signed_in(house)
    await lead_on(browser)
    assert (await browser.get(SIGNED_OUT)).headers["Location"] == SIGN_IN


@pytest.mark.parametrize("said", [None, "javascript:alert(1)", "http://sso.example.vn/end", 7])
async def test_where_it_has_no_such_place_they_read_that_it_may_still_know_them(
    house: House, said: object
) -> None:
    house.stub.document = lambda document: document.update(end_session_endpoint=said)
    browser = await signed_in(house)
    got = await browser.get(await sign_out(browser))
    assert got.headers["Location"] == HERE_ALONE
    assert "có thể vẫn còn nhận ra bạn" in (await browser.get(HERE_ALONE)).text


async def test_an_address_of_it_stays_within_its_place_of_the_page(house: House) -> None:
    evil = f'{house.stub.url}/end?x=%22"><script>alert(1)</script>'
    house.stub.document = lambda document: document.update(end_session_endpoint=evil)
    browser = await signed_in(house)
    page = await browser.get(await sign_out(browser))
    assert "<script>alert" not in page.text


async def test_settings_may_leave_the_session_there_alone(tmp_path: Path) -> None:
    async with opened(tmp_path, sign_out=False) as house:
        browser = await signed_in(house)
        assert (await browser.get(await sign_out(browser))).headers["Location"] == HERE_ALONE


async def test_a_provider_that_is_down_keeps_nobody_signed_in_here(house: House) -> None:
    browser = await signed_in(house)
    for _ in range(4):
        house.console.desk.clock.step(20 * 60)
        assert (await browser.get("/console/account")).status == 200
    house.stub.slow.add("openid-configuration")
    assert (await browser.get(await sign_out(browser))).headers["Location"] == HERE_ALONE
