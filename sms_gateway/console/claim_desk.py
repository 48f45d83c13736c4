"""What the pages about complaints and about a citizen's rights reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sms_gateway.complaints import ComplaintCommands
from sms_gateway.domain.complaints import Complaint, FiledComplaint
from sms_gateway.domain.ids import MessageId
from sms_gateway.reports.citizen_file import CitizenReading
from sms_gateway.retention.rights import CitizenRights


class ComplaintReading(Protocol):
    """Where complaints stand. All raise StoreDownError."""

    async def filed(self, limit: int, *, closed: bool = False) -> Sequence[FiledComplaint]:
        """Open ones by their due dates, or settled ones, the last one first; with whose each is."""

    async def filed_one(self, name: str) -> FiledComplaint | None:
        """One of them; None where there is none of that id."""

    async def about(self, message: MessageId, limit: int) -> Sequence[Complaint]:
        """Those about one text, the oldest first."""


@dataclass(frozen=True, slots=True)
class ClaimDesk:
    """All of it.

    Attributes:
        commands: the acts about complaints.
        kept: where complaints stand.
        rights: exports and erases what is kept of a number.
        owned: what is kept of a number.
    """

    commands: ComplaintCommands
    kept: ComplaintReading
    rights: CitizenRights
    owned: CitizenReading
