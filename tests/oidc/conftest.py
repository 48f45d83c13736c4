"""A console whose staff sign in by a provider."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.oidc.desk import House
from tests.oidc.opening import opened


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path) as found:
        yield found
