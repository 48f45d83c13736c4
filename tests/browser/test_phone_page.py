"""The phone page in a real headless Chromium, against the real process."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

pytestmark = pytest.mark.browser

WAIT_MS = 10_000
TEXTS_FOR_A_LONG_THREAD = 6


class Gateway(Protocol):
    @property
    def url(self) -> str: ...


class Phone:
    """A page, and everything that a browser complained about."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                self.complaints.append(said.text) if said.type in {"error", "warning"} else None
            ),
        )

    async def open_as(self, number: str) -> None:
        await self.page.goto(f"{self.url}/phone")
        await self.page.get_by_label("Số điện thoại").fill(number)
        await self.page.get_by_role("button", name="Dùng").click()
        await expect(self.page.locator(".own b")).to_have_text(number)

    async def send(self, text: str) -> None:
        await self.page.get_by_label("Nội dung tin").fill(text)
        await self.page.get_by_role("button", name="Gửi", exact=True).click()

    async def expect_reply(self, *pieces: str) -> None:
        reply = self.page.locator("#messages .theirs .bubble").last
        for piece in pieces:
            await expect(reply).to_contain_text(piece, timeout=WAIT_MS)


@asynccontextmanager
async def phone_in(
    browser: Browser, gateway: Gateway, width: int, height: int = 800, *, scripts: bool = True
) -> AsyncIterator[Phone]:
    context = await browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=scripts
    )
    phone = Phone(await context.new_page(), gateway.url)
    yield phone
    await context.close()
    assert phone.complaints == []


async def test_a_newcomer_texts_the_sample_receipt_and_reads_the_state_of_the_dossier(
    browser: Browser, gateway: Gateway
) -> None:
    async with phone_in(browser, gateway, 1440) as phone:
        await phone.page.goto(f"{gateway.url}/phone")
        await expect(phone.page.locator(".own b")).to_have_text("0900000001")
        await phone.send("MCKH_170703-0001")
        await phone.expect_reply("170703-0001", "da co ket qua")
        await expect(phone.page.locator("#messages .theirs .meta").last).to_contain_text("S9")
        await expect(phone.page.locator("#messages .theirs .meta").last).to_contain_text("accepted")
        await expect(phone.page.get_by_label("Nội dung tin")).to_have_value("")


async def test_a_tap_on_the_example_fills_it_in_and_enter_sends_it(
    browser: Browser, gateway: Gateway
) -> None:
    async with phone_in(browser, gateway, 1440) as phone:
        await phone.open_as("0900000002")
        await phone.page.locator(".hint .example").click()
        await expect(phone.page.get_by_label("Nội dung tin")).to_have_value("MCKH_170703-0001")
        await phone.page.get_by_label("Nội dung tin").press("Enter")
        await phone.expect_reply("170703-0001")


async def test_the_page_works_360_pixels_wide_without_sideways_scrolling(
    browser: Browser, gateway: Gateway
) -> None:
    async with phone_in(browser, gateway, 360, 640) as phone:
        await phone.open_as("0900000003")
        await expect(phone.page.get_by_role("button", name="Gửi", exact=True)).to_be_in_viewport()
        await phone.send("MCKH_170704-0001")
        await phone.expect_reply("170704-0001")
        await expect(phone.page.locator("#messages .theirs .bubble").last).to_be_in_viewport()
        width = await phone.page.evaluate("document.documentElement.scrollWidth")
        assert width == 360


async def test_the_page_works_with_scripts_turned_off(browser: Browser, gateway: Gateway) -> None:
    async with phone_in(browser, gateway, 360, 640, scripts=False) as phone:
        await phone.open_as("0900000004")
        await phone.send("MCKH_170705-0001")
        await phone.expect_reply("170705-0001")
        assert phone.page.url == f"{gateway.url}/phone"


async def test_markup_in_a_text_is_shown_as_text(browser: Browser, gateway: Gateway) -> None:
    text = "<img src=x onerror=\"document.title='broken into'\"><b>đậm</b>&amp;"
    async with phone_in(browser, gateway, 1440) as phone:
        await phone.open_as("0900000005")
        await phone.send(text)
        await expect(phone.page.locator("#messages .mine .bubble")).to_have_text(text)
        await phone.page.reload()
        await expect(phone.page.locator("#messages .mine .bubble")).to_have_text(text)
        assert await phone.page.locator("#messages img, #messages b").count() == 0
        assert await phone.page.title() == "Điện thoại thử"


