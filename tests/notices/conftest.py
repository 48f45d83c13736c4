"""Automatic messages on a store of SQLite, and on each dialect where a test asks for it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contracts.store_desk import Desk, maker_of
from tests.notices.notices_desk import NoticesDesk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """An empty store."""
    folder = tmp_path / "data"
    folder.mkdir()
    async with Desk(maker_of("sqlite"), folder) as opened:
        yield opened


@pytest.fixture
async def notices(desk: Desk) -> NoticesDesk:
    """Messages by the shipped settings and table, after their first look."""
    made = NoticesDesk(desk)
    await made.to_the_present()
    return made
