"""The rows of a batch, read: whole dossiers, and steps of dossiers that are known (domain 4.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.embedded.json_records import record_of_octets
from sms_gateway.cases.embedded.learning import OPEN
from sms_gateway.cases.embedded.rows import Place, Problem, Progress, Record, Row, Rules, read_row
from sms_gateway.cases.embedded.values import read_id
from sms_gateway.domain.dossier import State
from sms_gateway.ports.pushed import RowFate, RowTold, Service

_OF_A_STEP = frozenset({
    Field.ID, Field.STATE, Field.STATE_TIME, Field.ROOM, Field.UNIT, Field.OFFICER,
    Field.NEW_DUE, Field.FINISHED, Field.RETURNED,
})  # fmt: skip
"""What a step may tell: everything else of its dossier stays as it was."""

_OTHER_NAMES = MappingProxyType({"TrangThai": Field.STATE, "ThoiDiemXuLy": Field.STATE_TIME})
"""What CapNhatTienDoHoSoMC calls fields that DongBoHoSoMC has by another name."""

_NO_NAMES: Mapping[str, Field] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """A batch as it is learned.

    Attributes:
        told: the answer to each row that is not learned, by its place from 0.
        learned: place of a row to what it tells; no dossier twice.
        codes: MaHoSo of each row, empty where it cannot be read.
    """

    told: Mapping[int, RowTold]
    learned: Mapping[int, Row | Progress]
    codes: Sequence[str]


def read_batch(service: Service, rows: Sequence[bytes], rules: Rules) -> ReadBatch:
    """Read the rows of a batch. Never raises for what they may hold.

    It takes about 0.1 ms a row and holds the thread.
    """
    told: dict[int, RowTold] = {}
    codes: list[str] = []
    of_dossier: dict[str, list[tuple[int, Row | Progress]]] = {}
    for place, octets in enumerate(rows):
        code, item = _read(service, Place(1, place + 1), octets, rules)
        codes.append(code)
        if isinstance(item, str):
            told[place] = RowTold(code, RowFate.REFUSED, item)
        else:
            of_dossier.setdefault(item.id, []).append((place, item))
    learned: dict[int, Row | Progress] = {}
    for found in of_dossier.values():
        items = _in_time(found)
        last, _ = items[-1]
        learned[last] = _together([item for _, item in items])
        told |= {place: RowTold(item.id, RowFate.OVERTAKEN) for place, item in items[:-1]}
    return ReadBatch(told, learned, codes)


def _read(
    service: Service, place: Place, octets: bytes, rules: Rules
) -> tuple[str, Row | Progress | str]:
    """MaHoSo of a row, and what it tells, or a sentence about why it is refused."""
    of_a_step = service is Service.PROGRESS
    record = record_of_octets(place, octets, _OTHER_NAMES if of_a_step else _NO_NAMES)
    if isinstance(record, Problem):
        return "", record.sentence
    code = read_id(record.texts.get(Field.ID, ""))
    row = read_row(_narrowed(record) if of_a_step else record, rules)
    if not isinstance(row, Row):
        return code if isinstance(code, str) else "", _sentence(row)
    return row.id, _step(row) if of_a_step else row


def _narrowed(record: Record) -> Record:
    return Record(
        record.place,
        {field: text for field, text in record.texts.items() if field in _OF_A_STEP},
        tuple(one for one in record.problems if not one.field or one.field in _OF_A_STEP),
    )


def _sentence(problems: Sequence[Problem]) -> str:
    return "; ".join(
        f"{one.field}: {one.sentence}" if one.field else one.sentence for one in problems
    )


def _step(row: Row) -> Progress:
    finished, returned = row.finished_at, row.returned_at
    # The step that finishes a dossier is when it was finished; the national step has no other date.
    if row.state == State.FINISHED and finished is None:
        finished = row.state_at
    if row.state == State.RETURNED and returned is None:
        returned = row.state_at
    return Progress(
        place=row.place,
        id=row.id,
        state=row.state,
        state_at=row.state_at,
        room=row.room,
        officer=row.officer,
        new_due_at=row.new_due_at,
        finished_at=finished,
        returned_at=returned,
        unknown_state=row.unknown_state,
    )


def _in_time(items: list[tuple[int, Row | Progress]]) -> list[tuple[int, Row | Progress]]:
    """What one batch tells of one dossier, the newest last: by time, else as it was sent."""
    times = [item.state_at for _, item in items if isinstance(item, Progress) and item.state_at]
    if len(times) < len(items):
        return items
    return sorted(items, key=lambda one: one[1].state_at or 0)


def _together(items: Sequence[Row | Progress]) -> Row | Progress:
    """The last of them, with what only the steps before it told.

    One after the other they would lead back where the same batch comes again.
    """
    whole = items[0]
    for item in items[1:]:
        before, whole = whole, item
        if isinstance(before, Progress) and isinstance(item, Progress):
            # As `learning` has it: a step that opens the dossier again makes its ends void.
            opens = item.state in OPEN
            whole = replace(
                item,
                room=item.room or before.room,
                officer=item.officer or before.officer,
                new_due_at=_first(item.new_due_at, before.new_due_at),
                finished_at=_first(item.finished_at, None if opens else before.finished_at),
                returned_at=_first(item.returned_at, None if opens else before.returned_at),
            )
    return whole


def _first(one: int | None, other: int | None) -> int | None:
    return other if one is None else one
