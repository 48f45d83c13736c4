import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.outcome import Delivery
from sms_gateway.log_question import MessageFilter
from sms_gateway.made_up.messages import Plan, log_rows
from sms_gateway.made_up.rows import COLUMNS
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.sql.statements import load_statements
from sms_gateway.sqlite.connecting import connect_reader, connect_writer
from sms_gateway.sqlite.migrate import migrate
from sms_gateway.store.generated import LogNotWrittenError, Note, Piece
from sms_gateway.store.sqlite.generated import write_log
from sms_gateway.store.sqlite.lock import LockHeldError, data_lock
from sms_gateway.store.sqlite.opening import MIGRATIONS, open_sqlite_reading
from tests.made_up.plans import PLAN
from tests.structure.tree import ROOT

SMALL = replace(PLAN, messages=300)
NOTE = Note(1, "os:test", "messages.generate", "made-up", "300 messages")
SCHEMA = "SELECT name, sql FROM sqlite_master ORDER BY name"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store that was made and never used."""
    database = tmp_path / "gateway.db"
    with closing(connect_writer(database)) as db:
        migrate(db, load_migrations(MIGRATIONS), 0)
    return database


def pieces(plan: Plan = SMALL) -> Iterator[Piece]:
    return (rows.by_table() for rows in log_rows(plan, piece=50))


def ask(path: Path, statement: str) -> Sequence[tuple[object, ...]]:
    with closing(connect_reader(path)) as db:
        return db.execute(statement).fetchall()


def test_each_statement_names_the_columns_of_its_rows_in_their_order() -> None:
    statements = load_statements("sms_gateway.store.sqlite", "generated.sql")
    for table, columns in COLUMNS.items():
        named = statements[table].partition("(")[2].partition(")")[0]
        assert tuple(name.strip() for name in named.split(",")) == columns


def test_a_log_is_written_whole_with_all_indexes_and_a_line_in_the_audit(path: Path) -> None:
    before = ask(path, SCHEMA)
    write_log(path, pieces(), NOTE, bare=4, add=False)
    assert ask(path, "SELECT count(*) FROM inbox") == [(300,)]
    assert ask(path, SCHEMA) == before
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]
    assert ask(path, "PRAGMA journal_mode") == [("wal",)]
    assert ask(path, "SELECT by, act, detail FROM audit") == [(NOTE.by, NOTE.act, NOTE.detail)]


def test_a_store_that_holds_messages_is_left_as_it_is(path: Path) -> None:
    write_log(path, pieces(), NOTE, 2, add=False)
    with pytest.raises(LogNotWrittenError, match="--add"):
        write_log(path, pieces(replace(SMALL, seed=8)), NOTE, 2, add=False)
    assert ask(path, "SELECT count(*) FROM inbox") == [(300,)]


def test_another_log_can_be_added(path: Path) -> None:
    write_log(path, pieces(), NOTE, 2, add=False)
    write_log(path, pieces(replace(SMALL, seed=8)), NOTE, 2, add=True)
    assert ask(path, "SELECT count(*) FROM inbox") == [(600,)]
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]


def test_the_same_log_twice_is_refused_and_nothing_of_it_is_kept(path: Path) -> None:
    write_log(path, pieces(), NOTE, 2, add=False)
    before = ask(path, SCHEMA)
    with pytest.raises(LogNotWrittenError, match="--seed"):
        write_log(path, pieces(), NOTE, 2, add=True)
    assert ask(path, "SELECT count(*) FROM audit") == [(1,)]
    assert ask(path, SCHEMA) == before


def test_a_store_that_is_served_is_not_touched(path: Path) -> None:
    with data_lock(path), pytest.raises(LockHeldError):
        write_log(path, pieces(), NOTE, 2, add=False)


def test_what_is_cut_off_in_the_middle_leaves_nothing(path: Path) -> None:
    before = ask(path, SCHEMA)

    def cut_off() -> Iterator[Piece]:
        yield from list(pieces())[:3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_log(path, cut_off(), NOTE, 2, add=False)
    assert ask(path, "SELECT count(*) FROM inbox") == [(0,)]
    assert ask(path, SCHEMA) == before


def test_a_disk_that_fails_leaves_nothing(path: Path) -> None:
    def too_many() -> Iterator[Piece]:
        yield from pieces()
        raise sqlite3.OperationalError

    with pytest.raises(sqlite3.OperationalError):
        write_log(path, too_many(), NOTE, 2, add=False)
    assert ask(path, "SELECT count(*) FROM outbox") == [(0,)]


@pytest.fixture
def written(path: Path) -> Path:
    """A store with a made-up log."""
    write_log(path, pieces(), NOTE, 2, add=False)
    return path


async def test_people_read_it_as_any_other_log(written: Path) -> None:
    text = next(row for rows in log_rows(SMALL) for row in rows.inbox if row.dossier_id)
    async with open_sqlite_reading(written) as reading:
        found = await reading.messages(MessageFilter(limit=1_000))
        assert len(found) == 300
        assert text.id in {row.id for row in found}
        counts = await reading.counts()
        assert "unanswered" not in counts.outcomes
        pushed = next(row.reply for row in found if row.reply and row.reply.delivery)
        timeline = await reading.timeline(pushed.id)
        assert timeline is not None
        assert timeline.mo is not None
        assert timeline.receipts[0].delivery in Delivery
        assert timeline.attempts[-1].result == "accepted"
        assert timeline.raw
        asked = await reading.timeline(MessageId(text.id))
        assert asked is not None
        assert asked.snapshot


_KILLED = """
import os, signal, sys
from pathlib import Path
from sms_gateway.store.sqlite import generated
from tests.store.sqlite import test_sqlite_generated as here

def cut_off():
    yield from here.pieces()
    os.kill(os.getpid(), signal.SIGKILL)

generated._ROOM = "PRAGMA cache_size = 10;"  # so that pages are in the file long before the end
generated.write_log(Path(sys.argv[1]), cut_off(), here.NOTE, 2, add=False)
"""


def test_a_process_that_is_killed_leaves_nothing(path: Path) -> None:
    before, size = ask(path, SCHEMA), path.stat().st_size
    done = subprocess.run([sys.executable, "-c", _KILLED, path], cwd=ROOT, check=False)  # noqa: S603  # ours
    assert done.returncode == -signal.SIGKILL
    assert path.stat().st_size > 2 * size
    with closing(connect_writer(path, create=False)):
        assert ask(path, "SELECT count(*) FROM inbox") == [(0,)]
        assert ask(path, SCHEMA) == before
        assert ask(path, "PRAGMA integrity_check") == [("ok",)]
