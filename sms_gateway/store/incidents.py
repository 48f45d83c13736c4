"""The store as the alarms see it; beside the rest, for nothing else needs it."""

from collections.abc import Sequence
from datetime import datetime

from sms_gateway.domain.incidents import AlarmText, Incident, IncidentNote, Standing, Traffic
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import alarms, incidents
from sms_gateway.store.statements import Ask


class StoreIncidents:
    """Implements `ports.Incidents`.

    Args:
        writer: the one that writes.
        ask: the one that reads.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def note(self, notes: Sequence[IncidentNote]) -> Sequence[bool]:
        """See `ports.Incidents.note`."""
        return await self._writer.run(alarms.note_incidents, notes)

    async def queue(self, texts: Sequence[AlarmText]) -> None:
        """See `ports.Incidents.queue`."""
        await self._writer.run(alarms.queue_alarm_texts, texts)

    async def incidents(self, since: datetime) -> Sequence[Incident]:
        """See `ports.Incidents.incidents`."""
        return await self._ask(lambda db: incidents.incidents(db, since))

    async def add_traffic(self, came: Sequence[Traffic]) -> None:
        """See `ports.Incidents.add_traffic`."""
        await self._writer.run(alarms.add_traffic, came)

    async def traffic(self, since: datetime) -> Sequence[Traffic]:
        """See `ports.Incidents.traffic`."""
        return await self._ask(lambda db: incidents.traffic(db, since))

    async def standing(self) -> Standing:
        """See `ports.Incidents.standing`."""
        return await self._ask(incidents.standing)
