"""The statements in .sql files: each used, each fitting the schema, the hot ones by an index."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

import sms_gateway.store
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.sql.statements import load_statements
from sms_gateway.sqlite.migrate import migrate
from sms_gateway.store.sqlite.opening import MIGRATIONS

PACKAGE = "sms_gateway.store.sqlite"
FILES = (
    *("queries.sql", "reading.sql", "alarms.sql", "retention.sql", "notices.sql", "access.sql"),
    *("audit.sql", "walks.sql", "words.sql", "citizens.sql"),
)
STATEMENTS = {
    (file, name): sql for file in FILES for name, sql in load_statements(PACKAGE, file).items()
}
CODE = "".join(
    path.read_text(encoding="utf-8")
    for path in sorted(Path(sms_gateway.store.__path__[0]).rglob("*.py"))
)
BIG = re.compile(r"(?:SCAN|SEARCH) (?:inbox|outbox|receipt|attempt|audit|refused|i|o|r|a)\b")
# They read all of the log on purpose, and only when a person asks.
WHOLE_LOG = {"count_outcomes", "count_states", "count_refused", "imported", "contents"}
# An index that holds only what is open, so that going through it whole costs little.
SMALL = re.compile(
    r"(inbox_unanswered|inbox_parked|inbox_unhandled|outbox_unsent|outbox_due|outbox_validity|outbox_open|receipt_unmatched"
    r"|outbox_notice_open|outbox_batch|audit_unchained)\b"
)


@pytest.fixture(scope="module")
def db() -> Iterator[sqlite3.Connection]:
    """An empty database with our schema."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, load_migrations(MIGRATIONS), 1)
    yield connection
    connection.close()


def explained(db: sqlite3.Connection, how: str, sql: str) -> list[tuple[object, ...]]:
    names = set(re.findall(r":([a-z_]+)", sql))
    values = dict.fromkeys(names) if names else (None,) * sql.count("?")
    return db.execute(f"{how} {sql}", values).fetchall()


def test_no_two_statements_of_the_store_share_a_name() -> None:
    assert len({name for _, name in STATEMENTS}) == len(STATEMENTS)


@pytest.mark.parametrize("file,name", STATEMENTS)
def test_every_statement_is_used(file: str, name: str) -> None:
    assert file
    assert f'"{name}"' in CODE


@pytest.mark.parametrize("file,name", STATEMENTS)
def test_every_statement_fits_the_schema(db: sqlite3.Connection, file: str, name: str) -> None:
    assert explained(db, "EXPLAIN", STATEMENTS[file, name])


@pytest.mark.parametrize("file,name", [key for key in STATEMENTS if key[1] not in WHOLE_LOG])
def test_no_statement_goes_through_the_whole_log(
    db: sqlite3.Connection, file: str, name: str
) -> None:
    """However many messages the log holds, an answer takes as long as before."""
    plan = [str(row[3]) for row in explained(db, "EXPLAIN QUERY PLAN", STATEMENTS[file, name])]
    for step in filter(BIG.match, plan):
        assert step.startswith("SEARCH") or SMALL.search(step), step


def test_a_lease_looks_at_what_it_takes_and_not_at_all_that_waits(db: sqlite3.Connection) -> None:
    sql = STATEMENTS["queries.sql", "mt_lease"]
    plan = [str(row[3]) for row in explained(db, "EXPLAIN QUERY PLAN", sql)]
    walk = "SEARCH outbox USING INDEX outbox_unsent (door=? AND priority=? AND not_before<?)"
    assert walk in plan
    assert not [step for step in plan if "TEMP B-TREE" in step]


def test_which_dossiers_are_needed_is_asked_without_a_look_at_all_that_waits(
    db: sqlite3.Connection,
) -> None:
    sql = STATEMENTS["retention.sql", "purge_dossiers_needed"]
    plan = [str(row[3]) for row in explained(db, "EXPLAIN QUERY PLAN", sql)]
    walk = "SEARCH outbox USING INDEX outbox_notice_open (dossier_id=?)"
    assert [step for step in plan if "outbox" in step] == [walk]


WALKS = {
    "all": "SEARCH inbox USING COVERING INDEX sqlite_autoindex_inbox_1 (id>? AND id<?)",
    "sender": "SEARCH inbox USING COVERING INDEX inbox_sender (sender_hash=? AND id>? AND id<?)",
    "code": "SEARCH inbox USING COVERING INDEX inbox_code (code_key=? AND id>? AND id<?)",
    "agency": "SEARCH inbox USING COVERING INDEX inbox_agency (agency=? AND id>? AND id<?)",
    "outcome": "SEARCH inbox USING COVERING INDEX inbox_outcome (outcome=? AND id>? AND id<?)",
    "word": "SEARCH text_word USING PRIMARY KEY (word=? AND mo_id>? AND mo_id<?)",
}


@pytest.mark.parametrize("way", WALKS)
@pytest.mark.parametrize("direction", ["down", "up"])
def test_each_way_through_the_log_is_a_walk_along_its_index(
    db: sqlite3.Connection, way: str, direction: str
) -> None:
    sql = STATEMENTS["walks.sql", f"walk_{way}_{direction}"]
    plan = [str(row[3]) for row in explained(db, "EXPLAIN QUERY PLAN", sql)]
    assert plan == [WALKS[way]]


@pytest.mark.parametrize(
    "name,step",
    [
        ("words_drop", "SEARCH text_word USING PRIMARY KEY (word=? AND mo_id=?)"),
        ("words_unused", "SEARCH t USING PRIMARY KEY (word=?)"),
        ("word_parts_drop", "SEARCH word_part USING PRIMARY KEY (part=? AND word=?)"),
        ("word_parts_like", "SEARCH word_part USING PRIMARY KEY (part>? AND part<?)"),
    ],
)
def test_words_are_looked_up_in_their_index(db: sqlite3.Connection, name: str, step: str) -> None:
    sql = STATEMENTS["words.sql", name]
    plan = [str(row[3]) for row in explained(db, "EXPLAIN QUERY PLAN", sql)]
    assert step in plan
    assert not [step for step in plan if "TEMP B-TREE" in step or step.startswith("SCAN word")]


@pytest.mark.parametrize("name", ["", "_of_act", "_of_person"])
def test_a_page_of_the_audit_is_a_walk_along_its_index(db: sqlite3.Connection, name: str) -> None:
    sql = STATEMENTS["audit.sql", f"audit_page{name}"]
    (step,) = [str(row[3]) for row in explained(db, "EXPLAIN QUERY PLAN", sql)]
    assert step.startswith("SEARCH audit USING INDEX audit_")
    assert step.endswith("seq>? AND seq<?)")


def test_a_statement_without_a_name_or_with_one_twice_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made_up_statements").mkdir()
    (tmp_path / "made_up_statements" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    file = tmp_path / "made_up_statements" / "queries.sql"
    for text, trouble in (
        ("SELECT 1;\n-- name: a\nSELECT 2;\n", "a statement has no name"),
        ("-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;\n", "two statements share a name"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=trouble):
            load_statements("made_up_statements")


def test_a_statement_that_is_as_another_one_has_its_condition_first() -> None:
    found = load_statements("sms_gateway.store.sqlite", "reading.sql")
    among, narrowed = found["messages_among"], found["messages_of_code"]
    condition = "m.code_key <> '' AND m.code_key IN (SELECT value FROM json_each(:codes))\n  AND "
    assert narrowed.replace(condition, "") == among
    assert narrowed.index(condition) == among.index("WHERE ") + len("WHERE ")
