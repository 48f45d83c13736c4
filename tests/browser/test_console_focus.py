"""Who works by keys goes on where they were, and what matters stands in sight on a phone."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from sms_gateway.domain.staff import Role
from tests.browser.console_browser import seen_by
from tests.browser.keyboard import Keyboard
from tests.console.console_desk import ConsoleHouse
from tests.contracts.store_desk import Desk

pytestmark = pytest.mark.browser

_SCROLLED = "window.scrollY"
_HIDDEN = """(one) => {
  const box = one.closest(".scroll").getBoundingClientRect(), own = one.getBoundingClientRect();
  return own.left < box.left || own.right > box.right;
}"""


async def answered(desk: Desk, hours: int) -> None:
    """A text in each of these hours, and its reply."""
    for _ in range(hours):
        mt = await desk.reply()
        desk.clock.step(2)
        await desk.sent(mt, f"T-{mt.id}")
        desk.clock.step(3600)


async def complain(page: Page, what: str) -> None:
    await Keyboard(page).submit("/console/complaints", {"what": what, "channel": "phone"}, "button")


async def test_after_an_act_the_keys_go_on_from_what_the_page_says_of_it(
    browser: Browser, house: ConsoleHouse
) -> None:
    async with seen_by(browser, house, strict=False) as seen:
        page = seen.page
        await seen.open("/console/complaints")
        await complain(page, "Chờ lâu")
        await expect(page.locator("main > .note")).to_be_focused()
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.closest('main') !== null")
        await seen.open("/console/complaints")
        await complain(page, "   ")
        await expect(page.locator(".wrong[role=alert]")).to_be_focused()
        assert await page.evaluate(_SCROLLED) == 0


async def test_a_choice_that_counts_at_once_keeps_the_focus(
    browser: Browser, house: ConsoleHouse
) -> None:
    await house.desk.receive()
    async with seen_by(browser, house, Role.CLERK) as seen:
        await seen.open("/console/messages")
        choice = seen.page.locator("form[data-at-once] select[name=outcome]")
        await choice.focus()
        await seen.page.keyboard.press("ArrowDown")
        await expect(seen.page).to_have_url(re.compile("outcome=[a-z]"))
        await expect(choice).to_be_focused()
        await seen.page.reload()
        assert await seen.page.evaluate("document.activeElement === document.body")


async def test_who_asks_for_what_is_new_stands_at_the_newest(
    browser: Browser, house: ConsoleHouse
) -> None:
    await house.desk.receive()
    async with seen_by(browser, house, Role.CLERK) as seen:
        await seen.open("/console/messages")
        house.desk.clock.step(1)
        await house.desk.receive("MCKH_170703-0009")
        house.look()
        button = seen.page.locator(".fresh button")
        await expect(button).to_be_visible()
        await button.focus()
        await seen.page.keyboard.press("Enter")
        newest = seen.page.locator("tbody tr", has_text="170703-0009").get_by_role("link").first
        await expect(newest).to_be_focused()


async def test_a_piece_of_a_page_that_comes_late_takes_the_focus_of_what_it_replaces(
    browser: Browser, house: ConsoleHouse
) -> None:
    mo = await house.desk.receive()
    async with seen_by(browser, house, Role.CLERK) as seen:
        await seen.open(f"/console/messages/{mo.id}")
        piece = seen.page.locator("[hx-get$='/complaints']")
        await expect(piece).to_contain_text("Chưa có khiếu nại")
        await piece.evaluate("(one) => { one.innerHTML = '<a href=\"#\">x</a>'; }")
        await piece.locator("a").focus()
        await piece.evaluate("(one) => htmx.ajax('GET', one.getAttribute('hx-get'), one)")
        await expect(piece).to_be_focused()


async def test_a_phone_shows_the_newest_hours_of_a_chart(
    browser: Browser, house: ConsoleHouse
) -> None:
    await answered(house.desk, 8)
    async with seen_by(browser, house, width=360) as seen:
        await seen.open("/console/today")
        bars = [one for one in await seen.page.locator("svg.chart .bar:not(.bad)").all()
                if await one.get_attribute("height") != "0.0"]  # fmt: skip
        assert len(bars) > 1
        assert not await bars[-1].evaluate(_HIDDEN)


async def test_a_phone_shows_how_to_end_each_session(browser: Browser, house: ConsoleHouse) -> None:
    async with seen_by(browser, house, width=360) as seen:
        await house.office.come_in(login=seen.login)
        await seen.open("/console/account")
        button = seen.page.locator("form[action$='/sessions'] button")
        assert not await button.evaluate(_HIDDEN)
