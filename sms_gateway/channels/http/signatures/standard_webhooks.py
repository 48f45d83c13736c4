"""Standard Webhooks 1.0: HMAC-SHA256 over id, time and body."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from sms_gateway.callers import standard_webhooks as standard
from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.call import Call
from sms_gateway.channels.http.fields import Ref
from sms_gateway.settings import SettingsError


class StandardWebhooks:
    """Scheme `standard-webhooks`."""

    refs: Sequence[Ref] = ()
    hidden: Sequence[Ref] = ()
    of_body = True

    def __init__(self, signature: s.Signature, zone: tzinfo, at: str) -> None:  # noqa: ARG002 - of all schemes
        """Read the settings; raises SettingsError where they cannot be used."""
        try:
            self._keys = [standard.key_of(secret) for secret in signature.secrets]
        except standard.NoKeyError as error:
            msg = f"{at}.secrets: each {error}"
            raise SettingsError(msg) from None
        self._within_s = signature.within_s

    def holds(self, call: Call, now: datetime) -> bool:
        """See `Scheme`."""
        headers, body = call.request.headers, call.request.body
        return standard.holds(self._keys, headers, body, now, self._within_s)
