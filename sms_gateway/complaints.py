"""What staff do about complaints: write one down with its due date, settle it."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol

from sms_gateway.commands import CommandError, checked_id, checked_note
from sms_gateway.domain.calendar import Calendar
from sms_gateway.domain.complaints import Complaint, ComplaintEnd
from sms_gateway.domain.ids import NumberHash

MAX_CHANNEL = 20
"""Longest name of the way by which one came, in characters."""

_ID = re.compile(r"[0-9a-f-]{36}")
_NOT_OPEN = "no open complaint has that id: sms-gateway complaints list shows them"


class ComplaintStore(Protocol):
    """Where they are written down; each change is audited in its own transaction."""

    async def add(self, complaint: Complaint) -> None:
        """Write one down. Raises StoreDownError."""

    async def close(self, end: ComplaintEnd) -> bool:
        """Settle one; whether it was open. Raises StoreDownError."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A complaint as staff write it down; see `domain.complaints.Complaint`."""

    channel: str
    what: str
    message: str = ""
    number_hash: NumberHash | None = None


@dataclass(frozen=True, slots=True)
class ComplaintCommands:
    """The acts. All raise StoreDownError.

    Attributes:
        store: where they are written down.
        calendar: of the offices, as it is now.
        days: working days within which a complaint must be settled.
        now: clock.
        new_id: makes ids.
    """

    store: ComplaintStore
    calendar: Callable[[], Awaitable[Calendar]]
    days: int
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    async def open(self, wanted: Wanted, by: str) -> Complaint:
        """Write a complaint down; it is due at the end of a working day.

        Raises:
            CommandError: it says nothing, or has a channel or message that cannot be.
        """
        what, channel = checked_note(wanted.what), checked_note(wanted.channel)
        if not what or not channel or len(channel) > MAX_CHANNEL:
            message = f"say what it is about, and by which way it came in {MAX_CHANNEL} characters"
            raise CommandError(message)
        at = self.now()
        complaint = Complaint(
            id=self.new_id(),
            mo_id=checked_id(wanted.message) if wanted.message else None,
            number_hash=wanted.number_hash,
            channel=channel,
            what=what,
            opened_at=at,
            due_at=due_at(at, self.days, await self.calendar()),
            by=by,
        )
        await self.store.add(complaint)
        return complaint

    async def close(self, name: str, outcome: str, by: str) -> None:
        """Settle a complaint.

        Raises:
            CommandError: it is not open, or the outcome is missing.
        """
        told, wanted = checked_note(outcome), name.strip().lower()
        if not told:
            message = "say how it was settled: --outcome, in one line"
            raise CommandError(message)
        if not _ID.fullmatch(wanted) or not await self.store.close(
            ComplaintEnd(wanted, told, self.now(), by)
        ):
            raise CommandError(_NOT_OPEN)


def due_at(at: datetime, days: int, calendar: Calendar) -> datetime:
    """The last moment of the working day by which a complaint of this moment must be settled."""
    day = calendar.add_working_days(at.astimezone(calendar.zone).date(), days)
    return datetime.combine(day, time(23, 59, 59), calendar.zone)
