"""The stores under contract, each dialect by itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contracts.store_desk import Desk, Maker, dialects, maker_of, ways


@pytest.fixture(scope="session", params=ways(), ids="-".join)
def maker(request: pytest.FixtureRequest) -> Maker:
    """Makes stores of one dialect, run in one way."""
    return maker_of(*request.param)


@pytest.fixture(scope="session", params=dialects())
def plain_maker(request: pytest.FixtureRequest) -> Maker:
    """The same in its plain way alone, for what opens very many."""
    return maker_of(request.param)


@pytest.fixture
async def desk(maker: Maker, tmp_path: Path) -> AsyncIterator[Desk]:
    """An empty store, open."""
    folder = tmp_path / "data"
    folder.mkdir()
    async with Desk(maker, folder) as opened:
        yield opened
