"""`backup`, `restore` and `resume` of what a restore holds, where no gateway runs."""

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.restores import KeyNote
from tests.cli.conftest import Command, one_line
from tests.contracts.store_desk import BINH, Desk, maker_of

FOR_EVER, LONG_AGO = datetime(2999, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)


async def _fill(data: Path) -> None:
    """One reply queued, one being sent, one too old, a text without answer, one part that waits."""
    async with Desk(maker_of("sqlite"), data) as desk:
        await desk.reply(valid_until=FOR_EVER)
        await desk.store.lease(DoorName("telco"), desk.clock.at, 1)
        await desk.reply(mo=await desk.receive(sender=BINH), valid_until=FOR_EVER)
        await desk.reply(valid_until=LONG_AGO)
        await desk.receive()
        await desk.part("MCKH_", desk.part_of(1, 2))


@pytest.fixture
def lost(data: Path) -> Path:
    """The data folder of the machine that will be lost."""
    (data / "gateway.db").unlink()
    for ending in ("-wal", "-shm"):
        (data / f"gateway.db{ending}").unlink(missing_ok=True)
    asyncio.run(_fill(data))
    return data


@pytest.fixture
def file(cli: Command, lost: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    made = tmp_path / "one.tar.gz"
    result = cli("backup", "--to", str(made), data=lost)
    assert result.exit_code == 0, result.output
    return made


def test_a_backup_says_what_it_holds_and_which_key_it_needs(
    cli: Command, lost: Path, tmp_path: Path
) -> None:
    result = cli("backup", "--to", str(tmp_path), data=lost)
    assert result.exit_code == 0, result.output
    assert "4 texts, 3 replies, 33 dossiers" in result.stdout
    assert "not encrypted" in result.stdout
    assert "needs     key number-hash" in result.stdout
    assert len(list(tmp_path.glob("sms-gateway-*.tar.gz"))) == 1


def test_without_a_folder_somebody_must_say_where_to(cli: Command, lost: Path) -> None:
    assert one_line(cli("backup", data=lost)) == (
        "nobody says where to: give --to PATH, or set backup.folder"
    )


def test_in_its_own_folder_only_the_newest_backups_stay(
    cli: Command, lost: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMS_GATEWAY_BACKUP__FOLDER", "backups")
    monkeypatch.setenv("SMS_GATEWAY_BACKUP__KEEP", "2")
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"sms-gateway-2026110{day}T190000Z.tar.gz").write_text("older")
    result = cli("backup", data=lost)
    assert result.exit_code == 0, result.output
    assert "deleted   sms-gateway-20261101T190000Z.tar.gz" in result.stdout
    left = sorted(path.name for path in folder.iterdir())
    assert len(left) == 2
    assert left[0] == "sms-gateway-20261103T190000Z.tar.gz"


def test_restored_everything_is_there_and_held(cli: Command, file: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    result = cli("restore", str(file), data=new)
    assert result.exit_code == 0, result.output
    assert "held      2 replies that waited, 1 that were being sent; 2 texts" in result.stdout
    assert "missing " in result.stdout
    assert sorted(path.name for path in new.iterdir()) == [
        "cases.db",
        "gateway.db",
        "gateway.db.lock",
    ]
    shown = cli("doctor", data=new).stdout
    assert "holds 3 replies and all automatic messages" in shown


def test_let_go_they_are_sent_ended_or_left_for_a_person(
    cli: Command, file: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    cli("restore", str(file), data=new)
    asked = cli("resume", data=new, stdin=b"n\n")
    assert asked.exit_code == 1
    assert "nothing was let go" in asked.stderr
    result = cli("resume", data=new, stdin=b"y\n")
    assert result.exit_code == 0, result.output
    assert "valid      1 replies will be sent" in result.stdout
    assert "released: 1 to be sent, 1 expired, 1 uncertain" in result.stdout
    assert "no restore holds anything back" in one_line(cli("resume", "--yes", data=new))
    assert "holds" not in cli("doctor", data=new).stdout


def test_a_backup_of_a_copy_that_is_held_is_held_as_well(
    cli: Command, file: Path, tmp_path: Path
) -> None:
    new, newer, again = tmp_path / "new", tmp_path / "newer", tmp_path / "again.tar.gz"
    cli("restore", str(file), data=new)
    assert cli("backup", "--to", str(again), data=new).exit_code == 0
    assert cli("restore", str(again), data=newer).exit_code == 0
    result = cli("resume", "--yes", data=newer)
    assert "released: 1 to be sent, 1 expired, 1 uncertain" in result.stdout


def test_a_restore_overwrites_nothing(cli: Command, file: Path, lost: Path) -> None:
    before = (lost / "gateway.db").read_bytes()
    assert "gateway.db is there: move it" in one_line(cli("restore", str(file), data=lost))
    assert (lost / "gateway.db").read_bytes() == before


@pytest.mark.parametrize("left", ["cases.db", "gateway.db-wal"])
def test_nor_does_it_mix_with_what_is_left_of_a_database(
    cli: Command, file: Path, tmp_path: Path, left: str
) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (new / left).write_text("left over")
    assert f"{left} is there" in one_line(cli("restore", str(file), data=new))
    assert not (new / "gateway.db").exists()


def test_a_cut_off_backup_puts_nothing_in_place(cli: Command, file: Path, tmp_path: Path) -> None:
    file.write_bytes(file.read_bytes()[:-500])
    new = tmp_path / "new"
    assert "damaged or was cut off" in one_line(cli("restore", str(file), data=new))
    assert [path.name for path in new.iterdir()] == ["gateway.db.lock"]


def test_a_file_or_a_replica_is_wanted_not_both(cli: Command, file: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    assert "give a FILE, or --replica URL" in one_line(cli("restore", data=new), 2)
    both = cli("restore", str(file), "--replica", "file:///x", data=new)
    assert "give a FILE, or --replica URL" in one_line(both, 2)


def test_a_key_that_is_missing_is_named_by_restore_and_doctor(
    cli: Command, lost: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    asyncio.run(_note_key(lost))
    again = tmp_path / "two.tar.gz"
    assert cli("backup", "--to", str(again), data=lost).exit_code == 0
    result = cli("restore", str(again), data=new)
    assert "key number-hash 3f9c01ab is needed and it is not there" in result.stderr
    assert "written by key 3f9c01ab and it is not here" in cli("doctor", data=new).stdout
    shutil.copytree(lost / "keys", new / "keys")
    assert "written by key 3f9c01ab and" in cli("doctor", data=new).stdout


async def _note_key(data: Path) -> None:
    async with Desk(maker_of("sqlite"), data, runs_before=1) as desk:
        await desk.store.note_key(KeyNote("number-hash", "3f9c01ab", desk.clock.at))
