"""A door as a person may see it: how it stands here, and what the store knows of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.dispatch.health import DoorHealth, DoorState
from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import Door
from sms_gateway.reading import DoorRow


@dataclass(frozen=True, slots=True)
class DoorSeen:
    """One door.

    Attributes:
        door: as it was opened.
        ways_in: method and address of each call that its telco makes, or where its connection
            leads.
        leads_to: where its way out ends; None where it has none.
        connection: one line about the connection that it keeps, None where there is none or where
            nothing runs.
        health: how it does here, None where nothing runs.
        row: what the store knows of it.
        known: it was asked and did answer.
    """

    door: Door
    ways_in: Sequence[str]
    leads_to: str | None
    connection: str | None
    health: DoorHealth | None
    row: DoorRow
    known: bool = True

    @property
    def name(self) -> DoorName:
        """As in `[doors.NAME]`."""
        return self.door.name

    @property
    def state(self) -> DoorState | None:
        """How its way out stands; None where nobody knows."""
        if self.health is not None:
            return self.health.state
        if self.row.paused_since is not None:
            return DoorState.PAUSED
        return DoorState.INLINE if self.door.sender is None else None

    @property
    def since(self) -> datetime | None:
        """Since when it stands so."""
        return self.row.paused_since if self.health is None else self.health.since

    @property
    def last_mo(self) -> datetime | None:
        """When a citizen's text last came."""
        return _later(self.row.last_mo, self.health.last_mo if self.health else None)

    @property
    def last_accepted(self) -> datetime | None:
        """When its telco last took a message."""
        return _later(self.row.last_accepted, self.health.last_accepted if self.health else None)


def _later(*moments: datetime | None) -> datetime | None:
    return max((at for at in moments if at is not None), default=None)
