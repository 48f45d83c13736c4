"""What reports count: the dossiers of a period, as they stood at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.cases.embedded.rows import moment_of
from sms_gateway.cases.embedded.tables import Columns, Statements
from sms_gateway.domain.dossier import State
from sms_gateway.domain.ids import DossierId

PAGE = 5_000
"""Dossiers read at a time: far below the time limit of one look, and little memory."""


@dataclass(frozen=True, slots=True)
class Span:
    """Which dossiers are read.

    Attributes:
        since: received at or after; those received before are read too where `carried`.
        until: received before.
        as_of: the moment at which their states are wanted; all that came at or after it is not
            looked at.
        carried: also those received earlier that were not finished at `since`.
    """

    since: datetime
    until: datetime
    as_of: datetime
    carried: bool = False


@dataclass(frozen=True, slots=True)
class HandledCase:
    """One dossier, as a report needs it.

    Attributes:
        number: its place in the tables, by which they are read in order.
        id: MaHoSo.
        state: the national state at the moment of the report; today's where the history begins
            later.
        state_at: since when by the history; None where the history begins later.
        state_now: today's.
        ended_at: when the history has the first 9 or 10 since the last other state, up to the
            moment of the report; None where it has none.
        end_known: false where the history begins with that entry, and the entry tells the time of
            no end: `ended_at` is then when it was learned, or when the result was handed over.
        ended_state: the state of that entry, 9 or 10; None where there is none.
        told_at: when what stands here of it, all but its states, was told last.
        received_at, due_at, new_due_at, finished_at: as in `domain.dossier.Dossier`.
        procedure_code, procedure_name, room, officer: as it was told.
    """

    number: int
    id: DossierId
    state: State
    state_at: datetime | None
    state_now: State
    ended_at: datetime | None
    end_known: bool
    ended_state: State | None
    told_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    new_due_at: datetime | None
    finished_at: datetime | None
    procedure_code: str
    procedure_name: str
    room: str
    officer: str


@dataclass(frozen=True, slots=True)
class Names:
    """The names that stand in dossiers, as they were told."""

    rooms: frozenset[str]
    officers: frozenset[str]


async def handled(tables: Statements, span: Span, after: int) -> Sequence[HandledCase]:
    """The next page of the dossiers of a period, behind a number; empty at the end."""
    rows = await tables.rows(
        "handled",
        after=after,
        most=PAGE,
        since=_ms(span.since),
        until=_ms(span.until),
        as_of=_ms(span.as_of),
        carried=int(span.carried),
    )
    return [_case(row) for row in rows]


async def names(tables: Statements) -> Names:
    """How dossiers call their rooms and officers; a walk over all of them."""
    found = await tables.rows("names")
    return Names(frozenset(room for room, _ in found), frozenset(officer for _, officer in found))


def _case(row: Columns) -> HandledCase:
    number, code, now, then, then_at, ended_at, end_known, *rest = row
    ended_state, told_at, received_at, due_at, new_due_at, finished_at, *about = rest
    return HandledCase(
        number=number,
        id=DossierId(code),
        state=State(now if then is None else then),
        state_at=_moment(then_at),
        state_now=State(now),
        ended_at=_moment(ended_at),
        end_known=bool(end_known),
        ended_state=None if ended_state is None else State(ended_state),
        told_at=moment_of(told_at),
        received_at=_moment(received_at),
        due_at=_moment(due_at),
        new_due_at=_moment(new_due_at),
        finished_at=_moment(finished_at),
        procedure_code=about[0],
        procedure_name=about[1],
        room=about[2],
        officer=about[3],
    )


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else moment_of(milliseconds)
