"""What a backup is made of, and that nothing half-made or damaged ever gets its name."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from sms_gateway.backup import making
from sms_gateway.backup.archive import read_archive
from sms_gateway.backup.contents import Databases
from sms_gateway.backup.copying import copy_database, looked_into
from sms_gateway.backup.making import make_backup
from sms_gateway.backup.manifest import BackupError, Manifest
from sms_gateway.sqlite.connecting import connect_writer
from tests.backup.conftest import KEYS, NOW, Order
from tests.contracts.store_desk import START


def read(file: Path, places: Databases) -> Manifest:
    with file.open("rb") as opened:
        return read_archive(opened, places.places())


def taken_apart(file: Path, folder: Path) -> Databases:
    folder.mkdir()
    places = Databases(folder / "gateway.db", folder / "cases.db")
    read(file, places)
    return places


def test_a_backup_holds_both_databases_and_says_what_is_in_them(
    order: Order, tmp_path: Path
) -> None:
    made = make_backup(order())

    assert made.rows["inbox"] == made.rows["outbox"] == 2
    assert made.rows["dossier"] == 33
    assert (made.made_at, made.newest) == (NOW, START + timedelta(seconds=120))
    assert made.keys == KEYS
    places = taken_apart(order().target, tmp_path / "apart")
    with looked_into(places.store) as db:
        assert db.execute("SELECT count(*) FROM inbox").fetchone() == (2,)
    with looked_into(places.places()["cases.db"]) as db:
        assert db.execute("SELECT count(*) FROM dossier").fetchone() == (33,)


def test_keys_are_not_in_it(order: Order, databases: Databases) -> None:
    key = databases.store.parent / "keys" / "number-hash.key"
    key.parent.mkdir()
    key.write_text("07" * 32)
    make_backup(order())

    octets = order().target.read_bytes()
    assert b"07" * 32 not in octets
    assert set(read(order().target, Databases(Path("/dev/null"), Path("/dev/null"))).files) == {
        "gateway.db",
        "cases.db",
    }


def test_where_dossiers_are_somebody_elses_there_is_only_the_store(
    order: Order, databases: Databases
) -> None:
    databases.places()["cases.db"].unlink()
    made = make_backup(order())
    assert set(made.files) == {"gateway.db"}
    assert "dossier" not in made.rows


def test_the_copy_shows_one_moment_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    """Without its transaction SQLite would begin again after each commit of somebody else."""
    source, target = tmp_path / "busy.db", tmp_path / "copy.db"
    left: list[int] = []
    with closing(connect_writer(source)) as writer:
        writer.execute("CREATE TABLE line (word TEXT)")
        writer.executemany("INSERT INTO line VALUES (?)", [("x" * 4000,)] * 5000)

        def between(_status: int, remaining: int, _total: int) -> None:
            left.append(remaining)
            writer.execute("INSERT INTO line VALUES ('later')")

        copy_database(source, target, between)
    assert len(left) > 3
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0
    with looked_into(target) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT count(*) FROM line").fetchone() == (5000,)


def test_the_copy_of_a_running_service_leaves_its_log_alone(tmp_path: Path) -> None:
    source = tmp_path / "busy.db"
    with closing(connect_writer(source)) as writer:
        writer.execute("CREATE TABLE line (word TEXT)")
        log = Path(f"{source}-wal")
        before = log.stat().st_size
        copy_database(source, tmp_path / "copy.db")
        assert log.stat().st_size == before
        assert source.stat().st_size <= 4096  # nothing was moved from the log into it


def test_a_damaged_database_gives_no_backup_and_says_so(order: Order, databases: Databases) -> None:
    cases = databases.places()["cases.db"]
    octets = bytearray(cases.read_bytes())
    page = 4096
    octets[5 * page : 5 * page + 200] = b"\xff" * 200
    cases.write_bytes(bytes(octets))

    with pytest.raises(BackupError, match=r"cases\.db is damaged"):
        make_backup(order())
    assert list(order().target.parent.iterdir()) == []


def test_nothing_is_overwritten(order: Order) -> None:
    order().target.write_text("kept")
    with pytest.raises(BackupError, match="is there already"):
        make_backup(order())
    assert order().target.read_text() == "kept"


def test_two_backups_at_a_time_are_refused(order: Order) -> None:
    with making._work(order()), pytest.raises(BackupError, match="another backup is under way"):  # noqa: SLF001  # as the other one does
        make_backup(order())


def test_what_a_killed_backup_left_is_cleared_away(order: Order) -> None:
    order().work.mkdir()
    (order().work / "gateway.db").write_text("numbers and texts")
    make_backup(order())
    assert [path.name for path in order().target.parent.iterdir()] == ["one.tar.gz"]


def test_where_there_is_no_room_nothing_is_begun(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_SPARE", 1 << 60)
    with pytest.raises(BackupError, match="MiB free, and a backup needs"):
        make_backup(order())
    assert list(order().target.parent.iterdir()) == []


def test_what_is_to_be_encrypted_is_never_open_on_the_disk_of_the_backups(
    order: Order, databases: Databases
) -> None:
    sealed = order(recipients=("age1...",))
    assert sealed.work.parent == databases.store.parent
    assert order().work.parent == order().target.parent
