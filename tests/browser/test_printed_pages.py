"""What is printed fits its paper: reports on A4 landscape, poster and card on A4, in Chromium."""

import re
from collections.abc import Sequence
from decimal import Decimal

import pytest
from playwright.async_api import Browser

from sms_gateway.poster import Invitation, as_html, card, poster
from sms_gateway.reports.dossier_table import document_of
from sms_gateway.reports.dossiers import By
from sms_gateway.reports.renderers import Form, render
from tests.reports.office import case, counted, order

pytestmark = pytest.mark.browser

MM = 96 / 25.4
"""Pixels of CSS."""

A4 = (210, 297)
MARGIN = 15
OURS = Invitation("Sở Ngoại vụ Khánh Hòa", "MCKH", "8083", "1.000 đồng", "0258 3999999", "07:30")


async def pages_of(browser: Browser, html: str) -> list[tuple[int, int]]:
    """Width and height of each page that is printed, in millimetres."""
    page = await browser.new_page()
    await page.set_content(html)
    pdf = await page.pdf(prefer_css_page_size=True)
    await page.close()
    boxes = re.findall(rb"/Type /Page\b.*?/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", pdf, re.DOTALL)
    points = [tuple(Decimal(side.decode()) for side in box) for box in boxes]
    return [(round(w * Decimal("25.4") / 72), round(h * Decimal("25.4") / 72)) for w, h in points]


async def cut_off(browser: Browser, html: str, across: int) -> Sequence[str]:
    """The cells of a page so many millimetres wide that stick out of it."""
    page = await browser.new_page(viewport={"width": int(across * MM), "height": 700})
    await page.emulate_media(media="print")
    await page.set_content(html)
    found: Sequence[str] = await page.evaluate(
        """() => [...document.querySelectorAll("table, th, td, p")]
            .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth
                || one.scrollWidth > one.clientWidth + 1)
            .map(one => one.textContent)"""
    )
    await page.close()
    return found


def report(rooms: int, room: str) -> str:
    cases = [
        case(f"000.00.12.H32-1706{n:02}-0001", room=f"{n} {room}", officer="Nguyễn Thị Phương Thảo",
             finished="2026-10-20 09:00" if n % 2 else None, due=None if n % 7 == 1 else
             "2026-10-12 17:00")
        for n in range(rooms)
    ]  # fmt: skip
    return render(document_of(counted(cases, order(by=By.ROOM, carried_over=True)), "Sở"),
                  Form.HTML).decode()  # fmt: skip


async def test_a_report_is_one_page_of_a4_across_or_as_many_as_it_needs(browser: Browser) -> None:
    width, height = A4
    assert await pages_of(browser, report(3, "Phòng Lãnh sự")) == [(height, width)]
    assert len(await pages_of(browser, report(60, "Phòng Lãnh sự"))) > 2


@pytest.mark.parametrize(
    "room",
    [
        "Phòng Lãnh sự",
        "Phòng Hợp tác quốc tế và Công tác người Việt Nam ở nước ngoài, bộ phận một cửa liên thông",
        "X" * 120,
    ],
)
async def test_no_cell_of_a_report_is_cut_off_at_the_edge(browser: Browser, room: str) -> None:
    assert await cut_off(browser, report(9, room), A4[1] - 2 * MARGIN) == []


@pytest.mark.parametrize(
    "page",
    [
        as_html(poster(OURS), a4=True),
        as_html(card(OURS, "000.00.12.H32-170703-0001"), a4=False),
    ],
)
async def test_poster_and_card_are_one_page_of_a4(browser: Browser, page: str) -> None:
    assert await pages_of(browser, page) == [A4]
