"""A console of its own for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.console.console_desk import ConsoleHouse, console_house
from tests.contracts.store_desk import Desk, maker_of


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[ConsoleHouse]:
    folder = tmp_path / "data"
    folder.mkdir()
    async with Desk(maker_of("sqlite"), folder) as desk, console_house(desk) as opened:
        yield opened
