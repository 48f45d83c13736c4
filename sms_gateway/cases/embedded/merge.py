"""An import's way into the tables: staged, then merged in small steps.

What enters: rows of a file that was read whole without fault. What leaves: dossiers, numbers,
phones and states, changed one step at a time, each step one short transaction. Where an import
stands is written with each step (`import_run`), so that a process killed at any moment is taken
up again where it stopped: before the last row was staged nothing has happened, after it all of it
will happen. Everything here runs in the writer's thread.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from sms_gateway.cases.embedded.rows import Row
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.sql.statements import load_statements

STEP = 50
"""Rows per transaction: a step takes 2 to 5 ms, and what waits for it waits no longer."""

_CLEARED = 250  # staged rows that are deleted at a time, which costs next to nothing

# Pages in the log before they are moved into the file: few, so that no step has to move many.
_CHECKPOINT = "PRAGMA wal_autocheckpoint = 1000"

# A step that a power cut takes back is done once more, so it need not wait for the disk, which the
# messages' own commits are waiting for. What was promised must: see `_lasting`.
_UNHURRIED = "PRAGMA synchronous = NORMAL"
_LASTING = "PRAGMA synchronous = FULL"

_SQL = load_statements("sms_gateway.cases.embedded")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Run:
    """Where an import stands.

    Attributes:
        number: its own.
        phase: staging, merging, removing or clearing; done or abandoned once it is over.
        replaces: dossiers that the file lacks are removed.
        learned_at: when it was begun, milliseconds since the epoch.
        total: rows of the file.
        merged: how many of them are merged.
        removed_to: dossiers are removed up to this number.
        new, changed, unchanged, removed: counts so far.
    """

    number: int
    phase: str
    replaces: int
    learned_at: int
    total: int
    merged: int
    removed_to: int
    new: int
    changed: int
    unchanged: int
    removed: int


def prepare(connection: sqlite3.Connection) -> None:
    """Make a writer ready: short steps, and the function that a merge's statements call."""
    connection.execute(_CHECKPOINT)
    connection.execute(_UNHURRIED)
    connection.create_function("state_fingerprint", 4, state_fingerprint, deterministic=True)


def state_fingerprint(dossier: str, state: int, at: int | None, before: str | None) -> str:
    """What makes a state the same news: the dossier, the state, its time, and what was before.

    The state before belongs to it because states go backwards (domain 4.2): 9, 10 and
    9 again are three entries, and the same step told twice is one.
    """
    told = json.dumps([dossier, state, at, before])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def open_run(connection: sqlite3.Connection) -> Run | None:
    """The import that is under way, if any."""
    found = connection.execute(_SQL["open_run"]).fetchone()
    return Run(*found) if found else None


def begin(connection: sqlite3.Connection, learned_at: int, total: int, *, replace: bool) -> None:
    """Write down that an import begins."""
    connection.execute(_SQL["begin_run"], (int(replace), learned_at, total))


def stage(connection: sqlite3.Connection, run: Run, rows: Sequence[Row], after: int) -> None:
    """Put a step's worth of rows into the staging table, which no reader sees.

    Args:
        connection: the writer.
        run: the import.
        rows: all of them; taken from here, because unpacking them takes time.
        after: how many are staged already.
    """
    part = rows[after : after + STEP]
    staged = [_staged(place, row, run.learned_at) for place, row in enumerate(part, after + 1)]

    def insert() -> None:
        connection.executemany(_SQL["stage"], staged)

    _transaction(connection, insert)


def seal(connection: sqlite3.Connection, run: Run) -> None:
    """All rows are staged: from here on the import will be finished, come what may."""
    with _lasting(connection):
        connection.execute(_SQL["set_phase"], ("merging", run.number))


def step(connection: sqlite3.Connection) -> Run | None:
    """Do one step of the import that is under way: where it stands then; None when none is."""
    run = open_run(connection)
    if run is None:
        return None

    def advance() -> None:
        if run.phase == "merging":
            _merge(connection, run)
        elif run.phase == "removing":
            _remove(connection, run)
        elif run.phase == "clearing":
            connection.execute(_SQL["clear_staged"], (_CLEARED,))
        else:
            # Staging that is not going on any more: its process died. Nothing has happened yet.
            connection.execute(_SQL["set_phase"], ("clearing", run.number))

    if run.phase == "clearing" and not connection.execute(_SQL["any_staged"]).fetchone():
        _end(connection, run)
    else:
        _transaction(connection, advance)
    return Run(*connection.execute(_SQL["run"], (run.number,)).fetchone())


def _merge(connection: sqlite3.Connection, run: Run) -> None:
    upto = min(run.merged + STEP, run.total)
    span = {"after": run.merged, "upto": upto, "learned_at": run.learned_at}
    for name in (
        "judge",
        "upsert_dossiers",
        "drop_old_numbers",
        "drop_old_phones",
        "add_numbers",
        "add_phones",
        "add_states",
    ):
        connection.execute(_SQL[name], span)
    new, changed, unchanged = connection.execute(_SQL["fates"], span).fetchone()
    counts = {"new": new, "changed": changed, "unchanged": unchanged}
    connection.execute(_SQL["note_merged"], {"run": run.number, "upto": upto, **counts})
    if upto == run.total:
        phase = "removing" if run.replaces else "clearing"
        connection.execute(_SQL["set_phase"], (phase, run.number))


def _remove(connection: sqlite3.Connection, run: Run) -> None:
    (upto,) = connection.execute(_SQL["removal_limit"], (run.removed_to, STEP)).fetchone()
    if upto is None:
        connection.execute(_SQL["set_phase"], ("clearing", run.number))
        return
    span = {"after": run.removed_to, "upto": upto}
    removed = connection.execute(_SQL["remove_absent"], span).rowcount
    connection.execute(_SQL["note_removed"], {"run": run.number, "upto": upto, "removed": removed})


def _end(connection: sqlite3.Connection, run: Run) -> None:
    phase = "done" if run.merged == run.total else "abandoned"
    with _lasting(connection):
        connection.execute(_SQL["set_phase"], (phase, run.number))


@contextmanager
def _lasting(connection: sqlite3.Connection) -> Iterator[None]:
    """What is committed in this block, and all before it, is on the disk when the block ends."""
    connection.execute(_LASTING)
    try:
        yield
    finally:
        connection.execute(_UNHURRIED)


def _transaction(connection: sqlite3.Connection, function: Callable[[], T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = function()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


def _staged(place: int, row: Row, learned_at: int) -> tuple[str | int | None, ...]:
    content = (
        row.id,
        row.receipt,
        row.agency,
        int(row.state),
        row.state_at,
        row.received_at,
        row.due_at,
        row.new_due_at,
        row.finished_at,
        row.returned_at,
        str(row.submitted_via),
        str(row.return_via),
        int(row.sms_allowed),
        row.secret_hash,
        row.procedure_code,
        row.procedure_name,
        row.field_code,
        row.field_name,
        row.room,
    )
    phones = json.dumps(row.phones)
    content_hash = hashlib.sha256(json.dumps([*content, phones]).encode()).hexdigest()[:32]
    keys = dict.fromkeys(canonical_key(code) for code in (row.id, row.receipt) if code)
    answer = msgspec.json.encode(row.dossier(learned_at)).decode()
    return (place, *content, content_hash, answer, json.dumps(list(keys)), phones)
