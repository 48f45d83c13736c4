"""A message store with some messages, dossiers beside it, and backups of both."""

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from sms_gateway.backup.contents import Databases
from sms_gateway.backup.making import BackupOrder
from tests.contracts.store_desk import Desk, maker_of

NOW = datetime(2026, 11, 23, 19, 0, 0, tzinfo=UTC)
KEYS = {"number-hash": "3f9c01ab"}

Order = Callable[..., BackupOrder]


@pytest.fixture
def databases(tmp_path: Path, samples: Path) -> Databases:
    """A store with two answered texts, and the sample dossiers."""
    folder = tmp_path / "var"
    folder.mkdir()
    asyncio.run(_fill(folder))
    (folder / "cases.db").write_bytes((samples / "cases.db").read_bytes())
    return Databases(folder / "gateway.db", folder / "cases.db")


async def _fill(folder: Path) -> None:
    async with Desk(maker_of("sqlite"), folder) as desk:
        for _ in range(2):
            desk.clock.step(60)
            await desk.reply()


@pytest.fixture
def order(tmp_path: Path, databases: Databases) -> Order:
    """What is to be made; tests change what they are about."""
    target = tmp_path / "backups" / "one.tar.gz"
    target.parent.mkdir()
    usual = BackupOrder(databases, target, (), KEYS, "0.1.0", lambda: NOW)

    def changed(**changes: object) -> BackupOrder:
        return dataclasses.replace(usual, **changes)  # type: ignore[arg-type]  # as each test names them

    return changed


@dataclasses.dataclass(frozen=True)
class Person:
    """Somebody with an age key.

    Attributes:
        recipient: what others encrypt to.
        file: of the identity.
    """

    recipient: str
    file: Path


@pytest.fixture
def person(tmp_path: Path) -> Callable[[str], Person]:
    """Make somebody with an age key."""

    def made(name: str) -> Person:
        identity = pyrage.x25519.Identity.generate()
        file = tmp_path / f"{name}.key"
        file.write_text(f"# made for a test\n{identity}\n")
        return Person(str(identity.to_public()), file)

    return made
