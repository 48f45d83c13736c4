from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from sms_gateway.backup.rotation import backups_in, made_at, name_of, rotate

NIGHT = datetime(2026, 11, 23, 19, 0, 0, tzinfo=UTC)


def fill(folder: Path, days: int) -> list[Path]:
    """Backups of some nights, the newest first; every second one is encrypted."""
    nights = [NIGHT - timedelta(days=day) for day in range(days)]
    paths = [folder / name_of(at, sealed=day % 2 == 1) for day, at in enumerate(nights)]
    for path in paths:
        path.write_text("a backup")
    return paths


def test_a_name_tells_the_moment_in_utc() -> None:
    here = NIGHT.astimezone(timezone(timedelta(hours=7)))
    assert name_of(here, sealed=False) == "sms-gateway-20261123T190000Z.tar.gz"
    assert name_of(here, sealed=True) == "sms-gateway-20261123T190000Z.tar.gz.age"
    assert made_at(Path(name_of(here, sealed=True))) == NIGHT


@pytest.mark.parametrize(
    "name",
    [
        "sms-gateway-20261123T190000Z.tar.gz.part",
        "sms-gateway-20261399T190000Z.tar.gz",
        "before-the-move.tar.gz",
        "gateway.db",
    ],
)
def test_other_files_are_no_backups(name: str) -> None:
    assert made_at(Path(name)) is None


def test_only_the_newest_stay_and_other_files_are_left_alone(tmp_path: Path) -> None:
    paths = fill(tmp_path, 5)
    (tmp_path / "before-the-move.tar.gz").write_text("kept by a person")
    assert rotate(tmp_path, 3) == paths[3:]
    assert backups_in(tmp_path) == paths[:3]
    assert (tmp_path / "before-the-move.tar.gz").exists()


def test_fewer_than_may_stay_all_stay(tmp_path: Path) -> None:
    paths = fill(tmp_path, 2)
    assert rotate(tmp_path, 14) == []
    assert backups_in(tmp_path) == paths


def test_a_folder_that_is_not_there_holds_none(tmp_path: Path) -> None:
    assert backups_in(tmp_path / "none") == []
