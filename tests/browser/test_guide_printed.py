"""The clerks' page of help prints on one sheet of A4, in both languages."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.async_api import Browser

from sms_gateway.console.places import HELP
from sms_gateway.domain.staff import Role
from tests.browser.console_browser import seen_by
from tests.console.console_desk import console_house
from tests.contracts.store_desk import Desk, maker_of

pytestmark = pytest.mark.browser

BOX = re.compile(rb"/Type /Page\b.*?/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", re.DOTALL)
INCH = Decimal("25.4")
A4 = (210, 297)


async def test_it_is_one_sheet_of_a4(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    sheets = {}
    async with (
        Desk(maker_of("sqlite"), tmp_path / "data") as desk,
        console_house(desk) as house,
        seen_by(browser, house, Role.CLERK) as seen,
    ):
        for other in ("English", "Tiếng Việt"):
            await seen.open(HELP)
            title = await seen.page.locator("h1").inner_text()
            pdf = await seen.page.pdf(prefer_css_page_size=True)
            sheets[title] = [
                tuple(round(Decimal(side.decode()) * INCH / 72) for side in sides)
                for sides in BOX.findall(pdf)
            ]
            await seen.page.get_by_role("button", name=other).click()
    assert sheets == {"Hướng dẫn trên một trang": [A4], "Help on one page": [A4]}
