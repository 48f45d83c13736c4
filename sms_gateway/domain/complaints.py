"""Complaints of citizens, and until when each must be settled (domain 5)."""

from datetime import datetime

from sms_gateway.domain.ids import MessageId, NumberHash
from sms_gateway.domain.record import Private, Record

OPEN_ACT = "complaint.open"
CLOSE_ACT = "complaint.close"
"""The words of the acts in the audit."""


class Complaint(Record, frozen=True):
    """A complaint.

    Attributes:
        id: of its own, sorts by time.
        mo_id: the text that it is about, or None.
        number_hash: the keyed hash of whose complaint it is, or None.
        channel: by which way it came: desk, phone, mail, portal, or another word.
        what: what it is about.
        opened_at, by: when it was written down, and by whom.
        due_at: when it must be settled.
        closed_at, closed_by, outcome: how it ended; None and empty while it is open.
    """

    id: str
    mo_id: MessageId | None
    number_hash: NumberHash | None
    channel: str
    what: Private[str]
    opened_at: datetime
    due_at: datetime
    by: str
    closed_at: datetime | None = None
    closed_by: str = ""
    outcome: Private[str] = ""


class FiledComplaint(Record, frozen=True):
    """A complaint with whose it is.

    Attributes:
        complaint: see there.
        agency: of the text that it is about; empty where that is no agency's, or there is none.
    """

    complaint: Complaint
    agency: str


class ComplaintEnd(Record, frozen=True):
    """A complaint is settled.

    Attributes:
        id: which.
        outcome: how.
        at, by: when, and who says so.
    """

    id: str
    outcome: Private[str]
    at: datetime
    by: str
