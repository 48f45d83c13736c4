"""What is wrong with the gateway itself, and who was told."""

import enum
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sms_gateway.domain.ids import DoorName, IncidentId, MessageId, NumberHash, ShortCode
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.record import Private, Record

NO_DOOR = DoorName("")
"""The door of an incident that is about none."""

TRAFFIC_HOURS = 5 * 7 * 24
"""So many hours back it is known what came through a door."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)


def hour_of(moment: datetime) -> int:
    """Hours since 1970 in UTC."""
    return (moment - _EPOCH) // _HOUR


class Trouble(enum.StrEnum):
    """What an incident is about.

    store_down: texts cannot be written down. cases_down: dossiers cannot be looked up. unanswered:
    the oldest text waits too long for its answer. late: many texts do. uncertain: replies of which
    nobody knows whether they came. parked: texts that wait for a person. paused: a door was paused
    and forgotten. silent: a door where texts usually come at this hour brings none. no_probe: the
    door's probe text does not come. disk: the data folder's disk is nearly full. failing: no send
    through a door succeeds. backup: the newest backup is too old. certificate: the one before the
    gateway is about to end. unknown_state: dossiers come in states of which nobody has written
    down what they mean. changes_down: what changes in the case database cannot be read.
    unannounced: a planned outage is near and citizens were not told of it. held: automatic messages
    wait until a person lets them go or drops them.
    """

    STORE_DOWN = "store_down"
    CASES_DOWN = "cases_down"
    CHANGES_DOWN = "changes_down"
    UNANSWERED = "unanswered"
    LATE = "late"
    UNCERTAIN = "uncertain"
    PARKED = "parked"
    PAUSED = "paused"
    SILENT = "silent"
    NO_PROBE = "no_probe"
    DISK = "disk"
    FAILING = "failing"
    BACKUP = "backup"
    CERTIFICATE = "certificate"
    UNKNOWN_STATE = "unknown_state"
    UNANNOUNCED = "unannounced"
    HELD = "held"


Subject = tuple[Trouble, DoorName]
"""A trouble and its door: at any moment it has one incident at most."""


class Incident(Record, frozen=True):
    """A trouble from its beginning to its end, and what was told of it.

    Attributes:
        id: ours; receivers of the webhook know the incident by it.
        trouble, door: what it is about; no door where it is about none.
        figure: how many, minutes, hours, days or MiB at its beginning; each trouble has its own.
        opened_at, closed_at: when it began and ended, None while it stands.
        texted_at, texted_over_at: when texts to the people on call were queued, or None.
        posted_at, posted_over_at: when the webhook took it, or None.
    """

    id: IncidentId
    trouble: Trouble
    door: DoorName
    figure: int
    opened_at: datetime
    closed_at: datetime | None = None
    texted_at: datetime | None = None
    texted_over_at: datetime | None = None
    posted_at: datetime | None = None
    posted_over_at: datetime | None = None

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return self.trouble, self.door


class AlarmText(Record, frozen=True):
    """An SMS to a person on call.

    Attributes:
        id: ours.
        door, short_code: the way it goes, and the number that it comes from.
        recipient, recipient_hash: who gets it.
        template: `alarm`, `over` or `test`.
        text, alphabet: one SMS.
        at, valid_until: when it was made, and when it is not worth sending any more.
        dedupe_key: a second one with the same key is never stored.
    """

    id: MessageId
    door: DoorName
    short_code: ShortCode
    recipient: Address
    recipient_hash: NumberHash
    template: str
    text: Private[str]
    alphabet: str
    at: datetime
    valid_until: datetime
    dedupe_key: str


class IncidentNote(Record, frozen=True):
    """An incident as it is to be written down, with the texts that tell of it: one commit."""

    incident: Incident
    texts: Private[tuple[AlarmText, ...]] = ()


class Traffic(Record, frozen=True):
    """What came through a door within an hour.

    Attributes:
        door: the door.
        probe: its probe texts, else citizens' texts.
        hour: hours since 1970 in UTC.
        count: how many.
        last_at: when the last of them came.
    """

    door: DoorName
    probe: bool
    hour: int
    count: int
    last_at: datetime


class Standing(Record, frozen=True):
    """What of the store only the alarms ask.

    Attributes:
        uncertain: MTs whose fate nobody knows, without those to people on call.
        paused: doors that staff paused, and since when.
        held: automatic messages that are held until a person acts.
    """

    uncertain: int
    paused: Mapping[DoorName, datetime]
    held: int = 0
