"""From the settings of a signature to the scheme that checks it."""

from collections.abc import Collection, Mapping
from datetime import tzinfo
from types import MappingProxyType

import msgspec

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.signatures.digest import Digest
from sms_gateway.channels.http.signatures.jwt import Jwt
from sms_gateway.channels.http.signatures.scheme import OpenScheme, Scheme
from sms_gateway.channels.http.signatures.standard_webhooks import StandardWebhooks
from sms_gateway.channels.http.signatures.twilio import Twilio
from sms_gateway.settings import SettingsError

_SCHEMES: Mapping[str, OpenScheme] = MappingProxyType(
    {"digest": Digest, "standard-webhooks": StandardWebhooks, "twilio": Twilio, "jwt": Jwt}
)

_USED: Mapping[str, Collection[str]] = MappingProxyType(
    {
        "digest": (
            "algorithm", "over", "encoding", "field", "url", "time", "time_format", "time_zone",
            "within_s",
        ),
        "standard-webhooks": ("within_s",),
        "twilio": ("algorithm", "url"),
        "jwt": ("claims", "within_s"),
    }
)  # fmt: skip


def open_signature(signature: s.Signature, zone: tzinfo, at: str) -> Scheme:
    """What checks a signature.

    Args:
        signature: the settings.
        zone: of times written without one, unless the settings name another.
        at: dotted key of the signature's table, named in errors.

    Raises:
        SettingsError: they cannot be used, or set what their scheme does not read.
    """
    if not signature.secrets:
        msg = f"{at}.secrets: is empty; set at least one"
        raise SettingsError(msg)
    for field in msgspec.structs.fields(s.Signature):
        idle = field.name not in ("scheme", "secrets", *_USED[signature.scheme])
        if (
            idle
            and getattr(signature, field.name) != field.default
            and (getattr(signature, field.name))
        ):
            msg = f"{at}.{field.name}: scheme {signature.scheme} does not read it; remove it"
            raise SettingsError(msg)
    return _SCHEMES[signature.scheme](signature, zone, at)
