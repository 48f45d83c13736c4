"""From the tables to the words of the trade."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from sms_gateway.cases.embedded.rows import moment_of
from sms_gateway.cases.embedded.tables import Statements
from sms_gateway.domain.dossier import Ambiguous, CaseLookup, Dossier, Found, ReturnVia, State
from sms_gateway.domain.ids import CanonicalKey

_ANSWER = msgspec.json.Decoder(Dossier)
_ANSWERS = msgspec.json.Decoder(list[Dossier])


@dataclass(frozen=True, slots=True)
class StateEntry:
    """One entry of a dossier's history.

    Attributes:
        state: the national state.
        source: who told it: `import`, `push`, `sql` or `http`.
        source_time: when the source says it began, or None.
        learned_at: when it was learned.
    """

    state: State
    source: str
    source_time: datetime | None
    learned_at: datetime


@dataclass(frozen=True, slots=True)
class CaseDetails:
    """A dossier as staff see it; its phones show masked.

    Attributes:
        dossier: what answers are made of.
        procedure_code, procedure_name, field_code, field_name, room, officer: as told.
        submitted_via: how it came in, or None where that was not told.
        sms_allowed: automatic messages are wanted.
        history: its states, newest first, at most 1,000.
    """

    dossier: Dossier
    procedure_code: str
    procedure_name: str
    field_code: str
    field_name: str
    room: str
    officer: str
    submitted_via: ReturnVia | None
    sms_allowed: bool
    history: tuple[StateEntry, ...]

    @property
    def masked_phones(self) -> tuple[str, ...]:
        """The registered phones as they may be shown: `09xx xxx 001`."""
        return tuple(phone.masked for phone in self.dossier.phones)


async def find(tables: Statements, keys: Sequence[CanonicalKey]) -> dict[CanonicalKey, CaseLookup]:
    """What the keys lead to that lead anywhere, by one statement.

    Args:
        tables: the dossiers.
        keys: distinct ones.
    """
    rows = await tables.rows("find", keys=keys)
    # One decoding for all: fourteen columns turned into values one by one cost four times as much.
    dossiers = _ANSWERS.decode(f"[{','.join([answer for _, answer in rows])}]")
    found: dict[CanonicalKey, CaseLookup] = {}
    shared: dict[CanonicalKey, list[Dossier]] = {}
    for (key, _), dossier in zip(rows, dossiers, strict=True):
        met = found.setdefault(key, Found(dossier))
        if isinstance(met, Found) and met.dossier is not dossier:
            shared.setdefault(key, [met.dossier]).append(dossier)
    for key, together in shared.items():
        found[key] = Ambiguous(tuple(sorted(together, key=lambda dossier: dossier.id)))
    return found


async def details(tables: Statements, key: CanonicalKey) -> Sequence[CaseDetails]:
    """Everything about the dossiers that a key leads to, by id; at most 100."""
    rows = await tables.rows("find_details", key=key)
    return [
        CaseDetails(
            _ANSWER.decode(row[1]),
            procedure_code=row[2],
            procedure_name=row[3],
            field_code=row[4],
            field_name=row[5],
            room=row[6],
            officer=row[7],
            submitted_via=ReturnVia(row[8]) if row[8] else None,
            sms_allowed=bool(row[9]),
            history=await _history(tables, row[0]),
        )
        for row in rows
    ]


async def count(tables: Statements) -> int:
    """How many dossiers there are."""
    (number,) = await tables.row("count") or (0,)
    return int(number)


async def _history(tables: Statements, number: int) -> tuple[StateEntry, ...]:
    entries = await tables.rows("history", dossier=number)
    return tuple(
        StateEntry(
            State(state),
            source,
            None if source_time is None else moment_of(source_time),
            moment_of(learned_at),
        )
        for state, source, source_time, learned_at in entries
    )
