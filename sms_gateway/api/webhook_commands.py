"""What people do about webhooks."""

import base64
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec

from sms_gateway.api.posting import post
from sms_gateway.api.targets import TargetError, Targets
from sms_gateway.callers.standard_webhooks import PREFIX
from sms_gateway.commands import CommandError
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.staff import AgencyId
from sms_gateway.domain.webhooks import (
    Event,
    Webhook,
    WebhookId,
    WebhookReplay,
    WebhookState,
    WebhookSwitch,
)

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SECRET_OCTETS: Final = 32
_NONE: Final = "no webhook has that name, or it stands so already: sms-gateway webhooks list"


class WebhookChanges(Protocol):
    """Where they are kept; each change is audited. Raises StoreDownError."""

    async def webhooks(self) -> Sequence[WebhookState]:
        """All of them."""

    async def add(self, webhook: Webhook) -> bool:
        """Keep one; whether its name was free."""

    async def switch(self, order: WebhookSwitch) -> bool:
        """Switch one; whether it was there, the other way."""

    async def replay(self, order: WebhookReplay) -> int | None:
        """Let events wait again; how many, None where there is no such webhook."""


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook that somebody wants; see `domain.webhooks.Webhook`."""

    name: str
    url: str
    events: Collection[str]
    agencies: Collection[str] | None
    with_number: bool
    with_text: bool


@dataclass(frozen=True, slots=True)
class WebhookCommands:
    """The acts. All raise StoreDownError.

    Attributes:
        store: where they are kept.
        targets: which may be called.
        agencies: codes of those there are.
        now, new_id: of time and ids.
        random: octets nobody can guess, so many.
    """

    store: WebhookChanges
    targets: Targets
    agencies: Collection[str]
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    random: Callable[[int], bytes]

    async def add(self, new: NewWebhook, by: str) -> Secret:
        """Make one; the secret that signs, told this once.

        Raises:
            CommandError: it cannot be; says why.
        """
        if not self.targets.networks:
            message = "webhooks are off: say in api.webhook_networks where they may lead"
            raise CommandError(message)
        if not _NAME.fullmatch(new.name):
            message = "a webhook's name has 1 to 64 of a-z, 0-9, dot, dash and underscore"
            raise CommandError(message)
        try:
            self.targets.checked(new.url)
        except TargetError as error:
            raise CommandError(str(error)) from None
        secret = PREFIX + base64.b64encode(self.random(_SECRET_OCTETS)).decode()
        webhook = Webhook(
            WebhookId(self.new_id()), new.name, new.url, secret, _events(new.events),
            self._agencies(new.agencies), new.with_number, new.with_text,
            enabled=True, made_at=self.now(), by=by,
        )  # fmt: skip
        if not await self.store.add(webhook):
            message = "a webhook has that name: choose another one"
            raise CommandError(message)
        return Secret(secret)

    async def switch(self, name: str, by: str, *, enabled: bool) -> None:
        """Let one be told, or not. Raises CommandError."""
        if not await self.store.switch(WebhookSwitch(name, enabled, self.now(), by)):
            raise CommandError(_NONE)

    async def replay(self, name: str, hours: int | None, by: str) -> int:
        """Send again what is dead, or all of so many hours; how many. Raises CommandError."""
        now = self.now()
        since = None if hours is None else now - timedelta(hours=hours)
        count = await self.store.replay(WebhookReplay(name, since, now, by))
        if count is None:
            raise CommandError(_NONE)
        return count

    async def test(self, name: str) -> int:
        """Call one at once with an event `webhook.test`; the status, 0 where no answer came.

        Raises:
            CommandError: there is no such webhook.
        """
        now = self.now()
        for state in await self.store.webhooks():
            if state.webhook.name == name:
                said = {"type": "webhook.test", "timestamp": now, "data": {}}
                body = msgspec.json.encode(said)
                return await post(self.targets, state.webhook, f"test:{self.new_id()}", body, now)
        raise CommandError(_NONE)

    def _agencies(self, codes: Collection[str] | None) -> tuple[AgencyId, ...] | None:
        if codes is None:
            return None
        if not set(codes) <= set(self.agencies):
            message = "no agency has that code: see agencies.toml"
            raise CommandError(message)
        return tuple(map(AgencyId, sorted(set(codes))))


def _events(words: Collection[str]) -> tuple[Event, ...]:
    try:
        return tuple(sorted({Event(word) for word in words}))
    except ValueError:
        message = f"an event is one of {', '.join(Event)}"
        raise CommandError(message) from None
