"""Incidents that stand: when one begins and when it is over, so that what flaps is one incident."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec.structs import replace

from sms_gateway.alarms.conditions import Seen
from sms_gateway.alarms.plan import Limits
from sms_gateway.domain.ids import DoorName, IncidentId
from sms_gateway.domain.incidents import Incident, Subject

REMEMBERED = timedelta(days=1)
"""So long an incident that is over is remembered."""

_CALM_MOST = timedelta(hours=1)
_MOST_DOUBLINGS = 10


class NewIncidentId(Protocol):
    """Makes ids."""

    def __call__(self) -> IncidentId:
        """A fresh one."""


class Book:
    """The incidents of the last day, and how long each subject has stood otherwise.

    Args:
        limits: how long something must stand, and be gone.
        new_id: makes ids.
    """

    def __init__(self, limits: Limits, new_id: NewIncidentId) -> None:
        self._limits = limits
        self._new_id = new_id
        self._incidents: dict[IncidentId, Incident] = {}
        self._open: dict[Subject, IncidentId] = {}
        # Since when a subject stands otherwise than its incident says, by a clock that never steps.
        self._otherwise: dict[Subject, float] = {}

    @property
    def incidents(self) -> Sequence[Incident]:
        """All that are remembered, in order of their beginning."""
        return list(self._incidents.values())

    @property
    def open(self) -> Collection[Subject]:
        """What stands now."""
        return self._open.keys()

    def load(self, known: Iterable[Incident]) -> None:
        """Know these and no others."""
        self._incidents = {incident.id: incident for incident in known}
        self._open = {i.subject: i.id for i in self._incidents.values() if i.closed_at is None}

    def texted(self, told: Incident) -> None:
        """The people on call were told of this, whatever else became of it meanwhile."""
        if incident := self._incidents.get(told.id):
            moments = {"texted_at": told.texted_at, "texted_over_at": told.texted_over_at}
            self._put(replace(incident, **moments))

    def posted(self, incident_id: IncidentId, at: datetime) -> None:
        """The webhook took what it was told of this: its beginning first, then its end."""
        if incident := self._incidents.get(incident_id):
            name = "posted_over_at" if incident.posted_at else "posted_at"
            self._put(replace(incident, **{name: at}))

    def turn(
        self, seen: Sequence[Seen], doors: Collection[DoorName], now: datetime, monotonic: float
    ) -> Sequence[Incident]:
        """The incidents that begin or end now.

        Args:
            seen: how things stand.
            doors: the configured ones; what stands of another door is over.
            now: this moment.
            monotonic: the same in seconds that never step backwards.
        """
        gone = [Seen(s, stands=False) for s in self._open if s[1] and s[1] not in doors]
        changed = [one for each in (*seen, *gone) if (one := self._turned(each, now, monotonic))]
        for incident in changed:
            self._otherwise.pop(incident.subject, None)
            if incident.closed_at is None:
                self._open[incident.subject] = incident.id
            self._put(incident)
        self._forget(now)
        return changed

    def _put(self, incident: Incident) -> None:
        self._incidents[incident.id] = incident
        if incident.closed_at is not None and self._open.get(incident.subject) == incident.id:
            del self._open[incident.subject]

    def _turned(self, seen: Seen, now: datetime, monotonic: float) -> Incident | None:
        incident_id = self._open.get(seen.subject)
        if seen.stands == (incident_id is not None):
            self._otherwise.pop(seen.subject, None)
            return None
        lasted = monotonic - self._otherwise.setdefault(seen.subject, monotonic)
        if incident_id is None:
            if lasted < self._limits.hold.total_seconds():
                return None
            return Incident(self._new_id(), *seen.subject, seen.figure, now)
        if lasted < self._calm(seen.subject).total_seconds():
            return None
        return replace(self._incidents[incident_id], closed_at=now)

    def _calm(self, subject: Subject) -> timedelta:
        before = sum(i.subject == subject for i in self._incidents.values()) - 1
        calm = self._limits.calm * (1 << min(before, _MOST_DOUBLINGS))
        return max(self._limits.calm, min(calm, _CALM_MOST))

    def _forget(self, now: datetime) -> None:
        old = [
            i.id
            for i in self._incidents.values()
            if i.closed_at is not None and now - i.closed_at > REMEMBERED
        ]
        for incident_id in old:
            del self._incidents[incident_id]
