"""Who is at the console, among the other rooms."""

import secrets
from collections.abc import Callable
from datetime import timedelta

from sms_gateway.access import Access, AccessLimits, Around
from sms_gateway.domain.numbers import Hasher
from sms_gateway.ports import Clock
from sms_gateway.settings import Settings, load_agencies
from sms_gateway.store.access import StoreAccess

_TOKEN_OCTETS = 32


def wire_access(
    settings: Settings,
    store: StoreAccess,
    hasher: Hasher,
    clock: Clock,
    new_id: Callable[[], str],
) -> Access:
    """The whole of it, by `[console]` and `agencies.toml`.

    Raises:
        SettingsError: `agencies.toml` cannot be used.
    """
    codes = [agency.code for agency in load_agencies(settings.agencies).all]
    limits = limits_of(settings)
    return Access(store, Around(clock, _new_token, new_id, limits, hasher, codes))


def limits_of(settings: Settings) -> AccessLimits:
    """How long things hold, by `[console]`."""
    return AccessLimits(
        idle=timedelta(minutes=settings.console.idle_minutes),
        absolute=timedelta(hours=settings.console.absolute_hours),
        invite=timedelta(hours=settings.console.invite_hours),
        two_factor=settings.console.two_factor == "required",
        passwords=settings.console.oidc.passwords,
    )


def console_link(settings: Settings, path: str) -> str:
    """The address of a page of the console, or its path where no address is set.

    Args:
        settings: of the console.
        path: begins with /.
    """
    return settings.console.base_url.rstrip("/") + path


def _new_token() -> str:
    return secrets.token_urlsafe(_TOKEN_OCTETS)
