"""MTs that are to leave by another door of their telco than the one at which they wait."""

from datetime import datetime

from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.record import Record

TELCO_LIMIT = "telco_limit"
"""The reason of an MT for which the limits of a day leave no room at its door."""


class TakeOver(Record, frozen=True):
    """MTs of a door that is down are to leave by another one.

    Attributes:
        door, to: where they wait, and where they are to go.
        at: when.
        limit: so many at most.
        max_segments: longest one that the other door carries; longer ones stay, and say why.
        accents: it carries accented Vietnamese; else such texts stay, and say why.
        templates: that it carries, None for any; of others the texts stay, and say why.
        since, until: only those that were made since, or are due from then to then; all where
            there are none.
        day: when the day of its limits began: what it had no room for since then stays.
        room: parts of messages that it takes today yet, None for any number.
    """

    door: DoorName
    to: DoorName
    at: datetime
    limit: int = 500
    max_segments: int = 255
    accents: bool = True
    templates: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    day: datetime | None = None
    room: int | None = None


class PassOn(Record, frozen=True):
    """MTs that were leased, and for which their door has no room today, may leave by another one.

    Attributes:
        door, to: where they were leased, and where they may go.
        at: when.
        day: when the day of the limits began.
        ids: of the MTs.
    """

    door: DoorName
    to: DoorName
    at: datetime
    day: datetime
    ids: tuple[MessageId, ...]
