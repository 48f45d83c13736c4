"""Incident windows and causes; each change leaves one row in the audit."""

from collections.abc import Sequence

from sms_gateway.domain.ids import DossierId, WindowId
from sms_gateway.domain.notices import ANNOUNCEMENT
from sms_gateway.domain.windows import (
    ADD_ACT,
    ANNOUNCE_ACT,
    CAUSE_ACT,
    END_ACT,
    EndResult,
    GivenCause,
    IncidentWindow,
    WindowAnnounced,
    WindowEnd,
)
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import moment, ms, ms_or_none
from sms_gateway.store.statements import Row, Statements


async def windows(db: Statements) -> Sequence[IncidentWindow]:
    """All of them, the newest first."""
    return [_window(row) for row in await db.rows("windows")]


async def late_causes(db: Statements) -> Sequence[GivenCause]:
    """All that was given."""
    return [
        GivenCause(
            DossierId(dossier), None if window is None else WindowId(window), cause, note,
            moment(at), by,
        )
        for dossier, window, cause, note, at, by in await db.rows("late_causes")
    ]  # fmt: skip


async def add_windows(db: Statements, added: Sequence[IncidentWindow]) -> Sequence[None]:
    """Write windows down."""
    for one in added:
        values = {
            "id": one.id, "starts_at": ms(one.starts_at), "ends_at": ms_or_none(one.ends_at),
            "cause": one.cause, "document": one.document, "planned": int(one.planned),
            "stops": int(one.stops), "made_at": ms(one.made_at), "by": one.by,
        }  # fmt: skip
        await db.change("window_add", values)
        kind = "planned" if one.planned else "incident"
        ends = one.ends_at.isoformat() if one.ends_at else "open"
        detail = f"{kind} from={one.starts_at.isoformat()} to={ends} {one.told}"
        await audit(db, one.made_at, one.by, ADD_ACT, one.id, detail)
    return [None] * len(added)


async def end_windows(db: Statements, ends: Sequence[WindowEnd]) -> Sequence[EndResult]:
    """End windows."""
    return [await _end(db, one) for one in ends]


async def note_announced(db: Statements, told: Sequence[WindowAnnounced]) -> Sequence[bool]:
    """Note that citizens were told; whether there is such a window."""
    return [await _announced(db, one) for one in told]


async def give_causes(db: Statements, given: Sequence[GivenCause]) -> Sequence[None]:
    """Give causes; those that were given before stay."""
    for one in given:
        values = {
            "dossier": one.dossier_id, "window": one.window_id, "cause": one.cause,
            "note": one.note, "at": ms(one.at), "by": one.by,
        }  # fmt: skip
        await db.change("late_cause_give", values)
        detail = f"{one.window_id or one.cause} {one.note}".strip()
        await audit(db, one.at, one.by, CAUSE_ACT, one.dossier_id, detail)
    return [None] * len(given)


async def _end(db: Statements, order: WindowEnd) -> EndResult:
    found = await db.row("window_starts", {"id": order.id})
    if found is None:
        return EndResult.UNKNOWN
    starts_at = moment(found[0])
    ends_at = max(order.at, starts_at) if order.ends_at is None else order.ends_at
    if ends_at < starts_at:
        return EndResult.BEFORE_IT_BEGINS
    await db.change("window_end", {"id": order.id, "ends_at": ms(ends_at), "by": order.by})
    if ends_at == starts_at:
        off = {"key": f"{ANNOUNCEMENT}:{order.id}:", "at": ms(order.at)}
        await db.change("notice_called_off", off)
    await audit(db, order.at, order.by, END_ACT, order.id, f"to={ends_at.isoformat()}")
    return EndResult.ENDED


async def _announced(db: Statements, told: WindowAnnounced) -> bool:
    values = {"id": told.id, "at": ms(told.at), "by": told.by, "told": told.where}
    if not await db.change("window_announced", values):
        return False
    await audit(db, told.at, told.by, ANNOUNCE_ACT, told.id, told.where)
    return True


def _window(row: Row) -> IncidentWindow:
    return IncidentWindow(
        id=WindowId(row[0]),
        starts_at=moment(row[1]),
        ends_at=None if row[2] is None else moment(row[2]),
        cause=row[3],
        document=row[4],
        planned=bool(row[5]),
        stops=bool(row[6]),
        made_at=moment(row[7]),
        by=row[8],
        ended_by=row[9],
        announced_at=None if row[10] is None else moment(row[10]),
        announced_by=row[11],
        announced_where=row[12],
    )
