"""One shared house for tests that disturb nobody, and a way to open more."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.acceptance.house import House, open_house


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A running gateway and its telco; each test brings citizens of its own."""
    async with open_house(tmp_path_factory.mktemp("house"), samples) as opened:
        yield opened
