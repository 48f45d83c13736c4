"""Complaints of citizens, beside what the gateway writes for them."""

from collections.abc import Sequence

from sms_gateway.domain.complaints import Complaint, ComplaintEnd, FiledComplaint
from sms_gateway.domain.ids import MessageId
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import complaints
from sms_gateway.store.statements import Ask


class StoreComplaints:
    """Implements `complaints.ComplaintStore`; each change is one commit.

    Args:
        writer: of this process.
        ask: see there.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def complaints(self, limit: int, *, closed: bool = False) -> Sequence[Complaint]:
        """Open ones by their due dates, or settled ones. Raises StoreDownError."""
        return await self._ask(lambda db: complaints.complaints(db, limit, closed=closed))

    async def filed(self, limit: int, *, closed: bool = False) -> Sequence[FiledComplaint]:
        """The same with whose each is. Raises StoreDownError."""
        return await self._ask(lambda db: complaints.filed(db, limit, closed=closed))

    async def filed_one(self, name: str) -> FiledComplaint | None:
        """One of them; None where there is none of that id. Raises StoreDownError."""
        return await self._ask(lambda db: complaints.filed_one(db, name))

    async def about(self, message: MessageId, limit: int) -> Sequence[Complaint]:
        """Those about one text, the oldest first. Raises StoreDownError."""
        return await self._ask(lambda db: complaints.about(db, message, limit))

    async def add(self, complaint: Complaint) -> None:
        """Write one down, audited. Raises StoreDownError."""
        await self._writer.run(complaints.add_complaints, [complaint])

    async def close(self, end: ComplaintEnd) -> bool:
        """Settle one, audited; whether it was open. Raises StoreDownError."""
        return (await self._writer.run(complaints.close_complaints, [end]))[0]
