"""Finds what is to be told, and tells it; one node does."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from sms_gateway.api.posting import body_of, post, taken
from sms_gateway.api.targets import Targets
from sms_gateway.domain.webhooks import (
    WAITS,
    Attempted,
    Delivery,
    EventWalk,
    Webhook,
    WebhookId,
    WebhookState,
)
from sms_gateway.ports import Clock, StoreDownError
from sms_gateway.reading import Reading

LEADS: Final = "webhooks"
"""What one node of many leads."""

LOOK_S: Final = 5.0
"""Between two looks, in seconds."""

REST_S: Final = 0.05
"""Between two such commits, in seconds: answers go first."""

BEHIND: Final = timedelta(seconds=30)
"""Messages that are younger are not looked at: older ones may still be on their way to disk."""

PAGE: Final = 500
"""Messages looked at in one commit."""

AT_ONCE: Final = 20
"""Events that one webhook is told in one look."""

_log = structlog.get_logger("api")


class WebhookStore(Protocol):
    """Where they are kept. Raises StoreDownError."""

    async def webhooks(self) -> Sequence[WebhookState]:
        """All of them."""

    async def due(self, webhook: WebhookId, now: datetime, limit: int) -> Sequence[Delivery]:
        """The next events that one is to be told."""

    async def attempted(self, attempts: Sequence[Attempted]) -> None:
        """Write what became of attempts."""

    async def find(self, walk: EventWalk) -> int:
        """Find the next events; how many messages were looked at."""


@dataclass(frozen=True, slots=True)
class WebhookWatch:
    """Looks now and then.

    Attributes:
        store, reading, clock: see there.
        targets: which may be called.
        leads: whether it is this node's to do.
    """

    store: WebhookStore
    reading: Reading
    clock: Clock
    targets: Targets
    leads: Callable[[], bool]

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            # Where the store is down the sweep tells of it.
            with suppress(StoreDownError):
                await self.look()
            await self.clock.sleep(LOOK_S)

    async def look(self) -> None:
        """Find events and tell them. Raises StoreDownError."""
        if not self.targets.networks or not self.leads():
            return
        now = self.clock.now()
        while await self.store.find(EventWalk(now, now - BEHIND, PAGE)) == PAGE:
            await self.clock.sleep(REST_S)
        states = await self.store.webhooks()
        async with asyncio.TaskGroup() as group:
            for state in states:
                if state.webhook.enabled:
                    group.create_task(self._tell(state.webhook))

    async def _tell(self, webhook: Webhook) -> None:
        """Tell one what is due; after a failure the rest waits for the next look."""
        try:
            for delivery in await self.store.due(webhook.id, self.clock.now(), AT_ONCE):
                if not await self._told(webhook, delivery):
                    return
        except StoreDownError:
            # The sweep tells of it.
            return
        except Exception as error:  # noqa: BLE001  # a bug costs one webhook, and not the gateway
            _log.error("webhook.broke", reason=webhook.name, exc_info=error)

    async def _told(self, webhook: Webhook, delivery: Delivery) -> bool:
        found = await self.reading.timeline(delivery.message)
        if found is None or (found.mo is None and not found.mts):
            # It was purged: there is nothing left to tell.
            await self.store.attempted([_result(delivery, 0, self.clock.now(), gone=True)])
            return True
        body = body_of(webhook, delivery.event, found, delivery.at)
        status = await post(self.targets, webhook, delivery.name, body, self.clock.now())
        result = _result(delivery, status, self.clock.now())
        await self.store.attempted([result])
        if not result.taken and result.next_at is None:
            _log.error("webhook.given_up", reason=webhook.name, state=delivery.event, result=status)
        return result.taken


def _result(delivery: Delivery, status: int, now: datetime, *, gone: bool = False) -> Attempted:
    if gone or taken(status):
        return Attempted(delivery, status, taken=True, at=now, next_at=None)
    made = delivery.attempt
    again = now + WAITS[made] if made < len(WAITS) else None
    return Attempted(delivery, status, taken=False, at=now, next_at=again)
