"""The button of the provider in a real Chromium: it leads there and back, under our policy."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser

from sms_gateway.console.places import PROVIDER_CODE, SIGN_IN
from sms_gateway.domain.message import Language
from tests.acceptance.smsc import free_port
from tests.browser.console_browser import seen_by
from tests.browser.keyboard import Keyboard
from tests.oidc.opening import opened

pytestmark = pytest.mark.browser

WRONG, LOCKED = 401, 429
SHOTS = os.environ.get("SCREENSHOTS", "")


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("passwords", [True, False])
async def test_the_way_to_the_provider_and_back_is_in_everybodys_reach(
    browser: Browser, tmp_path: Path, width: int, *, passwords: bool
) -> None:
    port = free_port()
    back = f"http://127.0.0.1:{port}"
    async with opened(tmp_path, back, port, passwords=passwords) as house:
        await house.console.office.with_totp("an")
        async with seen_by(browser, house.console, role=None, width=width) as seen:
            await seen.open(f"{SIGN_IN}?next=/console/messages")
            assert await seen.violations() == []
            wide = await seen.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width
            if SHOTS:
                await seen.page.screenshot(path=f"{SHOTS}/sign-in-{passwords}-{width}.png")
            await seen.page.get_by_role("link", name="tài khoản công vụ").click()
            await seen.page.wait_for_selector('input[name="code"]')
            assert await seen.violations() == []
            if SHOTS:
                await seen.page.screenshot(path=f"{SHOTS}/code-{passwords}-{width}.png")
            await seen.page.fill('input[name="code"]', house.console.office.code())
            await seen.page.keyboard.press("Enter")
            await seen.page.wait_for_url(f"{back}/console/messages")


@pytest.mark.parametrize("language", [Language.VI, Language.EN])
async def test_a_wrong_code_after_the_provider_and_too_many_of_them_are_told_in_everybodys_reach(
    browser: Browser, tmp_path: Path, language: Language
) -> None:
    port = free_port()
    async with opened(tmp_path, f"http://127.0.0.1:{port}", port, passwords=True) as house:
        await house.console.office.with_totp("an")
        seat = seen_by(browser, house.console, None, language=language, strict=False)
        async with seat as seen:
            await seen.open(SIGN_IN)
            await seen.page.locator("main a.button, main a[href*=provider]").first.click()
            statuses = []
            while LOCKED not in statuses:
                await seen.page.wait_for_selector('input[name="code"]')
                sent = await Keyboard(seen.page).submit(PROVIDER_CODE, {"code": "000000"}, "button")
                if sent.status not in statuses:
                    assert await seen.page.locator("main .wrong[role=alert]").count() == 1
                    for width in (360, 1440):
                        await seen.page.set_viewport_size({"width": width, "height": 900})
                        assert await seen.violations() == []
                        assert await seen.overflow() <= 0
                statuses.append(sent.status)
        assert set(statuses) == {WRONG, LOCKED}
