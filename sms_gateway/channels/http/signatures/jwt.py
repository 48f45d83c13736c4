"""Signed webhooks by a JSON Web Token of HS256, as Vonage sends them (RFC 7519, RFC 7515)."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from hashlib import sha256

import msgspec

from sms_gateway.callers.octets import octets
from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.call import Call
from sms_gateway.channels.http.fields import Ref, as_text
from sms_gateway.settings import SettingsError

_TOKEN = re.compile(
    r"[Bb]earer ([A-Za-z0-9_-]{1,2000})\.([A-Za-z0-9_-]{1,4000})\.([A-Za-z0-9_-]{43})"
)
_MAX_ID = 200

Claims = Mapping[str, object]


class Jwt:
    """Scheme `jwt`."""

    refs: Sequence[Ref] = ()
    hidden: Sequence[Ref] = ()
    of_body = True

    def __init__(self, signature: s.Signature, zone: tzinfo, at: str) -> None:  # noqa: ARG002 - of all schemes
        """Read the settings; raises SettingsError where they cannot be used."""
        if any(name in ("alg", "iat", "exp", "nbf", "payload_hash") for name in signature.claims):
            msg = f"{at}.claims: iat, exp, nbf and payload_hash are checked anyway; remove them"
            raise SettingsError(msg)
        self._keys = [secret.value.encode() for secret in signature.secrets]
        self._within_s = signature.within_s
        self._claims = signature.claims

    def holds(self, call: Call, now: datetime) -> bool:
        """See `Scheme`."""
        match = _TOKEN.fullmatch(call.request.headers.get("authorization", ""))
        if match is None:
            return False
        head, claims = _table(match[1]), _table(match[2])
        # Only what was agreed on: `none` would need no key, and RS256 takes a public one.
        if head is None or claims is None or head.get("alg") != "HS256" or "crit" in head:
            return False
        signed, offered = f"{match[1]}.{match[2]}".encode(), octets(match[3])
        fits = False
        for key in self._keys:
            made = base64.urlsafe_b64encode(hmac.digest(key, signed, "sha256")).rstrip(b"=")
            fits |= hmac.compare_digest(made, offered)
        return fits and self._fit(claims, call.request.body, now.timestamp())

    def _fit(self, claims: Claims, body: bytes, now: float) -> bool:
        issued, until, since = (_number(claims.get(name)) for name in ("iat", "exp", "nbf"))
        token_id, of_body = claims.get("jti"), claims.get("payload_hash")
        return (
            issued is not None
            and abs(now - issued) <= self._within_s
            and ("exp" not in claims or (until is not None and now < until))
            and ("nbf" not in claims or (since is not None and since <= now + self._within_s))
            and isinstance(token_id, str)
            and 0 < len(token_id) <= _MAX_ID
            # Without it the token could stand before any other body, or before any query.
            and isinstance(of_body, str)
            and hmac.compare_digest(octets(of_body.lower()), sha256(body).hexdigest().encode())
            and all(as_text(claims.get(name)) == value for name, value in self._claims.items())
        )


def _table(part: str) -> Claims | None:
    try:
        found = msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, msgspec.MsgspecError, RecursionError, UnicodeError):
        return None
    return found if isinstance(found, dict) else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
