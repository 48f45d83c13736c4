"""Webhooks of other systems: who is told of what, and how that stands."""

import enum
from datetime import datetime, timedelta
from typing import Final, NewType

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.record import Private, Record
from sms_gateway.domain.staff import AgencyId

WebhookId = NewType("WebhookId", str)
"""Our id of a webhook: UUIDv7."""

ADD_ACT: Final = "webhook.add"
ON_ACT: Final = "webhook.on"
OFF_ACT: Final = "webhook.off"
REPLAY_ACT: Final = "webhook.replay"
SECRET_ACT: Final = "webhook.secret"  # noqa: S105  # the word of an act
REMOVE_ACT: Final = "webhook.remove"
"""The words of the acts in the audit."""

MOST_OF_TOKEN: Final = 20
"""Webhooks that one token may have at a time; of people there is no such limit."""

WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 300, 1800, 7200, 21_600, 86_400)
)
"""After each attempt that failed; after the last one of them an event is dead."""


class Event(enum.StrEnum):
    """What is told."""

    ANSWERED = "message.answered"
    PARKED = "message.parked"
    DELIVERED = "message.delivered"


class Webhook(Record, frozen=True):
    """Whom to tell.

    Attributes:
        id, name: ours, and what the audit calls it; the name is never used again.
        url: where to; may hold a secret.
        secret: that signs, `whsec_` and Base64.
        events: which, sorted.
        agencies: of whose messages, sorted; None for all.
        with_number, with_text: it is told the full number, and what was texted.
        enabled: it is told at all.
        made_at, by: when, and who made it; of messages from then on.
    """

    id: WebhookId
    name: str
    url: Private[str]
    secret: Private[str]
    events: tuple[Event, ...]
    agencies: tuple[AgencyId, ...] | None
    with_number: bool
    with_text: bool
    enabled: bool
    made_at: datetime
    by: str


class NewWebhook(Record, frozen=True):
    """A webhook that somebody wants; see `Webhook`."""

    name: str
    url: Private[str]
    events: tuple[str, ...]
    agencies: tuple[str, ...] | None
    with_number: bool
    with_text: bool


class WebhookWhyNot(enum.StrEnum):
    """Why there is no such webhook."""

    OFF = "off"
    """The settings name no network where webhooks may lead."""
    NAME = "name"
    """It is no name."""
    NAME_TAKEN = "name_taken"
    """A webhook has or had it."""
    ADDRESS = "address"
    """It is no address."""
    NOT_HTTPS = "not_https"
    OUTSIDE = "outside"
    """It leads to no network where webhooks may lead."""
    EVENTS = "events"
    """It has none, or one that there is not."""
    AGENCIES = "agencies"
    """The same of agencies."""
    TOO_MANY = "too_many"
    """The token that wants it has as many as it may."""


class WebhookSwitch(Record, frozen=True):
    """The webhook of a name is to be told, or not."""

    name: str
    enabled: bool
    at: datetime
    by: str


class WebhookReplay(Record, frozen=True):
    """What a webhook did not take is to be sent again, once more from the first attempt.

    Attributes:
        name: which.
        since: everything that was made since then, also what it took; None for what is dead.
        at, by: when, and who says so.
    """

    name: str
    since: datetime | None
    at: datetime
    by: str


class WebhookSecret(Record, frozen=True):
    """Another secret is to sign what the webhook of a name is told."""

    name: str
    secret: Private[str]
    at: datetime
    by: str


class WebhookEnd(Record, frozen=True):
    """The webhook of a name is to be told nothing more, for good."""

    name: str
    at: datetime
    by: str


class WebhookAgain(Record, frozen=True):
    """One event of the webhook of a name is to be sent again."""

    name: str
    event: Event
    message: MessageId
    at: datetime
    by: str


class Delivery(Record, frozen=True):
    """One event for one webhook.

    Attributes:
        webhook: whom.
        event: what.
        message: of which message: a citizen's text, or with DELIVERED one of ours.
        at: when it was found.
        attempt: so many were made.
    """

    webhook: WebhookId
    event: Event
    message: MessageId
    at: datetime
    attempt: int

    @property
    def name(self) -> str:
        """Its id for the receiver, the same with each attempt."""
        return f"{self.event}:{self.message}"


class DeliveryState(Record, frozen=True):
    """An event, and how it stands.

    Attributes:
        delivery: see there.
        state: `waiting`, `done` or `dead`.
        status: what was answered last; 0 where no answer came, or it was not sent yet.
        next_at: when it is due, or was.
    """

    delivery: Delivery
    state: str
    status: int
    next_at: datetime


class EventPage(Record, frozen=True):
    """Which events of a webhook are wanted.

    Attributes:
        webhook: whose.
        failed: only those that an attempt failed for, and none was taken since.
        behind: older than this one; None for the newest.
        limit: at most so many.
    """

    webhook: WebhookId
    failed: bool
    behind: tuple[datetime, str, str] | None
    limit: int


class Attempted(Record, frozen=True):
    """An attempt was made.

    Attributes:
        delivery: of what.
        status: of the answer; 0 where none came.
        taken: the receiver has it.
        at: when.
        next_at: when to try again; None where it was taken, or is dead.
    """

    delivery: Delivery
    status: int
    taken: bool
    at: datetime
    next_at: datetime | None


class EventWalk(Record, frozen=True):
    """The next events are to be found, of messages of before a moment, so many at most."""

    at: datetime
    before: datetime
    limit: int


class WebhookState(Record, frozen=True):
    """A webhook, and how it stands.

    Attributes:
        webhook: see there.
        waiting, dead: how many events wait for it, and were given up.
        last_status: of its last answer; 0 where none came.
        oldest: when the oldest one that waits was found.
    """

    webhook: Webhook
    waiting: int
    dead: int
    last_status: int
    oldest: datetime | None = None
