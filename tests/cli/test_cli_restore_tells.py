"""What `restore` says of the time that is missing, of legal holds and of the purge."""

import asyncio
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sms_gateway.cli import backup as backup_command
from sms_gateway.cli import restore as restore_command
from sms_gateway.clock import SystemClock
from tests.cli.conftest import Command
from tests.contracts.store_desk import START, Desk, maker_of

COPIED_AT = datetime(2026, 11, 23, 19, 0, 5, tzinfo=UTC)
NOW = datetime(2026, 11, 25, 2, 30, 59, tzinfo=UTC)
REPLICA = ("--replica", "file:///other/disk")


class At(SystemClock):
    """A clock that stands still."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def lost(tmp_path: Path) -> Path:
    """The data folder of the machine that will be lost; its newest text came at `START`."""
    folder = tmp_path / "lost"
    folder.mkdir()
    asyncio.run(_fill(folder, texts=1))
    return folder


async def _fill(folder: Path, texts: int) -> None:
    async with Desk(maker_of("sqlite"), folder) as desk:
        for _ in range(texts):
            await desk.receive()


@pytest.fixture
def at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is `NOW` for whoever restores."""
    monkeypatch.setattr(restore_command, "SystemClock", lambda: At(NOW))


def replica_of(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Litestream would give what lies in a folder."""

    def copied(_url: str, places: Mapping[str, Path]) -> None:
        shutil.copy(folder / "gateway.db", places["gateway.db"])

    monkeypatch.setattr(restore_command, "restore_copies", copied)


def line_of(word: str, printed: str) -> str:
    (line,) = [line for line in printed.splitlines() if line.split()[0] == word]
    return line


@pytest.mark.usefixtures("at_last")
def test_missing_is_from_the_moment_of_the_backup_until_now(
    cli: Command, lost: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_command, "SystemClock", lambda: At(COPIED_AT))
    made = cli("backup", "--to", str(tmp_path / "one.tar.gz"), data=lost)
    assert made.exit_code == 0, made.output
    result = cli("restore", str(tmp_path / "one.tar.gz"), data=tmp_path / "new")
    assert result.exit_code == 0, result.output
    assert line_of("missing", result.stdout) == (
        "missing   2026-11-24 02:00:05 to 2026-11-25 09:30:59, 31 h 30 min: "
        "ask the telcos what came in that time"
    )


@pytest.mark.usefixtures("at_last")
def test_missing_is_from_the_newest_text_of_the_replica_until_now(
    cli: Command, lost: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(hours=47) == NOW.replace(minute=15, second=0) - START
    replica_of(monkeypatch, lost)
    result = cli("restore", *REPLICA, data=tmp_path / "new")
    assert result.exit_code == 0, result.output
    assert line_of("missing", result.stdout) == (
        "missing   2026-11-23 10:15:00 to 2026-11-25 09:30:59, 47 h 15 min: "
        "ask the telcos what came in that time"
    )


@pytest.mark.usefixtures("at_last")
def test_of_a_replica_without_any_text_nobody_knows_what_is_missing(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    asyncio.run(_fill(tmp_path / "empty", texts=0))
    replica_of(monkeypatch, tmp_path / "empty")
    result = cli("restore", *REPLICA, data=tmp_path / "new")
    assert result.exit_code == 0, result.output
    assert line_of("shows", result.stdout) == "shows     an unknown moment; newest text -"
    assert line_of("missing", result.stdout) == (
        "missing   all until 2026-11-25 09:30:59, since when is unknown: the copy holds no text; "
        "ask the telcos what came in"
    )
