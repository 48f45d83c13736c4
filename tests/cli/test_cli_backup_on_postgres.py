"""`backup` and `restore` where the messages lie on PostgreSQL, by its own pg_dump."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pyrage
import pytest

from sms_gateway.backup.postgres import dumping
from sms_gateway.domain.ids import MessageId
from sms_gateway.store.postgres import opening
from tests.backup.long_ago import answered_long_ago
from tests.backup.on_postgres import (
    WORD,
    Maker,
    asked,
    everything,
    filled,
    looking,
    named,
    old_program,
    on_path,
)
from tests.cli.conftest import CONFIG, Command, one_line
from tests.postgres import Postgres, programs

SAMPLES = str(CONFIG / "samples" / "q3-2017.csv")

NOTHING: Mapping[str, object] = {"indexes": []}

PURGED = "SELECT id FROM inbox WHERE purged_at IS NOT NULL"

_OF_THE_RESTORE = (
    *("audit", "audit_head", "restore_hold", "purge_mark", "outbox", "inbox", "inbox_part", "node"),
)


@pytest.fixture
def lost(
    cli: Command, postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The database that will be lost; pg_dump is on PATH."""
    monkeypatch.setenv("PATH", on_path(programs()))
    url = named(monkeypatch, postgres_server.database())
    made = cli("init", data=tmp_path / "var")
    assert made.exit_code == 0, made.output
    assert cli("cases", "import", SAMPLES, data=tmp_path / "var").exit_code == 0
    asyncio.run(filled(url, tmp_path))
    return url


@pytest.fixture
def old(lost: str, tmp_path: Path) -> MessageId:
    """A text in it that no settings keep any more."""
    return asyncio.run(answered_long_ago(Maker(lost), tmp_path))


@pytest.fixture
def file(cli: Command, lost: str, tmp_path: Path) -> Path:
    """A backup of it."""
    del lost
    made = tmp_path / "one.tar.gz"
    result = cli("backup", "--to", str(made), data=tmp_path / "var")
    assert result.exit_code == 0, result.output
    return made


