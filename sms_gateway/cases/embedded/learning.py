"""Dossiers that are learned a few at a time: merged at once, by the steps of an import.

What enters: whole dossiers, and steps of dossiers that are known, in the order in which they were
told. What leaves: what became of each. They come between the steps of an import that is under way,
whose staged rows they do not touch.
"""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sms_gateway.cases.embedded import feed, merge, unknown
from sms_gateway.cases.embedded.rows import Place, Progress, Row
from sms_gateway.cases.embedded.tables import Statements
from sms_gateway.domain.changes import Case
from sms_gateway.domain.dossier import State
from sms_gateway.domain.ids import DossierId

PUSH = "push"
"""What the history calls the door whose batches may come late, and come again."""

OPEN = frozenset({
    State.REGISTERED, State.ACCEPTED, State.PROCESSING, State.PAPERS_NEEDED, State.FEE_DUE,
})  # fmt: skip
"""States of a dossier that has not come to its end."""


class Learned(enum.Enum):
    """What became of what was told.

    Attributes:
        NEW: the dossier was not there before.
        CHANGED: something of it differed.
        UNCHANGED: it was there just so.
        UNKNOWN: a step of a dossier that is not there; nothing was done.
        OVERTAKEN: something newer of the dossier is known; nothing was done.
    """

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNKNOWN = "unknown"
    OVERTAKEN = "overtaken"


async def learn(
    tables: Statements,
    items: Sequence[Row | Progress],
    source: str,
    learned_at: int,
    cursor: tuple[str, str] | None,
) -> Sequence[Learned]:
    """Merge them, and move a cursor, all in one transaction; see `EmbeddedDirectory.learn`."""
    fates: Sequence[Learned] = ()
    async with tables.transaction(lasting=True):
        await tables.row("in_order")
        if items:
            fates = await _merged(tables, items, source, learned_at)
        await unknown.note(tables, source, merge.unknown_among(items), learned_at)
        if cursor:
            name, told = cursor
            await tables.change("move_cursor", feed=name, cursor=told, at=learned_at)
    return fates


async def _merged(
    tables: Statements, items: Sequence[Row | Progress], source: str, learned_at: int
) -> Sequence[Learned]:
    fates = [Learned.UNKNOWN] * len(items)
    await tables.row("begin_learning")
    for after, wave in _waves(items):
        rows = await _rows(tables, wave, source, learned_at)
        staged = []
        for place, row in enumerate(rows, after + 1):
            if isinstance(row, Row):
                staged.append(merge.staged_of(place, row, learned_at))
            else:
                fates[place - 1] = row
        await tables.many("stage", staged)
        span = {"after": after, "upto": after + len(wave)}
        await merge.merge_span(tables, span, learned_at, source)
        await tables.change("see_again", **span)
    for place, fate in await tables.rows("fates_by_place"):
        fates[place - 1] = Learned(fate)
    await tables.row("end_learning")
    return fates


def _waves(items: Sequence[Row | Progress]) -> Iterator[tuple[int, Sequence[Row | Progress]]]:
    """The items in runs in which no dossier comes twice, each with how many come before it."""
    after, met = 0, set[str]()
    for place, item in enumerate(items):
        if item.id in met:
            yield after, items[after:place]
            after, met = place, set()
        met.add(item.id)
    yield after, items[after:]


async def _rows(
    tables: Statements, items: Sequence[Row | Progress], source: str, learned_at: int
) -> Sequence[Row | Learned]:
    """Each as a whole dossier, or what became of it where nothing is to be merged."""
    compared = [
        DossierId(item.id)
        for item in items
        if source == PUSH or isinstance(item, Progress) or item.read_at is not None
    ]
    known = await feed.cases(tables, compared) if compared else {}
    rows: list[Row | Learned] = []
    for item in items:
        case = known.get(DossierId(item.id))
        row = item if isinstance(item, Row) else _stepped(case, item)
        if row is None:
            rows.append(Learned.UNKNOWN)
            continue
        late = case is not None and (
            _was_read_before(case, row)
            or (source == PUSH and await _is_late(tables, case, row, learned_at))
        )
        rows.append(Learned.OVERTAKEN if late else row)
    return rows


def _was_read_before(case: Case, row: Row) -> bool:
    """Whether a look-up began before what is known was learned: it may have seen an older state."""
    known = _milliseconds(case.dossier.as_of)
    return row.read_at is not None and known is not None and row.read_at < known


async def _is_late(tables: Statements, case: Case, row: Row, learned_at: int) -> bool:
    """Whether it tells of a state before the known one: sent late, or once more after a time-out.

    A dossier may go back to an earlier state; that has a newer time. A known time that lies in the
    future is some clock's mistake, and holds up nothing.
    """
    known, told = _milliseconds(case.dossier.state_at), row.state_at
    if told is None or (told, row.state) == (known, int(case.dossier.state)):
        return False
    if known is not None and known <= learned_at and told != known:
        return told < known
    before = await tables.row("told_before", dossier=row.id, state=row.state, source_time=told)
    return before is not None


def _stepped(case: Case | None, step: Progress) -> Row | None:
    if case is None:
        return None
    row = _row_of(case, step.place)
    return replace(
        row,
        state=step.state,
        state_at=_state_at(row, step),
        room=step.room or row.room,
        officer=step.officer or row.officer,
        new_due_at=row.new_due_at if step.new_due_at is None else step.new_due_at,
        finished_at=_end(step, step.finished_at, row.finished_at),
        returned_at=_end(step, step.returned_at, row.returned_at),
    )


def _end(step: Progress, told: int | None, before: int | None) -> int | None:
    """A date of the end; one that was known is void where the step opens the dossier again."""
    return before if told is None and step.state not in OPEN else told


def _state_at(row: Row, step: Progress) -> int | None:
    """When the state began: what the step says, else what it did before where it is the same."""
    own = {State.FINISHED: step.finished_at, State.RETURNED: step.returned_at}
    told = own.get(State(step.state))
    told = step.state_at if told is None else told
    return row.state_at if told is None and step.state == row.state else told


def _row_of(case: Case, place: Place) -> Row:
    """A dossier as the file that told it had it."""
    dossier, facts = case.dossier, case.facts
    return Row(
        place=place,
        id=dossier.id,
        receipt=dossier.receipt,
        agency=dossier.agency,
        state=int(dossier.state),
        state_at=_milliseconds(dossier.state_at),
        received_at=_milliseconds(dossier.received_at),
        due_at=_milliseconds(dossier.due_at),
        new_due_at=_milliseconds(dossier.new_due_at),
        finished_at=_milliseconds(dossier.finished_at),
        returned_at=_milliseconds(dossier.returned_at),
        submitted_via=facts.submitted_via or "",
        return_via=dossier.return_via,
        sms_allowed=facts.sms_allowed,
        secret_hash=dossier.secret_hash,
        procedure_code=facts.procedure_code,
        procedure_name=facts.procedure_name,
        field_code=facts.field_code,
        field_name=facts.field_name,
        room=facts.room,
        phones=(
            *(("authorised", phone.value) for phone in facts.authorised),
            *(("owner", phone.value) for phone in facts.owners),
        ),
        officer=facts.officer,
    )


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
