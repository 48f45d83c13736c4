"""An office on a store of SQLite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.access.access_desk import Office
from tests.contracts.store_desk import Desk, maker_of


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Nobody was added yet."""
    folder = tmp_path / "data"
    folder.mkdir()
    async with Desk(maker_of("sqlite"), folder) as desk:
        yield Office(desk)
