"""What people do about webhooks."""

import base64
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec

from sms_gateway.api.posting import post
from sms_gateway.api.targets import TargetError, Targets
from sms_gateway.callers.standard_webhooks import PREFIX
from sms_gateway.commands import CommandError
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.staff import AgencyId
from sms_gateway.domain.webhooks import (
    MOST_OF_TOKEN,
    DeliveryState,
    Event,
    EventPage,
    NewWebhook,
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

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SECRET_OCTETS: Final = 32
_NONE: Final = "no webhook has that name, or it stands so already: sms-gateway webhooks list"

_NOT_MADE: Final[Mapping[WebhookWhyNot, str]] = {
    WebhookWhyNot.OFF: "webhooks are off: say in api.webhook_networks where they may lead",
    WebhookWhyNot.NAME: "a webhook's name has 1 to 64 of a-z, 0-9, dot, dash and underscore",
    WebhookWhyNot.NAME_TAKEN: "a webhook has or had that name: choose another one",
    WebhookWhyNot.ADDRESS: "write https://HOST/PATH, without a user",
    WebhookWhyNot.NOT_HTTPS: "only https is called",
    WebhookWhyNot.OUTSIDE: "it leads to no network of api.webhook_networks",
    WebhookWhyNot.EVENTS: f"an event is one of {', '.join(Event)}",
    WebhookWhyNot.AGENCIES: "no agency has that code: see agencies.toml",
    WebhookWhyNot.TOO_MANY: f"a token has at most {MOST_OF_TOKEN} webhooks: remove one first",
}


class WebhookChanges(Protocol):
    """Where they are kept; each change is audited. Raises StoreDownError."""

    async def webhooks(self) -> Sequence[WebhookState]:
        """All of them."""

    async def add(self, webhook: Webhook) -> WebhookWhyNot | None:
        """Keep one; why it is not kept, None where it is."""

    async def switch(self, order: WebhookSwitch) -> bool:
        """Switch one; whether it was there, the other way."""

    async def replay(self, order: WebhookReplay) -> int | None:
        """Let events wait again; how many, None where there is no such webhook."""

    async def again(self, order: WebhookAgain) -> bool:
        """Let one event wait again; whether it was there."""

    async def replace_secret(self, order: WebhookSecret) -> bool:
        """Let another secret sign; whether there is such a webhook."""

    async def remove(self, end: WebhookEnd) -> bool:
        """Tell one nothing more; whether it was there."""

    async def events(self, page: EventPage) -> Sequence[DeliveryState]:
        """Events of one and how they stand, newest first."""


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

    async def make(self, new: NewWebhook, by: str) -> Secret | WebhookWhyNot:
        """Make one; the secret that signs, told this once. Or why there is none."""
        events, agencies = _events(new.events), self._agencies(new.agencies)
        if why := self._refusal(new):
            return why
        if not events:
            return WebhookWhyNot.EVENTS
        if agencies == ():
            return WebhookWhyNot.AGENCIES
        secret = self._secret()
        webhook = Webhook(
            WebhookId(self.new_id()), new.name, new.url, secret, events, agencies,
            new.with_number, new.with_text, enabled=True, made_at=self.now(), by=by,
        )  # fmt: skip
        return await self.store.add(webhook) or Secret(secret)

    def _refusal(self, new: NewWebhook) -> WebhookWhyNot | None:
        if not self.targets.networks:
            return WebhookWhyNot.OFF
        if not _NAME.fullmatch(new.name):
            return WebhookWhyNot.NAME
        try:
            self.targets.checked(new.url)
        except TargetError as error:
            return error.why
        return None

    def _secret(self) -> str:
        return PREFIX + base64.b64encode(self.random(_SECRET_OCTETS)).decode()

    async def turn(self, name: str, by: str, *, enabled: bool) -> bool:
        """Let one be told, or not; whether it was there, the other way."""
        return await self.store.switch(WebhookSwitch(name, enabled, self.now(), by))

    async def new_secret(self, name: str, by: str) -> Secret | None:
        """Another secret that signs from now on, told this once; None where there is no webhook."""
        secret = self._secret()
        replaced = await self.store.replace_secret(WebhookSecret(name, secret, self.now(), by))
        return Secret(secret) if replaced else None

    async def remove(self, name: str, by: str) -> bool:
        """Tell one nothing more, for good; whether it was there."""
        return await self.store.remove(WebhookEnd(name, self.now(), by))

    async def send_again(self, name: str, since: datetime | None, by: str) -> int | None:
        """Send again what is dead, or all since a moment; how many, None for no webhook."""
        return await self.store.replay(WebhookReplay(name, since, self.now(), by))

    async def send_one_again(self, name: str, event: Event, message: MessageId, by: str) -> bool:
        """Send one event again; whether it was there."""
        return await self.store.again(WebhookAgain(name, event, message, self.now(), by))

    async def events(self, page: EventPage) -> Sequence[DeliveryState]:
        """Events of one and how they stand, newest first."""
        return await self.store.events(page)

    async def all(self) -> Sequence[WebhookState]:
        """All of them, by name."""
        return await self.store.webhooks()

    async def add(self, new: NewWebhook, by: str) -> Secret:
        """The same as `make`. Raises CommandError: it cannot be; says why."""
        made = await self.make(new, by)
        if isinstance(made, WebhookWhyNot):
            raise CommandError(_NOT_MADE[made])
        return made

    async def switch(self, name: str, by: str, *, enabled: bool) -> None:
        """The same as `turn`. Raises CommandError."""
        if not await self.turn(name, by, enabled=enabled):
            raise CommandError(_NONE)

    async def replay(self, name: str, hours: int | None, by: str) -> int:
        """Send again what is dead, or all of so many hours; how many. Raises CommandError."""
        since = None if hours is None else self.now() - timedelta(hours=hours)
        count = await self.send_again(name, since, by)
        if count is None:
            raise CommandError(_NONE)
        return count

    async def test(self, name: str) -> int:
        """Call one as `tried`. Raises CommandError: there is no such webhook."""
        status = await self.tried(name)
        if status is None:
            raise CommandError(_NONE)
        return status

    async def tried(self, name: str) -> int | None:
        """Call one at once with an event `webhook.test`.

        Returns:
            The status, 0 where no answer came; None where there is no such webhook.
        """
        now = self.now()
        for state in await self.store.webhooks():
            if state.webhook.name == name:
                said = {"type": "webhook.test", "timestamp": now, "data": {}}
                body = msgspec.json.encode(said)
                return await post(self.targets, state.webhook, f"test:{self.new_id()}", body, now)
        return None

    def _agencies(self, codes: Collection[str] | None) -> tuple[AgencyId, ...] | None:
        """Those of some codes; none where one of them is not there."""
        if codes is None:
            return None
        known = set(codes) <= set(self.agencies)
        return tuple(map(AgencyId, sorted(set(codes)))) if known else ()


def _events(words: Collection[str]) -> tuple[Event, ...]:
    """Those of some words; none where one of them is not there."""
    try:
        return tuple(sorted({Event(word) for word in words}))
    except ValueError:
        return ()
