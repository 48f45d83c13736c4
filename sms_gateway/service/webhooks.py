"""Webhooks of other systems, wired: through the running service, and beside it."""

import secrets
from collections.abc import Callable
from secrets import randbits

from aiohttp import web

from sms_gateway.api.targets import Targets, look_up
from sms_gateway.api.webhook_commands import WebhookCommands
from sms_gateway.api.webhook_control import add_webhooks
from sms_gateway.api.webhook_watch import LEADS, WebhookWatch
from sms_gateway.callers.networks import networks_of
from sms_gateway.clock import SystemClock
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.ports import Clock
from sms_gateway.settings import Settings, load_agencies
from sms_gateway.store.store import SqlStore
from sms_gateway.store.webhooks import StoreWebhooks


def wire_webhooks(settings: Settings, store: SqlStore, clock: Clock) -> WebhookWatch:
    """What tells other systems of messages."""
    leads = lambda: store.leads(LEADS)  # noqa: E731  # one word of it is fixed
    return WebhookWatch(store.webhooks, store.reading, clock, _targets(settings), leads)


def add_webhook_acts(app: web.Application, settings: Settings, store: StoreWebhooks) -> None:
    """Add them to the application behind the control socket."""
    clock = SystemClock()
    new_id = Uuid7(clock.milliseconds, randbits)
    add_webhooks(app, webhook_commands(settings, store, clock, new_id))


def webhook_commands(
    settings: Settings, store: StoreWebhooks, clock: Clock, new_id: Callable[[], str]
) -> WebhookCommands:
    """What people do about them. Raises SettingsError: `agencies.toml` cannot be used."""
    codes = [agency.code for agency in load_agencies(settings.agencies).all]
    known = (store, _targets(settings), codes)
    return WebhookCommands(*known, clock.now, new_id, secrets.token_bytes)


def _targets(settings: Settings) -> Targets:
    networks = networks_of(settings.api.webhook_networks)
    return Targets(networks, settings.api.webhook_http, look_up)
