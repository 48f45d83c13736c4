"""The provider that staff may sign in by, among the other rooms."""

from importlib.util import find_spec

from sms_gateway.console.places import FROM_PROVIDER, OUT_OF_PROVIDER
from sms_gateway.console.provider_desk import ProviderDesk
from sms_gateway.oidc import Provider
from sms_gateway.ports import Clock
from sms_gateway.seldom import Seldom
from sms_gateway.service.access import console_link
from sms_gateway.settings import Settings, SettingsError


def wire_provider(settings: Settings, clock: Clock) -> ProviderDesk | None:
    """The provider by `[console.oidc]`, None where there is none; it is asked nothing yet.

    Raises:
        SettingsError: there is one, and the package for it is missing.
    """
    oidc = settings.console.oidc
    if not oidc.on:
        return None
    if find_spec("joserfc") is None:
        message = "console.oidc needs one package more: pip install 'sms-gateway[oidc]'"
        raise SettingsError(message)
    back, back_out = (console_link(settings, one) for one in (FROM_PROVIDER, OUT_OF_PROVIDER))
    provider = Provider(oidc, back, back_out, clock)
    return ProviderDesk(provider, oidc, Seldom(clock.monotonic))
