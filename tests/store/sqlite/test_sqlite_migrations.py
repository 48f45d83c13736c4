"""Numbered migrations: each once, whole or not at all; what does not fit is refused."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sms_gateway.sql.migrations import Migration, SchemaError, load_migrations
from sms_gateway.sqlite.migrate import check_schema, migrate, schema_version
from sms_gateway.store.sqlite.opening import MIGRATIONS

GOLDEN = Path(__file__).parents[2] / "golden" / "schema-sqlite.sql"
AT = 1_795_403_700_000
FIRST = "CREATE TABLE a (x TEXT NOT NULL) STRICT;\n"
SECOND = "CREATE TABLE b (y TEXT NOT NULL) STRICT;\nINSERT INTO b VALUES ('kept');\n"
BROKEN = "CREATE TABLE b (y TEXT) STRICT;\nINSERT INTO nowhere VALUES (1);\n"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """An empty database in autocommit mode."""
    connection = sqlite3.connect(tmp_path / "schema.db", isolation_level=None)
    yield connection
    connection.close()


def package(folder: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> list[Migration]:
    """The migrations of a folder of scripts, one per name, for example `m0001_first`."""
    place = folder / "made_up_migrations"
    place.mkdir(exist_ok=True)
    (place / "__init__.py").touch()
    for name, script in scripts.items():
        (place / f"{name.removeprefix('m')}.sql").write_text(script, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, place.name, raising=False)
    return list(load_migrations(place.name))


def tables(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def test_migrations_are_applied_in_order_and_noted(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = package(tmp_path, monkeypatch, m0002_second=SECOND, m0001_first=FIRST)
    assert migrate(db, steps, AT) == 2
    assert schema_version(db) == 2
    noted = db.execute("SELECT version, name, checksum, oldest_code, applied_at FROM schema_meta")
    assert noted.fetchall() == [
        (1, "first", steps[0].checksum, 1, AT),
        (2, "second", steps[1].checksum, 2, AT),
    ]


def test_each_migration_is_applied_once(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = package(tmp_path, monkeypatch, m0001_first=FIRST)
    assert [migrate(db, steps, AT), migrate(db, steps, AT)] == [1, 0]
    steps = package(tmp_path, monkeypatch, m0002_second=SECOND)
    assert [migrate(db, steps, AT), migrate(db, steps, AT)] == [1, 0]
    assert db.execute("SELECT count(*) FROM b").fetchone() == (1,)


def test_a_failing_migration_leaves_nothing_of_itself_and_keeps_those_before(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = package(tmp_path, monkeypatch, m0001_first=FIRST, m0002_broken=BROKEN)
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(db, steps, AT)
    assert not db.in_transaction
    assert (tables(db), schema_version(db)) == ({"a", "schema_meta"}, 1)
    mended = package(tmp_path, monkeypatch, m0002_broken=SECOND)
    assert migrate(db, mended, AT) == 1


def test_a_migration_edited_after_it_was_applied_is_refused(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(db, package(tmp_path, monkeypatch, m0001_first=FIRST), AT)
    edited = package(tmp_path, monkeypatch, m0001_first=FIRST + "-- one more word\n")
    with pytest.raises(SchemaError) as caught:
        migrate(db, edited, AT)
    assert str(caught.value) == ("migration 1 (first) was changed after it was applied: restore it")


def test_a_newer_schema_that_needs_newer_code_is_refused_and_left_alone(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = package(tmp_path, monkeypatch, m0001_first=FIRST, m0002_second=SECOND)
    migrate(db, newer, AT)
    for act in (lambda: migrate(db, newer[:1], AT), lambda: check_schema(db, newer[:1])):
        with pytest.raises(SchemaError) as caught:
            act()
        assert str(caught.value) == (
            "the database needs code that knows migration 2; this code knows 1: "
            "install the newer version"
        )
    assert schema_version(db) == 2


def test_a_newer_schema_that_admits_our_code_runs(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = "-- oldest: 1\n" + SECOND
    newer = package(tmp_path, monkeypatch, m0001_first=FIRST, m0002_second=kind)
    migrate(db, newer, AT)
    assert migrate(db, newer[:1], AT) == 0
    assert schema_version(db) == 2


def test_an_older_schema_is_no_fault_of_the_newer_code_that_reads_it(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = package(tmp_path, monkeypatch, m0001_first=FIRST, m0002_second=SECOND)
    check_schema(db, newer)
    migrate(db, newer[:1], AT)
    check_schema(db, newer)


@pytest.mark.parametrize("name", ["m0001_a", "m0003_c", "mlater", "m02_second"])
def test_a_migration_whose_number_does_not_follow_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with pytest.raises(SchemaError, match="numbered without gaps"):
        package(tmp_path, monkeypatch, m0001_first=FIRST, **{name: SECOND})


def columns(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """The columns of each table and view: name, whether it must be named, its default."""
    names = db.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')").fetchall()
    return {
        name: [(row[1], row[3], row[4]) for row in db.execute(f"PRAGMA table_info({name})")]
        for (name,) in names
    }


def test_older_code_finds_its_columns_where_they_were_and_need_not_know_new_ones(
    db: sqlite3.Connection,
) -> None:
    steps = load_migrations(MIGRATIONS)
    migrate(db, steps[:1], AT)
    before = columns(db)
    for step in range(2, len(steps) + 1):
        migrate(db, steps[:step], AT)
        after = columns(db)
        for table, known in before.items():
            assert after[table][: len(known)] == known, table
            added = after[table][len(known) :]
            assert all(not needed or default for _, needed, default in added), table
        before = after


def test_what_the_first_version_wrote_is_there_after_the_newest_migration(
    db: sqlite3.Connection,
) -> None:
    ours = load_migrations(MIGRATIONS)
    migrate(db, ours[:1], AT)
    report = ("r", "telco", "A1", "a1", "delivered", "", None, AT, None)
    db.execute("INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", report)
    refused = ("telco", "hash", "why", b"raw", AT, AT, 1)
    db.execute("INSERT INTO refused VALUES (?, ?, ?, ?, ?, ?, ?)", refused)
    assert migrate(db, ours, AT) == len(ours) - 1
    assert db.execute("SELECT * FROM receipt").fetchall() == [report]
    assert db.execute("SELECT * FROM refused").fetchall() == [(*refused, "")]


def test_code_of_the_first_version_may_run_on_the_newest_schema(db: sqlite3.Connection) -> None:
    ours = load_migrations(MIGRATIONS)
    migrate(db, ours, AT)
    check_schema(db, ours[:1])


def test_the_schema_of_a_fresh_database_is_the_recorded_one(db: sqlite3.Connection) -> None:
    """Write the golden file anew with `UPDATE_GOLDEN=1`."""
    migrate(db, load_migrations(MIGRATIONS), AT)
    found = db.execute(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name"
    )
    schema = "".join(f"{sql};\n\n" for (sql,) in found).rstrip() + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(schema, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == schema
