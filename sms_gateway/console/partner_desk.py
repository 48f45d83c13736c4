"""What the pages about other systems reach: their tokens, and the webhooks that tell them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sms_gateway.domain.api import ApiToken, NewToken, TokenWhyNot
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.webhooks import (
    DeliveryState,
    Event,
    EventPage,
    NewWebhook,
    WebhookState,
    WebhookWhyNot,
)


class Tokens(Protocol):
    """Makes and ends tokens, audited. Raises StoreDownError."""

    async def make(self, new: NewToken, by: str) -> Secret | TokenWhyNot:
        """Make one; it is told this once. Or why there is none."""

    async def end(self, name: str, by: str) -> bool:
        """End one at once; whether one of that name counted."""


class Webhooks(Protocol):
    """What people do about webhooks, audited. Raises StoreDownError."""

    async def all(self) -> Sequence[WebhookState]:
        """All of them, by name."""

    async def events(self, page: EventPage) -> Sequence[DeliveryState]:
        """Events of one and how they stand, newest first."""

    async def make(self, new: NewWebhook, by: str) -> Secret | WebhookWhyNot:
        """Make one; the secret that signs, told this once. Or why there is none."""

    async def turn(self, name: str, by: str, *, enabled: bool) -> bool:
        """Let one be told, or not; whether it was there, the other way."""

    async def new_secret(self, name: str, by: str) -> Secret | None:
        """Another secret that signs from now on, told this once; None where there is no webhook."""

    async def remove(self, name: str, by: str) -> bool:
        """Tell one nothing more, for good; whether it was there."""

    async def send_again(self, name: str, since: datetime | None, by: str) -> int | None:
        """Send again what is dead, or all since a moment; how many, None for no webhook."""

    async def send_one_again(self, name: str, event: Event, message: MessageId, by: str) -> bool:
        """Send one event again; whether it was there."""

    async def tried(self, name: str) -> int | None:
        """Call one at once; the status, 0 where no answer came, None for no webhook."""


@dataclass(frozen=True, slots=True)
class PartnerDesk:
    """All of it.

    Attributes:
        listed: all tokens, also those that count no more, by name.
        tokens, webhooks: the acts.
        may_lead: whether the settings name a network where webhooks may lead.
    """

    listed: Callable[[], Awaitable[Sequence[ApiToken]]]
    tokens: Tokens
    webhooks: Webhooks
    may_lead: bool
