"""An API of its own for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.api_desk import ApiHouse, api_house
from tests.contracts.store_desk import Desk, maker_of


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[ApiHouse]:
    folder = tmp_path / "data"
    folder.mkdir()
    async with Desk(maker_of("sqlite"), folder) as desk, api_house(desk) as opened:
        yield opened
