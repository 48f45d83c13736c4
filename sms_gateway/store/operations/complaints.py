"""Complaints of citizens; each change leaves one row in the audit."""

from collections.abc import Sequence

from sms_gateway.domain.complaints import (
    CLOSE_ACT,
    OPEN_ACT,
    Complaint,
    ComplaintEnd,
    FiledComplaint,
)
from sms_gateway.domain.ids import MessageId, NumberHash
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Row, Statements


async def complaints(db: Statements, limit: int, *, closed: bool = False) -> Sequence[Complaint]:
    """The open ones by their due dates; or those that are settled, the last one first."""
    name = "complaints_closed" if closed else "complaints_open"
    return [_complaint(row) for row in await db.rows(name, {"limit": limit})]


async def filed(db: Statements, limit: int, *, closed: bool = False) -> Sequence[FiledComplaint]:
    """The same with whose each is."""
    name = "complaints_filed_closed" if closed else "complaints_filed_open"
    return [_filed(row) for row in await db.rows(name, {"limit": limit})]


async def filed_one(db: Statements, name: str) -> FiledComplaint | None:
    """One of them; None where there is none of that id."""
    rows = await db.rows("complaint_filed", {"id": name})
    return _filed(rows[0]) if rows else None


async def about(db: Statements, message: MessageId, limit: int) -> Sequence[Complaint]:
    """Those about one text, the oldest first."""
    rows = await db.rows("complaints_about", {"mo_id": message, "limit": limit})
    return [_complaint(row) for row in rows]


async def add_complaints(db: Statements, opened: Sequence[Complaint]) -> Sequence[None]:
    """Write complaints down."""
    for one in opened:
        values = {
            "id": one.id, "mo_id": one.mo_id, "number_hash": one.number_hash,
            "channel": one.channel, "what": one.what, "opened_at": ms(one.opened_at),
            "due_at": ms(one.due_at), "by": one.by,
        }  # fmt: skip
        await db.change("complaint_add", values)
        # What it is about stays in its own table, which is purged.
        detail = f"{one.channel} due={one.due_at.isoformat()} about={one.mo_id or '-'}"
        await audit(db, one.opened_at, one.by, OPEN_ACT, one.id, detail)
    return [None] * len(opened)


async def close_complaints(db: Statements, ends: Sequence[ComplaintEnd]) -> Sequence[bool]:
    """Settle complaints; whether each was open."""
    return [await _close(db, one) for one in ends]


async def _close(db: Statements, end: ComplaintEnd) -> bool:
    values = {"id": end.id, "outcome": end.outcome, "at": ms(end.at), "by": end.by}
    if not await db.change("complaint_close", values):
        return False
    await audit(db, end.at, end.by, CLOSE_ACT, end.id)
    return True


def _filed(row: Row) -> FiledComplaint:
    return FiledComplaint(_complaint(row), row[11])


def _complaint(row: Row) -> Complaint:
    return Complaint(
        id=row[0],
        mo_id=None if row[1] is None else MessageId(row[1]),
        number_hash=None if row[2] is None else NumberHash(row[2]),
        channel=row[3],
        what=row[4],
        opened_at=moment(row[5]),
        due_at=moment(row[6]),
        by=row[7],
        closed_at=None if row[8] is None else moment(row[8]),
        closed_by=row[9],
        outcome=row[10],
    )
