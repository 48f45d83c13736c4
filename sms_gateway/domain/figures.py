"""What reports count of texts and of our messages; no number and no words in it."""

from datetime import datetime

from sms_gateway.domain.ids import DoorName, MessageId, ShortCode
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.record import Private, Record


class Window(Record, frozen=True):
    """Messages of which time are counted.

    Attributes:
        since, until: from the first moment to before the second.
        offset_ms: milliseconds that clocks here are ahead of UTC, for the hour of the day.
        agencies: of these alone; None for all, and for what is no agency's.
    """

    since: datetime
    until: datetime
    offset_ms: int = 0
    agencies: tuple[str, ...] | None = None


class TextCount(Record, frozen=True):
    """Texts of citizens that have all of this in common.

    Attributes:
        door: where they came in.
        operator: the telco of the sender as the door told it; may be empty.
        outcome, reason: how they ended; outcome `unanswered` where they have none.
        hour: of the day they came in, 0 to 23.
        count: how many.
    """

    door: DoorName
    operator: str
    outcome: str
    reason: str
    hour: int
    count: int


class SpeedCount(Record, frozen=True):
    """Texts of citizens that were answered alike, and as fast.

    Attributes:
        agency: whose they are; empty where they are no agency's.
        operator: the telco of the sender as the door told it; may be empty.
        outcome: how they ended; `unanswered` where they have none.
        waits: an outcome, or what becomes of the reply, is yet to come.
        tenths: of a second from when a text was received to when the telco took its reply, rounded
            up, at most `SLOWEST`; None where it took none.
        count: how many.
    """

    agency: str
    operator: str
    outcome: str
    waits: bool
    tenths: int | None
    count: int


SLOWEST = 36_000
"""Tenths of a second: what takes longer than an hour is counted as an hour."""


class SentCount(Record, frozen=True):
    """Messages of ours that have all of this in common.

    Attributes:
        door: by which they go.
        kind, billing, reason: what they are, and how they are charged and why.
        count, segments: how many, and their segments together.
        accepted, delivered: of how many the telco said that it took them, and that they arrived.
    """

    door: DoorName
    kind: str
    billing: str
    reason: str
    count: int
    segments: int
    accepted: int
    delivered: int


class UnreadText(Record, frozen=True):
    """A text that could not be understood.

    Attributes:
        id, short_code, text: as recorded.
        received_at, door, operator: when, and by whom it came.
    """

    id: MessageId
    short_code: ShortCode
    text: Private[str]
    received_at: datetime
    door: DoorName
    operator: str


class ChargedMessage(Record, frozen=True):
    """A message as it must stand in the telco's file.

    Attributes:
        id: ours.
        telco_ids: the telco's, one for each part where it told them.
        number: the citizen's.
        at: when the telco had it.
        charged: it was to be charged.
        segments: of our message; 0 where there is none.
    """

    id: MessageId
    telco_ids: tuple[str, ...]
    number: Private[Address]
    at: datetime
    charged: bool
    segments: int
