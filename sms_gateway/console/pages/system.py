"""System: how the gateway itself does."""

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web

from sms_gateway.console.door_desk import answered
from sms_gateway.console.languages import marked
from sms_gateway.console.places import SYSTEM
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.domain.incidents import Trouble
from sms_gateway.domain.records import Figures
from sms_gateway.domain.retention import PurgeState
from sms_gateway.domain.staff import Permission

TROUBLES: Final[Mapping[Trouble, str]] = {
    Trouble.STORE_DOWN: marked("texts cannot be written down"),
    Trouble.CASES_DOWN: marked("dossiers cannot be looked up"),
    Trouble.CHANGES_DOWN: marked("changes of dossiers cannot be read"),
    Trouble.UNANSWERED: marked("the oldest text waits too long"),
    Trouble.LATE: marked("many texts wait too long"),
    Trouble.UNCERTAIN: marked("nobody knows whether replies came"),
    Trouble.PARKED: marked("texts wait for a person"),
    Trouble.PAUSED: marked("a door was paused and forgotten"),
    Trouble.SILENT: marked("no text comes where some usually do"),
    Trouble.NO_PROBE: marked("the probe text does not come"),
    Trouble.DISK: marked("the disk is nearly full"),
    Trouble.FAILING: marked("no send through a door succeeds"),
    Trouble.BACKUP: marked("the newest backup is too old"),
    Trouble.CERTIFICATE: marked("the certificate is about to end"),
    Trouble.UNKNOWN_STATE: marked("states of dossiers that nobody explained"),
    Trouble.UNANNOUNCED: marked("a planned outage was not announced"),
    Trouble.HELD: marked("automatic messages wait to be released"),
}
"""What an alarm is about."""

_INCIDENTS: Final = 20
_PURGE_LATE: Final = timedelta(days=2)
_DISK_LOW: Final = 0.1
_BACKUP_LATE: Final = timedelta(days=2).total_seconds()
_WAITS_LONG: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should look at: a marked sentence."""

    said: str


async def show(visit: Visit) -> web.Response:
    """The page; what does not answer within a second is said not to."""
    system, reading, now = visit.desk.system, visit.desk.reading, visit.now
    figures, nodes, purge, incidents, hold, facts = await asyncio.gather(
        answered(system.figures()),
        answered(system.nodes()),
        answered(system.purge()),
        answered(reading.incidents(now, _INCIDENTS)),
        answered(_held(visit)),
        answered(system.facts()),
    )
    cases, copies, disk = system.cases(), system.copies(), system.disk()
    values = {
        "started_at": system.started_at,
        "facts": facts,
        "around": visit.desk.around,
        "now": now,
        "figures": figures,
        "oldest": _age(now, figures.oldest_unanswered if figures else None),
        "nodes": nodes,
        "purge": purge,
        "alarms": None if incidents is None else [
            (one.incident, visit.say(TROUBLES[one.incident.trouble]))
            for one in incidents
            if one.incident.closed_at is None
        ],
        "hold": hold,
        "cases": cases,
        "replica": _known(copies.replica_s) if copies else None,
        "backup": _known(copies.backup_s) if copies else None,
        "copies": copies,
        "disk": disk and (*disk[:2], round(100 * disk[0] / disk[1])),
        "findings": [visit.say(one.said) for one in _findings(visit, figures, purge)],
    }  # fmt: skip
    return visit.page("system.html", values)


async def _held(visit: Visit) -> tuple[int, datetime] | None:
    """How many messages a restored copy holds back, and since when."""
    hold = await visit.desk.reading.restore_hold(visit.now)
    return (hold.held, hold.since) if hold else (0, visit.now)


def _age(now: datetime, at: datetime | None) -> float | None:
    """In seconds."""
    return None if at is None else (now - at).total_seconds()


def _known(seconds: float | None) -> float | None:
    """None for what is not set up, and for what never was."""
    return None if seconds is None or math.isinf(seconds) else seconds


def _findings(visit: Visit, figures: Figures | None, purge: PurgeState | None) -> list[Finding]:
    """What is odd and cheap to see."""
    system, found = visit.desk.system, []
    if figures is None:
        found.append(Finding(_NO_STORE))
    elif figures.oldest_unanswered and visit.now - figures.oldest_unanswered > _WAITS_LONG:
        found.append(Finding(_WAITS))
    if system.cases().failing:
        found.append(Finding(_NO_CASES))
    disk, copies = system.disk(), system.copies()
    if disk and disk[0] < _DISK_LOW * disk[1]:
        found.append(Finding(_DISK))
    if copies and copies.backup_s is None and copies.replica_s is None:
        found.append(Finding(_NO_COPIES))
    if copies and copies.backup_s is not None and copies.backup_s > _BACKUP_LATE:
        found.append(Finding(_OLD_BACKUP))
    if purge and purge.ended_at and visit.now - purge.ended_at > _PURGE_LATE:
        found.append(Finding(_NO_PURGE))
    if not visit.desk.around.tls:
        found.append(Finding(_NO_TLS))
    return found


_NO_STORE: Final = marked("The message database does not answer within a second.")
_WAITS: Final = marked("A text has waited longer than a minute for its answer.")
_NO_CASES: Final = marked("The case directory does not answer: texts are parked or answered late.")
_DISK: Final = marked("Less than a tenth of the disk is free.")
_NO_COPIES: Final = marked("There is neither a replica nor a backup: set one up.")
_OLD_BACKUP: Final = marked("The newest backup is older than two days, or there is none.")
_NO_PURGE: Final = marked("No purge has ended for two days.")
_NO_TLS: Final = marked("console.base_url does not begin with https: passwords may be overheard.")
_TITLE: Final = marked("System")
ROUTES: Final = (Route("GET", SYSTEM, Permission.READ_SYSTEM, _TITLE, whole(show)),)
