"""Each configured door as a person may see it, and as JSON can say it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sms_gateway.dispatch.door_seen import DoorSeen
from sms_gateway.dispatch.health import DoorHealth, HealthRecord
from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import Door
from sms_gateway.reading import DoorRow
from sms_gateway.settings import Settings
from sms_gateway.web.parts import listeners, part_of

Line = Mapping[str, object]
"""One door; moments as ISO 8601 in UTC, None for what is unknown."""

_NOTHING = DoorRow()


def door_seen(
    door: Door, settings: Settings, known: DoorRow | None, record: HealthRecord | None
) -> DoorSeen:
    """A door: where it leads, how it stands, and what the store knows of it.

    Args:
        door: as it was opened.
        settings: see there.
        known: what the store knows of it, None for nothing.
        record: how it does in the process that serves; None where none does.
    """
    row = known or _NOTHING
    session = None if record is None else door.session
    return DoorSeen(
        door=door,
        ways_in=ways_in(door, settings),
        leads_to=(door.leads_to or door.kind) if door.sender else None,
        connection=session.state() if session else None,
        health=None if record is None else record.health(row.paused_since),
        row=row,
    )


def doors_seen(
    doors: Mapping[DoorName, Door],
    settings: Settings,
    known: Mapping[DoorName, DoorRow],
    records: Mapping[DoorName, HealthRecord],
) -> Sequence[DoorSeen]:
    """All of them, in the order of the settings."""
    return [
        door_seen(door, settings, known.get(name), records.get(name))
        for name, door in doors.items()
    ]


def door_line(
    door: Door, settings: Settings, known: DoorRow | None, record: HealthRecord | None
) -> Line:
    """The same as JSON can say it."""
    seen = door_seen(door, settings, known, record)
    session = None if record is None else door.session
    health = None if seen.health is None else asdict(seen.health)
    live = _UNKNOWN if health is None else {name: _said(value) for name, value in health.items()}
    return {
        "name": seen.name,
        "kind": door.kind,
        "in": seen.ways_in,
        "session": seen.connection,
        "kept": session.kept() if session else None,
        "out": seen.leads_to,
        **live,
        "state": seen.state,
        "since": _said(seen.since),
        "last_mo": _said(seen.last_mo),
        "last_accepted": _said(seen.last_accepted),
        "queued": seen.row.queued,
    }


def door_lines(
    doors: Mapping[DoorName, Door],
    settings: Settings,
    known: Mapping[DoorName, DoorRow],
    records: Mapping[DoorName, HealthRecord],
) -> Sequence[Line]:
    """All of them, in the order of the settings."""
    return [
        door_line(door, settings, known.get(name), records.get(name))
        for name, door in doors.items()
    ]


def ways_in(door: Door, settings: Settings) -> Sequence[str]:
    """Method and address of each call that its telco makes, as this machine hears it.

    Of a connection that is kept: where it leads.
    """
    if door.session is not None:
        return [door.leads_to or "a connection that is kept"]
    if door.webhook is None:
        return []
    base = base_of(door, settings)
    return [f"{route.method} {base}{route.path}" for route in door.webhook.routes]


def base_of(door: Door, settings: Settings) -> str:
    """The address of the listener where a door's calls are heard."""
    part = part_of(door)
    (at,) = [one for one in listeners(settings) if part in one.parts]
    host = f"[{at.host}]" if ":" in at.host else at.host
    return f"http://{host}:{at.port}"


_UNKNOWN: Mapping[str, object] = dict.fromkeys(DoorHealth.__dataclass_fields__)


def _said(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
