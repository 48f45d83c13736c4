"""What the alarms ask the store, and people ask about them."""

from collections.abc import Sequence
from datetime import datetime

from sms_gateway.domain.ids import DoorName, IncidentId, MessageId
from sms_gateway.domain.incidents import Incident, Standing, Traffic, Trouble, hour_of
from sms_gateway.domain.outcome import MtState
from sms_gateway.reading import IncidentRow, ToldRow
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Row, Statements


async def incidents(db: Statements, since: datetime) -> Sequence[Incident]:
    """Those that stand, and those that ended since a moment."""
    rows = await db.rows("incidents", {"since": ms(since)})
    return [found for row in rows if (found := _incident(row))]


async def traffic(db: Statements, since: datetime) -> Sequence[Traffic]:
    """What came within the hours since a moment."""
    return [
        Traffic(DoorName(door), bool(probe), hour, count, moment(last_at))
        for door, probe, hour, count, last_at in await db.rows("traffic", {"since": hour_of(since)})
    ]


async def standing(db: Statements) -> Standing:
    """How things stand now."""
    ((uncertain,),) = await db.rows("standing_uncertain")
    ((held,),) = await db.rows("standing_held")
    paused = await db.rows("standing_paused")
    return Standing(uncertain, {DoorName(door): moment(at) for door, at in paused}, held)


async def incident_rows(db: Statements, since: datetime, limit: int) -> Sequence[IncidentRow]:
    """Those that stand, then the last that ended since a moment, with the texts that told."""
    found = list(reversed(await incidents(db, since)))
    stand = [incident for incident in found if incident.closed_at is None]
    ended = [incident for incident in found if incident.closed_at is not None]
    shown = [*stand, *ended[: max(0, limit - len(stand))]]
    told: dict[str, list[ToldRow]] = {incident.id: [] for incident in shown}
    for incident_id, mt_id, template, state in await db.rows("incident_texts", {"ids": list(told)}):
        told[incident_id].append(ToldRow(MessageId(mt_id), template, MtState(state)))
    return [IncidentRow(incident, tuple(told[incident.id])) for incident in shown]


def _incident(row: Row) -> Incident | None:
    if row[1] not in list(Trouble):
        return None  # of newer code
    moments = (None if at is None else moment(at) for at in row[5:])
    door, figure, opened_at = DoorName(row[2]), row[3], moment(row[4])
    return Incident(IncidentId(row[0]), Trouble(row[1]), door, figure, opened_at, *moments)
