"""A clerk's work at the console in a real Chromium: finding, answering, and what comes in live."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from sms_gateway.domain.staff import Role
from tests.access.access_desk import PASSWORD
from tests.browser.console_browser import Seen, fill, seen_by
from tests.console.console_desk import ConsoleHouse, console_house
from tests.contracts.store_desk import Desk, maker_of

pytestmark = pytest.mark.browser


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[ConsoleHouse]:
    (tmp_path / "data").mkdir()
    async with Desk(maker_of("sqlite"), tmp_path / "data") as desk, console_house(desk) as opened:
        await fill(desk)
        yield opened


async def test_a_newcomer_finds_what_happened_to_a_code_and_answers_a_parked_text(
    browser: Browser, house: ConsoleHouse
) -> None:
    await house.office.hire("moi")
    async with seen_by(browser, house, role=None) as seen:
        page = seen.page
        await seen.open("/console/")
        await page.get_by_label("Tên đăng nhập").fill("moi")
        await page.get_by_label("Mật khẩu").fill(PASSWORD)
        await page.get_by_role("button", name="Đăng nhập").click()
        # What happened to MCKH_170703-0001, from a number that ends in 001.
        await page.get_by_role("searchbox").fill("MCKH_170703-0001")
        await page.get_by_role("button", name="Tìm", exact=True).click()
        row = page.locator("tbody tr", has_text="09xx xxx 001").first
        await expect(row).to_contain_text("đã trả lời")
        await row.get_by_role("link").first.click()
        await expect(page.get_by_role("heading", name="Diễn biến")).to_be_visible()
        await expect(page.locator(".segment").first).to_contain_text("170703-0001 dang xu ly")
        # And a text that waits for a person.
        await page.get_by_role("link", name="Tất cả tin nhắn").click()
        await page.locator("select[name=outcome]").select_option("unhandled")
        waiting = page.locator("tbody tr", has_text="chờ cán bộ").first
        await waiting.get_by_role("link").first.click()
        await page.get_by_label("Nội dung được gửi").fill("Hồ sơ đã xong, mời đến nhận.")
        await expect(page.locator("#counter")).to_contain_text("UCS-2")
        await page.get_by_role("button", name="Bỏ dấu").click()
        await expect(page.locator("#counter")).to_contain_text("GSM-7")
        await page.get_by_role("button", name="Gửi", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("đang được gửi")
        await expect(page.locator("h1")).to_contain_text("đã xử lý")
    sent = await house.desk.rows("SELECT text FROM outbox WHERE kind = 'manual'")
    assert sent == [("Ho so da xong, moi den nhan.",)]


async def test_all_of_it_goes_by_keyboard(browser: Browser, house: ConsoleHouse) -> None:
    async with seen_by(browser, house, role=Role.CLERK) as seen:
        page, keys = seen.page, seen.page.keyboard
        await seen.open("/console/messages")
        await keys.press("?")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await keys.press("Escape")
        await keys.press("/")
        await keys.type("170703-0001")
        await keys.press("Enter")
        await expect(page).to_have_url(re.compile(r"code=170703-0001"))
        await keys.press("j")
        await keys.press("j")
        await keys.press("k")
        first = page.locator("tbody tr").first.get_by_role("link").first
        await expect(first).to_be_focused()
        await keys.press("Enter")
        await expect(page).to_have_url(re.compile(r"/messages/[0-9a-f-]{36}"))
        await page.get_by_label("Nội dung được gửi").focus()
        await keys.type("Xin cho it phut.")
        await keys.press("Tab")
        await keys.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("đang được gửi")


async def test_a_clerks_work_is_done_without_a_script(
    browser: Browser, house: ConsoleHouse
) -> None:
    async with seen_by(browser, house, role=Role.CLERK, width=360, scripts=False) as seen:
        page = seen.page
        await seen.open("/console/messages")
        await page.get_by_role("searchbox").fill("170703-0001")
        await page.get_by_role("button", name="Tìm", exact=True).click()
        await expect(page.locator("tbody tr").first).to_contain_text("1707030001")
        await page.get_by_role("link", name="Xuất ra tệp").click()
        async with page.expect_download() as kept:
            await page.get_by_role("button", name="Tạo tệp").click()
        assert (await kept.value).suggested_filename.endswith(".csv")
        await waiting(seen)
        await page.get_by_text("Xem đầy đủ số điện thoại").click()
        await page.get_by_label("Bạn cần để làm gì?").fill("gọi lại cho người dân")
        await page.get_by_role("button", name="Hiện").click()
        await expect(page.locator("dd strong")).to_have_text(re.compile(r"^0\d{9}$"))
        await page.get_by_label("Nội dung được gửi").fill("Hồ sơ đã xong.")
        await page.get_by_role("button", name="Bỏ dấu").click()
        await page.get_by_role("button", name="Gửi", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("đang được gửi")
        await waiting(seen)
        await page.get_by_label("Hoặc đánh dấu đã xử lý").fill("đã gọi điện")
        await page.get_by_role("button", name="Đánh dấu đã xử lý").click()
        await expect(page.locator("h1")).to_contain_text("đã xử lý")
        await waiting(seen)
        await page.locator("button[name=as][value=again]").click()
        await expect(page.get_by_role("status")).to_be_visible()
    done = await house.desk.rows("SELECT kind, state, text FROM outbox WHERE state = 'queued'")
    assert ("manual", "queued", "Ho so da xong.") in done
    assert ("reply", "queued", "Dang xu ly") in done


async def waiting(seen: Seen) -> None:
    """Open the newest text that waits for a person."""
    await seen.open("/console/messages?outcome=unhandled")
    await seen.page.locator("tbody tr").first.get_by_role("link").first.click()


async def test_a_full_number_is_shown_for_a_reason_that_is_kept(
    browser: Browser, house: ConsoleHouse
) -> None:
    async with seen_by(browser, house, role=Role.SUPERVISOR) as seen:
        page = seen.page
        await seen.open("/console/messages?code=170703-0001")
        await page.locator("tbody tr", has_text="xxx 001").first.get_by_role("link").first.click()
        await page.get_by_text("Xem đầy đủ số điện thoại").click()
        await page.get_by_label("Bạn cần để làm gì?").fill("gọi lại cho người dân")
        await page.get_by_role("button", name="Hiện").click()
        await expect(page.locator("main")).to_contain_text("0900000001")
        assert "0900000001" not in page.url
    acts = await house.desk.rows("SELECT by, detail FROM audit WHERE act = 'message.unmask'")
    assert [detail for _by, detail in acts] == ["gọi lại cho người dân; the whole call was shown"]


async def test_what_comes_in_is_told_and_the_list_stands_still(
    browser: Browser, house: ConsoleHouse
) -> None:
    async with seen_by(browser, house, role=Role.CLERK) as seen:
        page = seen.page
        await seen.open("/console/messages")
        before = await page.locator("tbody tr").count()
        house.desk.clock.step(1)
        await house.desk.receive("MCKH_170703-0009")
        house.look()
        button = page.get_by_role("button", name="1 tin mới")
        await expect(button).to_be_visible()
        assert await page.locator("tbody tr").count() == before
        await button.click()
        await expect(page.locator("tbody tr").first).to_contain_text("MCKH_170703-0009")
