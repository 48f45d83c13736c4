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
    """

    since: datetime
    until: datetime
    offset_ms: int = 0


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
