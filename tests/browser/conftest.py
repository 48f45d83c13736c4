"""A real headless Chromium."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.console.console_desk import ConsoleHouse, console_house
from tests.contracts.store_desk import Desk, maker_of

FLAGS = [
    "--no-sandbox",  # tests may run as root in a container, where there is no other way
    "--disable-gpu",
    "--in-process-gpu",  # what paints without one needs no process of its own
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[ConsoleHouse]:
    """A console of its own, in which nothing has happened yet."""
    (tmp_path / "data").mkdir()
    async with Desk(maker_of("sqlite"), tmp_path / "data") as desk, console_house(desk) as opened:
        yield opened
