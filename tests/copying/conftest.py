"""Both sides of a copy, fresh for each test."""

import asyncio
import shutil
from pathlib import Path

import pytest
import pytest_asyncio

from sms_gateway.copying import source
from tests.copying.copy_desk import CopyDesk, fill
from tests.postgres import Postgres


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled store; copy it, never write to it."""
    return await fill(tmp_path_factory.mktemp("filled"))


@pytest.fixture
async def desk(tmp_path: Path, filled: Path, postgres_server: Postgres) -> CopyDesk:
    """A filled store of this test's own, and an empty database."""
    for path in filled.parent.glob("gateway.db*"):
        await asyncio.to_thread(shutil.copy, path, tmp_path)
    return CopyDesk(tmp_path / "gateway.db", await asyncio.to_thread(postgres_server.database))


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few rows in each transaction."""
    monkeypatch.setattr(source, "MOST_ROWS", 4)
    monkeypatch.setattr(source, "_PIECE", 2)
