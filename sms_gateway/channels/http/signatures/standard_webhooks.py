"""Standard Webhooks 1.0: HMAC-SHA256 over id, time and body."""

import base64
import binascii
import hmac
import re
from collections.abc import Sequence
from datetime import datetime, tzinfo

from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.call import Call, octets
from sms_gateway.channels.http.fields import Ref
from sms_gateway.domain.secret import Secret
from sms_gateway.settings import SettingsError

_UNIX = re.compile(r"[0-9]{1,11}")
_PREFIX = "whsec_"
_SHORTEST = 16
"""Octets of the shortest secret taken; the standard wants 24 to 64."""


class StandardWebhooks:
    """Scheme `standard-webhooks`."""

    refs: Sequence[Ref] = ()
    hidden: Sequence[Ref] = ()
    of_body = True

    def __init__(self, signature: s.Signature, zone: tzinfo, at: str) -> None:  # noqa: ARG002 - of all schemes
        """Read the settings; raises SettingsError where they cannot be used."""
        self._keys = [_key(secret, at) for secret in signature.secrets]
        self._within_s = signature.within_s

    def holds(self, call: Call, now: datetime) -> bool:
        """See `Scheme`."""
        headers = call.request.headers
        name, when = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not name or not _UNIX.fullmatch(when):
            return False
        signed = octets(f"{name}.{when}.") + call.request.body
        made = [b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256")) for key in self._keys]
        fits = False
        for offered in headers.get("webhook-signature", "").split(" "):
            for one in made:
                fits |= hmac.compare_digest(one, octets(offered))
        return fits and abs(now.timestamp() - int(when)) <= self._within_s


def _key(secret: Secret, at: str) -> bytes:
    packed = secret.value.removeprefix(_PREFIX)
    try:
        key = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < _SHORTEST:
        msg = f"{at}.secrets: each wants {_PREFIX} and Base64 of {_SHORTEST} octets or more"
        raise SettingsError(msg)
    return key
