"""Tokens of other systems, wired: through the running service, and beside it."""

import secrets
from collections.abc import Callable
from secrets import randbits

from aiohttp import web

from sms_gateway.api.control import add_api_tokens
from sms_gateway.api.tokens import TokenCommands
from sms_gateway.clock import SystemClock
from sms_gateway.domain.uuid7 import Uuid7
from sms_gateway.ports import Clock
from sms_gateway.settings import Settings, load_agencies
from sms_gateway.store.api import StoreApi

_TOKEN_OCTETS = 32


def add_tokens(app: web.Application, settings: Settings, store: StoreApi) -> None:
    """Add them to the application behind the control socket."""
    clock = SystemClock()
    new_id = Uuid7(clock.milliseconds, randbits)
    add_api_tokens(app, token_commands(settings, store, clock, new_id))


def token_commands(
    settings: Settings, store: StoreApi, clock: Clock, new_id: Callable[[], str]
) -> TokenCommands:
    """What makes and ends tokens. Raises SettingsError: `agencies.toml` cannot be used."""
    codes = [agency.code for agency in load_agencies(settings.agencies).all]
    return TokenCommands(
        store, codes, clock.now, new_id, lambda: secrets.token_urlsafe(_TOKEN_OCTETS)
    )
