"""Webhooks of other systems, beside what the gateway writes for itself."""

from collections.abc import Sequence
from datetime import datetime

from sms_gateway.domain.webhooks import (
    Attempted,
    Delivery,
    DeliveryState,
    EventPage,
    EventWalk,
    Webhook,
    WebhookAgain,
    WebhookEnd,
    WebhookId,
    WebhookReplay,
    WebhookSecret,
    WebhookState,
    WebhookSwitch,
    WebhookWhyNot,
)
from sms_gateway.store.group import GroupCommit
from sms_gateway.store.operations import webhooks
from sms_gateway.store.statements import Ask


class StoreWebhooks:
    """Implements `api.WebhookStore`; each change is one commit.

    Args:
        writer: of this process.
        ask: see there.
    """

    def __init__(self, writer: GroupCommit, ask: Ask) -> None:
        self._writer = writer
        self._ask = ask

    async def webhooks(self) -> Sequence[WebhookState]:
        """All of them, by name. Raises StoreDownError."""
        return await self._ask(webhooks.webhooks)

    async def due(self, webhook: WebhookId, now: datetime, limit: int) -> Sequence[Delivery]:
        """The next events that one is to be told. Raises StoreDownError."""
        return await self._ask(lambda db: webhooks.due(db, webhook, now, limit))

    async def events(self, page: EventPage) -> Sequence[DeliveryState]:
        """Events of one and how they stand, newest first. Raises StoreDownError."""
        return await self._ask(lambda db: webhooks.events_of(db, page))

    async def add(self, webhook: Webhook) -> WebhookWhyNot | None:
        """Keep one, audited; why it is not kept, or None. Raises StoreDownError."""
        return (await self._writer.run(webhooks.add_webhooks, [webhook]))[0]

    async def switch(self, order: WebhookSwitch) -> bool:
        """Switch one, audited; whether it was there, the other way. Raises StoreDownError."""
        return (await self._writer.run(webhooks.switch_webhooks, [order]))[0]

    async def replay(self, order: WebhookReplay) -> int | None:
        """Let events wait again, audited; how many, or None. Raises StoreDownError."""
        return (await self._writer.run(webhooks.replay_webhooks, [order]))[0]

    async def again(self, order: WebhookAgain) -> bool:
        """Let one event wait again, audited; whether it was there. Raises StoreDownError."""
        return (await self._writer.run(webhooks.send_again, [order]))[0]

    async def replace_secret(self, order: WebhookSecret) -> bool:
        """Let another secret sign, audited; whether there is one. Raises StoreDownError."""
        return (await self._writer.run(webhooks.replace_secrets, [order]))[0]

    async def remove(self, end: WebhookEnd) -> bool:
        """Tell one nothing more, audited; whether it was there. Raises StoreDownError."""
        return (await self._writer.run(webhooks.remove_webhooks, [end]))[0]

    async def attempted(self, attempts: Sequence[Attempted]) -> None:
        """Write what became of attempts. Raises StoreDownError."""
        await self._writer.run(webhooks.attempted, attempts)

    async def find(self, walk: EventWalk) -> int:
        """Find the next events; how many messages were looked at. Raises StoreDownError."""
        return (await self._writer.run(webhooks.find_events, [walk]))[0]
