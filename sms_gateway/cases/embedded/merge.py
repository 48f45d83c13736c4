"""An import's way into the tables: staged, then merged in small steps.

What enters: rows of a file that was read whole without fault. What leaves: dossiers, numbers,
phones and states, changed one step at a time, each step one short transaction. Where an import
stands is written with each step (`import_run`), so that a process killed at any moment is taken
up again where it stopped: before the last row was staged nothing has happened, after it all of it
will happen. Everything here is for whoever has his turn (`tables.Writer.turn`).
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from sms_gateway.cases.embedded import unknown
from sms_gateway.cases.embedded.rows import Progress, Row
from sms_gateway.cases.embedded.tables import Columns, Statements
from sms_gateway.domain.dossier import canonical_key

_CLEARED = 5  # times as many staged rows are deleted at a time, which costs next to nothing

SOURCE = "import"
"""What the history, and `states.toml`, call an import."""

_MERGING = (
    "judge",
    "upsert_dossiers",
    "drop_old_numbers",
    "drop_old_phones",
    "add_numbers",
    "add_phones",
)


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


def state_fingerprint(dossier: str, state: int, at: int | None, before: str | None) -> str:
    """What makes a state the same news: the dossier, the state, its time, and what was before.

    The state before belongs to it because states go backwards (domain 4.2): 9, 10 and
    9 again are three entries, and the same step told twice is one.
    """
    told = json.dumps([dossier, state, at, before])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


async def open_run(tables: Statements) -> Run | None:
    """The import that is under way, if any."""
    found = await tables.row("open_run")
    return Run(*found) if found else None


async def begin(tables: Statements, learned_at: int, total: int, *, replace: bool) -> Run | None:
    """Write down that an import begins; None where that did not come about."""
    async with tables.transaction():
        begun = {"replaces": int(replace), "learned_at": learned_at, "total": total}
        await tables.change("begin_run", **begun)
    return await open_run(tables)


async def stage(tables: Statements, staged: Sequence[Columns]) -> None:
    """Put a step's worth of rows, made by `columns_of`, where no reader sees them."""
    async with tables.transaction():
        await tables.many("stage", staged)


async def seal(tables: Statements, run: Run, words: Collection[str]) -> None:
    """All rows are staged: from here on the import will be finished, come what may.

    Args:
        tables: its own.
        run: the import.
        words: those of its rows for states that nobody knows.
    """
    async with tables.transaction(lasting=True):
        await unknown.note(tables, SOURCE, words, run.learned_at)
        await tables.change("set_phase", phase="merging", run=run.number)


async def step(tables: Statements, size: int) -> Run | None:
    """Do one step of the import that is under way: where it stands then; None when none is.

    Args:
        tables: its own.
        size: rows of a step.
    """
    run = await open_run(tables)
    if run is None:
        return None
    if run.phase == "clearing" and not await tables.row("any_staged"):
        async with tables.transaction(lasting=True):
            phase = "done" if run.merged == run.total else "abandoned"
            await tables.change("set_phase", phase=phase, run=run.number)
    else:
        async with tables.transaction():
            await tables.row("in_order")
            await _advance(tables, run, size)
    found = await tables.row("run", run=run.number)
    return Run(*found) if found else None


async def _advance(tables: Statements, run: Run, size: int) -> None:
    if run.phase == "merging":
        await _merge(tables, run, size)
    elif run.phase == "removing":
        await _remove(tables, run, size)
    elif run.phase == "clearing":
        await tables.change("clear_staged", most=size * _CLEARED)
    else:
        # Staging that is not going on any more: its process died. Nothing has happened yet.
        await tables.change("set_phase", phase="clearing", run=run.number)


async def _merge(tables: Statements, run: Run, size: int) -> None:
    upto = min(run.merged + size, run.total)
    span = {"after": run.merged, "upto": upto}
    await merge_span(tables, span, run.learned_at, SOURCE)
    new, changed, unchanged = await tables.row("fates", **span) or (0, 0, 0)
    counts = {"new": new, "changed": changed, "unchanged": unchanged}
    await tables.change("note_merged", run=run.number, upto=upto, **counts)
    if upto == run.total:
        phase = "removing" if run.replaces else "clearing"
        await tables.change("set_phase", phase=phase, run=run.number)


async def merge_span(
    tables: Statements, span: Mapping[str, int], learned_at: int, source: str
) -> None:
    """Merge staged rows; within a transaction that is `in_order`.

    Args:
        tables: its own.
        span: `after` and `upto`, places of the rows.
        learned_at: milliseconds since the epoch.
        source: who tells it, for the history.
    """
    for name in _MERGING:
        await tables.change(name, **span, learned_at=learned_at)
    fresh = [
        (number, state, source, at, learned_at, state_fingerprint(dossier, state, at, before))
        for number, dossier, state, at, before in await tables.rows("fresh_states", **span)
    ]
    await tables.many("add_state", fresh)


async def _remove(tables: Statements, run: Run, size: int) -> None:
    (upto,) = await tables.row("removal_limit", after=run.removed_to, most=size) or (None,)
    if upto is None:
        await tables.change("set_phase", phase="clearing", run=run.number)
        return
    removed = await tables.change("remove_absent", after=run.removed_to, upto=upto)
    await tables.change("note_removed", run=run.number, upto=upto, removed=removed)


@dataclass(frozen=True, slots=True)
class Part:
    """A step's worth of rows.

    Attributes:
        columns: each row as `staged` takes it.
        unknown_states: the words among them for states that nobody knows.
    """

    columns: Sequence[Columns]
    unknown_states: Collection[str]


def columns_of(rows: Sequence[Row], after: int, size: int, learned_at: int) -> Part:
    """A step's worth of rows as `staged` takes them; takes some milliseconds.

    Args:
        rows: all of them.
        after: how many are staged already.
        size: rows of a step.
        learned_at: when the import was begun, milliseconds since the epoch.
    """
    part = rows[after : after + size]
    columns = [staged_of(place, row, learned_at) for place, row in enumerate(part, after + 1)]
    return Part(columns, unknown_among(part))


def unknown_among(items: Iterable[Row | Progress]) -> Collection[str]:
    """The words for states that nobody knows, each once."""
    return {item.unknown_state: None for item in items if item.unknown_state}.keys()


def staged_of(place: int, row: Row, learned_at: int) -> tuple[str | int | None, ...]:
    """A row as `staged` takes it, at a place."""
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
    # An officer only where there is one: dossiers from before officers were kept are the same yet.
    told = [*content, phones, *filter(None, (row.officer,))]
    content_hash = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]
    keys = dict.fromkeys(canonical_key(code) for code in (row.id, row.receipt) if code)
    answer = msgspec.json.encode(row.dossier(learned_at)).decode()
    return (place, *content, row.officer, content_hash, answer, json.dumps(list(keys)), phones)
