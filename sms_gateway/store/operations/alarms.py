"""Incidents and traffic written down. Each function is part of one commit."""

from collections.abc import Sequence

from sms_gateway.domain.incidents import (
    TRAFFIC_HOURS,
    AlarmText,
    Incident,
    IncidentNote,
    Traffic,
)
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.outcome import Billing, MtState
from sms_gateway.store.rows import ms, ms_or_none
from sms_gateway.store.statements import Statements

_FIRST_OF_ALL = -1  # replies have 0: a person on call must hear why they do not go
_PINNED = 0  # whichever door of the telco works
_AT_ONCE = 0  # not now: a clock that steps back must not delay it


async def note_incidents(db: Statements, notes: Sequence[IncidentNote]) -> Sequence[bool]:
    """Write incidents down, and queue what tells of them."""
    written = []
    for note in notes:
        await db.change("incident_insert", _begun(note.incident))
        written.append(await db.change("incident_update", _changed(note.incident)) == 1)
        if written[-1]:
            await db.many("mt_insert", [_mt(text) for text in note.texts])
    return written


async def queue_alarm_texts(db: Statements, texts: Sequence[AlarmText]) -> Sequence[None]:
    """Queue texts that tell of no incident."""
    await db.many("mt_insert", [_mt(text) for text in texts])
    return [None] * len(texts)


async def add_traffic(db: Statements, came: Sequence[Traffic]) -> Sequence[None]:
    """Add to what came within hours; forget hours of long ago."""
    for one in came:
        place = {"door": one.door, "probe": int(one.probe)}
        figures = {"hour": one.hour, "count": one.count, "last_at": ms(one.last_at)}
        await db.change("traffic_add", {**place, **figures})
        await db.change("traffic_forget", {**place, "before": one.hour - TRAFFIC_HOURS})
    return [None] * len(came)


def _begun(incident: Incident) -> dict[str, object]:
    return {
        "id": incident.id,
        "trouble": incident.trouble,
        "door": incident.door,
        "figure": incident.figure,
        "opened_at": ms(incident.opened_at),
    }


def _changed(incident: Incident) -> dict[str, object]:
    return {
        "id": incident.id,
        "closed_at": ms_or_none(incident.closed_at),
        "texted_at": ms_or_none(incident.texted_at),
        "texted_over_at": ms_or_none(incident.texted_over_at),
        "posted_at": ms_or_none(incident.posted_at),
        "posted_over_at": ms_or_none(incident.posted_over_at),
    }


def _mt(text: AlarmText) -> tuple[object, ...]:
    """A row of `mt_insert` that answers nothing and counts for nobody."""
    return (
        *(text.id, MtKind.ALARM, None, None, ""),
        *(text.recipient.value, text.recipient_hash, text.short_code),
        *(text.template, "", "{}", Language.VI),
        *(text.text, text.alphabet, 1, Billing.FREE, MtKind.ALARM),
        *(_FIRST_OF_ALL, _AT_ONCE, ms(text.valid_until), text.door, _PINNED, 0),
        *(MtState.QUEUED, "", text.dedupe_key, ms(text.at)),
        *(None, 0, 0, "", 0, 0),
    )
