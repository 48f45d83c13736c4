"""Signing in by a provider that others wrote, npm's `oidc-provider`, with a real browser."""

import re
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from sms_gateway.clock import SystemClock
from sms_gateway.console.desk import Desk as ConsoleDesk
from sms_gateway.console.places import FROM_PROVIDER, OUT_OF_PROVIDER, SIGN_IN
from sms_gateway.console.provider_desk import ProviderDesk
from sms_gateway.domain.secret import Secret
from sms_gateway.oidc import Provider
from sms_gateway.seldom import Seldom
from sms_gateway.settings.oidc import Oidc
from tests.acceptance.smsc import free_port
from tests.browser.conftest import FLAGS
from tests.console.console_desk import ConsoleHouse, console_house
from tests.contracts.store_desk import Desk, maker_of
from tests.oidc.desk import Ticking
from tests.peers.peer import NPM, Peer, running

CLIENT, SECRET = "console", "secret of the console: 100%"
LIBRARY = NPM / "oidc-provider" / "lib" / "index.js"

pytestmark = [
    pytest.mark.skipif(
        not (shutil.which("node") and LIBRARY.is_file()),
        reason="not run: npm's oidc-provider is missing; scripts/peers installs it",
    ),
    pytest.mark.timeout(120),
]


@dataclass(slots=True)
class Both:
    """The console, and the provider beside it."""

    house: ConsoleHouse
    peer: Peer


@asynccontextmanager
async def opened(
    folder: Path, secret: str = SECRET, *, sign_out: bool = True
) -> AsyncIterator[Both]:
    """Both; of the real day, for the provider has a clock of its own."""
    console_port, port = free_port(), free_port()
    ours = f"http://127.0.0.1:{console_port}"
    back, out = f"{ours}{FROM_PROVIDER}", f"{ours}{OUT_OF_PROVIDER}"
    issuer, shared = f"http://localhost:{port}", Secret(secret)
    settings = Oidc(issuer=issuer, client_id=CLIENT, secret=shared, sign_out=sign_out)
    folder = folder / "data"
    folder.mkdir()
    line = ("node", str(Path(__file__).with_name("npm_provider.mjs")), str(LIBRARY), str(port))
    async with (
        Desk(maker_of("sqlite"), folder) as desk,
        running(*line, CLIENT, SECRET, back, out) as peer,
    ):
        await peer.says("listens")
        desk.clock.at = SystemClock().now()
        clock = Ticking(desk)
        provider = Provider(settings, back, out, clock)
        provided = ProviderDesk(provider, settings, Seldom(clock.monotonic))

        def change(console: ConsoleDesk) -> ConsoleDesk:
            return replace(console, provided=provided, random=secrets.token_bytes)

        async with console_house(desk, change=change, port=console_port) as house:
            await house.office.hire("an")
            yield Both(house, peer)


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        await browser.close()


async def sign_in_there(page: Page, login: str) -> None:
    """On the provider's own pages."""
    await page.fill('input[name="login"]', login)
    await page.fill('input[name="password"]', "any")
    await page.click('button[type="submit"]')
    await page.click('button[type="submit"]')


async def button(page: Page, both: Both, path: str = "/console/messages") -> None:
    await page.goto(both.house.url + path)
    await page.click("a.act")


async def test_who_signs_in_there_lands_on_the_page_that_was_wanted(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(tmp_path) as both:
        page = await browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        await button(page, both)
        await sign_in_there(page, "an")
        await page.wait_for_url(f"{both.house.url}/console/messages")
        assert [said for said in complaints if "Content Security Policy" in said] == []
        rows = await both.house.desk.rows(
            "SELECT act, detail FROM audit WHERE by = 'staff:an' ORDER BY id"
        )
        assert [row[0] for row in rows][-2:] == ["staff.link", "staff.sign_in"]
        assert not both.peer.heard[1:]


async def test_who_signs_out_is_signed_out_there_too(browser: Browser, tmp_path: Path) -> None:
    async with opened(tmp_path) as both:
        page = await browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        await button(page, both)
        await sign_in_there(page, "an")
        await page.wait_for_url(f"{both.house.url}/console/messages")
        await page.click("text=Đăng xuất")
        # It asks, for we show it no ID token.
        await page.click('button[name="logout"]')
        await page.wait_for_url(f"{both.house.url}{SIGN_IN}?done=signed_out")
        assert [said for said in complaints if "Content Security Policy" in said] == []
        await page.click("a.act")
        await page.wait_for_selector('input[name="login"]')
        assert not both.peer.heard[1:]


async def test_who_signs_out_here_alone_is_known_there(browser: Browser, tmp_path: Path) -> None:
    async with opened(tmp_path, sign_out=False) as both:
        page = await browser.new_page()
        await button(page, both)
        await sign_in_there(page, "an")
        await page.wait_for_url(f"{both.house.url}/console/messages")
        await page.click("text=Đăng xuất")
        await page.wait_for_url(f"{both.house.url}{SIGN_IN}?done=signed_out_here")
        await page.click("a.act")
        await page.wait_for_url(f"{both.house.url}/console/attention")


async def test_somebody_else_there_is_not_let_in_and_reads_why(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(tmp_path) as both:
        page = await browser.new_page()
        await button(page, both)
        await sign_in_there(page, "binh")
        await page.wait_for_url(re.compile(re.escape(both.house.url + FROM_PROVIDER)))
        assert "chưa có tài khoản" in await page.inner_text('[role="alert"]')


async def test_who_turns_back_there_is_told_so(browser: Browser, tmp_path: Path) -> None:
    async with opened(tmp_path) as both:
        page = await browser.new_page()
        await button(page, both)
        await page.click("text=Cancel")
        await page.wait_for_url(re.compile(re.escape(both.house.url + FROM_PROVIDER)))
        assert "không cho bạn vào" in await page.inner_text('[role="alert"]')


async def test_a_wrong_secret_is_found_there(browser: Browser, tmp_path: Path) -> None:
    async with opened(tmp_path, "another secret") as both:
        page = await browser.new_page()
        await button(page, both)
        await sign_in_there(page, "an")
        await page.wait_for_url(re.compile(re.escape(both.house.url + FROM_PROVIDER)))
        rows = await both.house.desk.rows(
            "SELECT detail FROM audit WHERE act = 'staff.oidc_refused'"
        )
        assert [str(row[0]).split()[0] for row in rows] == ["why=code_refused"]