async def test_a_text_whose_response_was_lost_is_sent_again_and_appears_once(
    browser: Browser, gateway: Gateway
) -> None:
    async def lose_the_response(route: Route) -> None:
        response = await route.fetch()
        assert response.status == 200
        await route.fulfill(status=503, body="")

    async with phone_in(browser, gateway, 1440) as phone:
        await phone.open_as("0900000006")
        await phone.page.route("**/phone/messages", lose_the_response, times=1)
        await phone.send("MCKH_170706-0001")
        await expect(phone.page.locator("#status")).to_contain_text("Chưa gửi được")
        await expect(phone.page.get_by_label("Nội dung tin")).to_have_value("MCKH_170706-0001")
        await phone.page.get_by_role("button", name="Gửi", exact=True).click()
        await expect(phone.page.get_by_label("Nội dung tin")).to_have_value("")
        await phone.expect_reply("170706-0001")
        await expect(phone.page.locator("#messages .mine")).to_have_count(1)
        await expect(phone.page.locator("#messages .theirs")).to_have_count(1)
        # The browser itself notes the 503 that this test made.
        assert len(phone.complaints) == 1
        assert "503" in phone.complaints.pop()


async def top_of(item: Locator) -> float:
    box = await item.bounding_box()
    assert box is not None
    return box["y"]


async def test_the_page_stays_where_the_reader_is_when_a_text_arrives(
    browser: Browser, gateway: Gateway
) -> None:
    async with phone_in(browser, gateway, 360, 480) as phone:
        await phone.open_as("0900000007")

        async def arrives(text: str) -> None:
            form: dict[str, str | float | bool] = {
                "from": "0900000007",
                "to": "8083",
                "text": text,
                "id": text,
            }
            response = await phone.page.request.post(f"{gateway.url}/phone/messages", form=form)
            assert response.ok

        for number in range(TEXTS_FOR_A_LONG_THREAD):
            await arrives(f"MCKH_170705-100{number}")
        # The budgets leave some of them without a reply, but none without an end.
        await expect(phone.page.locator("#messages .mine")).to_have_count(TEXTS_FOR_A_LONG_THREAD)
        await expect(phone.page.locator("#messages")).not_to_contain_text("unanswered")
        newest = phone.page.locator("#messages > li").last
        await expect(newest).to_be_in_viewport()
        await phone.page.locator("#thread").hover()
        await phone.page.mouse.wheel(0, -400)
        read = phone.page.locator("#messages .mine").nth(2)
        await expect(read).to_be_in_viewport()
        await phone.page.evaluate("new Promise(requestAnimationFrame)")
        before = await top_of(read)
        await arrives("MCKH_170705-2000")
        await expect(phone.page.locator("#messages")).to_contain_text("170705-2000")
        await expect(phone.page.locator("#newer")).to_be_visible()
        # Browsers scroll by whole pixels; anything below one is no jump.
        assert abs(await top_of(read) - before) < 1
        await phone.page.get_by_role("button", name=re.compile("Tin mới")).click()
        await expect(phone.page.locator("#messages > li").last).to_be_in_viewport()
        await expect(phone.page.locator("#newer")).to_be_hidden()


async def test_another_number_has_another_conversation_and_stands_in_no_address(
    browser: Browser, gateway: Gateway
) -> None:
    asked: list[str] = []
    async with phone_in(browser, gateway, 1440) as phone:
        phone.page.on("request", lambda request: asked.append(request.url))
        await phone.open_as("0900000008")
        await phone.send("MCKH ?")
        await phone.expect_reply("MCKH")
        await phone.page.get_by_role("button", name="+447700900123").click()
        await expect(phone.page.locator("#empty")).to_be_visible()
        await phone.page.reload()
        await expect(phone.page.locator(".own b")).to_have_text("+447700900123")
        await phone.open_as("0900000008")
        await expect(phone.page.locator("#messages .mine")).to_have_count(1)
    assert any(url.endswith("/phone/thread") for url in asked)
    assert not [url for url in asked if "900000008" in url or "447700900123" in url]
