"""What a store offers to the alarms."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sms_gateway.domain.incidents import AlarmText, Incident, IncidentNote, Standing, Traffic


class Incidents(Protocol):
    """Incidents, the texts that tell of them, and what came when. All raise StoreDownError."""

    async def note(self, notes: Sequence[IncidentNote]) -> Sequence[bool]:
        """Write incidents down and queue their texts.

        False, and nothing of it written, where another incident of the same subject stands.
        """

    async def queue(self, texts: Sequence[AlarmText]) -> None:
        """Queue texts that tell of no incident."""

    async def incidents(self, since: datetime) -> Sequence[Incident]:
        """Those that stand, and those that ended since a moment, in order of their ids."""

    async def add_traffic(self, came: Sequence[Traffic]) -> None:
        """Add to what came within hours."""

    async def traffic(self, since: datetime) -> Sequence[Traffic]:
        """What came within the hours since a moment; older ones are forgotten by and by."""

    async def standing(self) -> Standing:
        """How things stand now."""