@pytest.fixture
def new(file: Path, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database, which the settings name from now on; the backup was made."""
    del file
    return named(monkeypatch, postgres_server.database())


@pytest.mark.usefixtures("lost")
def test_a_backup_says_what_it_holds_and_which_key_it_needs(cli: Command, tmp_path: Path) -> None:
    result = cli("backup", "--to", str(tmp_path), data=tmp_path / "var")
    assert result.exit_code == 0, result.output
    assert "4 texts, 3 replies, 33 dossiers" in result.stdout
    assert "not encrypted" in result.stdout
    assert "needs     key number-hash" in result.stdout
    assert len(list(tmp_path.glob("sms-gateway-*.tar.gz"))) == 1


def test_restored_every_row_and_index_is_there_but_what_is_held(
    cli: Command, lost: str, file: Path, new: str, tmp_path: Path
) -> None:
    before = everything(lost)
    result = cli("restore", str(file), data=tmp_path / "new")
    assert result.exit_code == 0, result.output
    after = everything(new)
    assert before.keys() == after.keys()
    for table, rows in before.items():
        if table.rpartition(".")[2] not in _OF_THE_RESTORE:
            assert after[table] == rows, table
    assert "restored  the database of store.url" in result.stdout
    assert "held      2 replies that waited, 1 that were being sent; 2 texts" in result.stdout
    assert "missing " in result.stdout
    assert WORD not in result.output
    assert asked(new, "SELECT text FROM inbox WHERE text LIKE '%N'") == [("MCKH\t\\.\n\\N",)]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["gateway.db.lock"]


def test_a_restored_database_numbers_on_and_takes_dossiers(
    cli: Command, file: Path, new: str, tmp_path: Path
) -> None:
    assert cli("restore", str(file), data=tmp_path / "new").exit_code == 0
    highest = "SELECT max(id) FROM audit"
    ((last,),) = asked(new, highest)
    assert cli("pause", "local", data=tmp_path / "new").exit_code == 0
    assert asked(new, f"SELECT {last} + 1") == asked(new, highest)
    again = cli("cases", "import", SAMPLES, "--replace", data=tmp_path / "new")
    assert again.stdout == "0 new, 0 changed, 33 unchanged, 0 removed\n"


def test_what_a_restore_holds_is_let_go_as_on_sqlite(
    cli: Command, file: Path, new: str, tmp_path: Path
) -> None:
    data = tmp_path / "new"
    cli("restore", str(file), data=data)
    assert asked(new, "SELECT name FROM restore_hold") == [("everything",)]
    assert "holds 3 replies and all automatic messages" in cli("doctor", data=data).stdout
    result = cli("resume", data=data, stdin=b"y\n")
    assert result.exit_code == 0, result.output
    assert "released: 1 to be sent, 1 expired, 1 uncertain" in result.stdout


def test_what_the_copy_brings_back_is_purged_at_once(
    cli: Command, old: MessageId, file: Path, new: str, tmp_path: Path
) -> None:
    result = cli("restore", str(file), data=tmp_path / "new")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].startswith("purged 1 texts; of before ")
    assert asked(new, PURGED) == [(old,)]


@pytest.mark.usefixtures("old")
def test_or_it_is_left_for_the_night(cli: Command, file: Path, new: str, tmp_path: Path) -> None:
    result = cli("restore", str(file), "--no-purge", data=tmp_path / "new")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].startswith("purge     left for the night")
    assert asked(new, PURGED) == []
    assert cli("purge", data=tmp_path / "new").stdout.startswith("purged 1 texts")


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    cli: Command, tmp_path: Path, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", on_path(programs()))
    file, steps = tmp_path / "one.tar.gz", "SELECT max(version) FROM sms_gateway.schema_meta"
    with monkeypatch.context() as before:
        before.setattr(opening, "_STEPS", opening._STEPS[:-1])  # noqa: SLF001  # a version of before
        old = named(monkeypatch, postgres_server.database())
        assert cli("init", data=tmp_path / "var").exit_code == 0
        assert cli("backup", "--to", str(file), data=tmp_path / "var").exit_code == 0
    new = named(monkeypatch, postgres_server.database())
    result = cli("restore", str(file), data=tmp_path / "new")
    assert result.exit_code == 0, result.output
    ((made,),), ((known,),) = asked(old, steps), asked(new, steps)
    assert (made, known) == (len(opening._STEPS) - 1, len(opening._STEPS))  # noqa: SLF001  # the same


def test_a_database_with_tables_of_a_gateway_is_not_touched(
    cli: Command, lost: str, file: Path, tmp_path: Path
) -> None:
    before = everything(lost)
    said = one_line(cli("restore", str(file), data=tmp_path / "new"))
    assert "has tables of a gateway already" in said
    assert everything(lost) == before


def test_a_cut_off_backup_puts_nothing_in_place(
    cli: Command, file: Path, new: str, tmp_path: Path
) -> None:
    file.write_bytes(file.read_bytes()[:-500])
    assert "damaged or was cut off" in one_line(cli("restore", str(file), data=tmp_path / "new"))
    assert everything(new) == NOTHING


def test_where_the_dump_cannot_be_put_in_nothing_is_left(
    cli: Command, file: Path, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    real = programs() / "pg_restore"
    script = f"""#!/bin/sh
{real} "$@" || exit
case "$*" in *cases.dump*|*--version*) exit 0;; esac
echo 'pg_restore: error: COPY failed for table "inbox": ERROR: bad value "0900000001"' >&2
exit 1
"""
    (broken / "pg_restore").write_text(script)
    (broken / "pg_restore").chmod(0o755)
    monkeypatch.setenv("SMS_GATEWAY_BACKUP__PROGRAMS", str(broken))
    said = one_line(cli("restore", str(file), data=tmp_path / "new"))
    assert said == 'pg_restore failed: COPY failed for table "inbox"'
    assert everything(new) == NOTHING
    monkeypatch.delenv("SMS_GATEWAY_BACKUP__PROGRAMS")
    assert cli("restore", str(file), data=tmp_path / "new").exit_code == 0


def test_no_gateway_starts_on_a_half_restored_database_and_the_next_restore_clears_it_away(
    cli: Command, file: Path, new: str, tmp_path: Path
) -> None:
    data = tmp_path / "new"
    asked(new, "CREATE SCHEMA sms_gateway")
    asked(new, "CREATE TABLE sms_gateway.restore_progress ()")
    said = one_line(cli("messages", data=data))
    assert "the restore into this database is not finished" in said
    assert cli("restore", str(file), data=data).exit_code == 0
    assert cli("messages", data=data).exit_code == 0


def test_a_backup_of_sqlite_is_not_put_into_postgresql_nor_the_other_way(
    cli: Command,
    file: Path,
    samples: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    postgres_server: Postgres,
) -> None:
    monkeypatch.delenv("SMS_GATEWAY_STORE__URL")
    assert "this is a backup of PostgreSQL" in one_line(
        cli("restore", str(file), data=tmp_path / "new")
    )
    small = tmp_path / "small.tar.gz"
    assert cli("backup", "--to", str(small), data=samples).exit_code == 0
    named(monkeypatch, postgres_server.database())
    assert "this is a backup of SQLite" in one_line(
        cli("restore", str(small), data=tmp_path / "newer")
    )


@pytest.mark.usefixtures("lost")
@pytest.mark.parametrize("program", ["pg_dump", "pg_restore"])
def test_a_program_that_is_older_than_the_server_is_refused(
    cli: Command,
    program: str,
    tmp_path: Path,
    postgres_server: Postgres,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "one.tar.gz"
    if program == "pg_restore":
        assert cli("backup", "--to", str(file), data=tmp_path / "var").exit_code == 0
        named(monkeypatch, postgres_server.database())
    folder = old_program(tmp_path / "old", program, 15)
    monkeypatch.setenv("SMS_GATEWAY_BACKUP__PROGRAMS", str(folder))
    words = ("backup", "--to", str(file)) if program == "pg_dump" else ("restore", str(file))
    said = one_line(cli(*words, data=tmp_path / "var"))
    assert f"{program} 15 is older than the server, 18" in said
    assert not list(tmp_path.glob(".backup-work"))


@pytest.mark.usefixtures("lost")
def test_without_pg_dump_one_line_says_what_to_do(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = one_line(cli("backup", "--to", str(tmp_path / "one.tar.gz"), data=tmp_path / "var"))
    assert "pg_dump is not on PATH: install" in said
    monkeypatch.setenv("SMS_GATEWAY_BACKUP__PROGRAMS", "nowhere")
    said = one_line(cli("backup", "--to", str(tmp_path / "one.tar.gz"), data=tmp_path / "var"))
    assert f"pg_dump is not in {tmp_path / 'nowhere'}" in said


@pytest.mark.usefixtures("lost")
def test_doctor_tells_where_no_backup_can_be_made(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMS_GATEWAY_BACKUP__FOLDER", str(tmp_path / "backups"))
    assert "pg_dump" not in cli("doctor", data=tmp_path / "var").stdout
    monkeypatch.setenv("SMS_GATEWAY_BACKUP__PROGRAMS", "nowhere")
    assert "pg_dump is not in" in cli("doctor", data=tmp_path / "var").stdout


@pytest.mark.usefixtures("lost")
def test_the_password_is_on_no_command_line(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = tmp_path / "spy"
    spy.mkdir()
    for name in ("pg_dump", "pg_restore"):
        (spy / name).write_text(
            f'#!/bin/sh\necho "$@" >> {spy}/said\necho "$PGPASSWORD" >> {spy}/passwords\n'
            f'exec {programs() / name} "$@"\n'
        )
        (spy / name).chmod(0o755)
    monkeypatch.setenv("SMS_GATEWAY_BACKUP__PROGRAMS", str(spy))
    result = cli("backup", "--to", str(tmp_path / "one.tar.gz"), data=tmp_path / "var")
    assert result.exit_code == 0, result.output
    assert "gateway@127.0.0.1" in (spy / "said").read_text()
    assert WORD not in (spy / "said").read_text()
    assert WORD in (spy / "passwords").read_text()


@pytest.mark.usefixtures("lost")
def test_the_dump_shows_the_moment_of_its_counts_whatever_is_written_meanwhile(
    cli: Command, lost: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = dumping.counted

    async def counted_then_written(*args: object) -> Mapping[str, int]:
        counts = await real(*args)  # type: ignore[arg-type]  # passed on
        connection = await looking(lost)
        late = "INSERT INTO door_state VALUES ('late', 1, 1, 'test') ON CONFLICT DO NOTHING"
        await connection.execute(late)
        await connection.execute("DELETE FROM inbox")
        await connection.close()
        return counts

    monkeypatch.setattr(dumping, "counted", counted_then_written)
    result = cli("backup", "--to", str(tmp_path / "one.tar.gz"), data=tmp_path / "var")
    assert result.exit_code == 0, result.output
    assert "holds     4 texts" in result.stdout


def test_an_encrypted_backup_is_opened_by_its_key_and_lies_open_nowhere(
    cli: Command,
    lost: str,
    tmp_path: Path,
    postgres_server: Postgres,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del lost
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "age.key").write_text(f"{identity}\n")
    file, data = tmp_path / "one.tar.gz.age", tmp_path / "new"
    recipient = str(identity.to_public())
    result = cli("backup", "--to", str(file), "--age", recipient, data=tmp_path / "var")
    assert result.exit_code == 0, result.output
    new = named(monkeypatch, postgres_server.database())
    assert "give the file of the key" in one_line(cli("restore", str(file), data=data))
    opened = cli("restore", str(file), "--identity", str(tmp_path / "age.key"), data=data)
    assert opened.exit_code == 0, opened.output
    assert asked(new, "SELECT count(*) FROM inbox") == [(5,)]
    assert [path.name for path in data.iterdir()] == ["gateway.db.lock"]


@pytest.mark.usefixtures("lost")
def test_a_dump_that_lacks_a_row_is_no_backup(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = dumping.counted

    async def one_more(*args: object) -> dict[str, int]:
        counts = dict(await real(*args))  # type: ignore[arg-type]  # passed on
        return {**counts, "inbox": counts.get("inbox", 0) + 1}

    monkeypatch.setattr(dumping, "counted", one_more)
    file = tmp_path / "one.tar.gz"
    said = one_line(cli("backup", "--to", str(file), data=tmp_path / "var"))
    assert "the dump does not hold the rows that the database had" in said
    assert not file.exists()
    assert not list(tmp_path.glob(".backup-work"))
