"""Twilio: HMAC over the address as called, and the names and values of the form in order."""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, tzinfo
from hashlib import sha256
from urllib.parse import urlsplit

from sms_gateway.callers.octets import octets
from sms_gateway.channels.http import settings as s
from sms_gateway.channels.http.call import Call
from sms_gateway.channels.http.fields import Ref
from sms_gateway.channels.http.hashes import sum_of
from sms_gateway.channels.http.signatures.scheme import base_url, called
from sms_gateway.settings import SettingsError

_BODY_HASH = b"bodySHA256"


class Twilio:
    """Scheme `twilio`."""

    refs: Sequence[Ref] = ()
    hidden: Sequence[Ref] = ()
    of_body = True

    def __init__(self, signature: s.Signature, zone: tzinfo, at: str) -> None:  # noqa: ARG002 - of all schemes
        """Read the settings; raises SettingsError where they cannot be used."""
        self._algorithm = signature.algorithm or "hmac-sha1"
        if self._algorithm not in ("hmac-sha1", "hmac-sha256"):
            msg = f"{at}.algorithm: Twilio signs by hmac-sha1 or hmac-sha256"
            raise SettingsError(msg)
        self._keys = [secret.value.encode() for secret in signature.secrets]
        self._bases = _bases(signature.url, f"{at}.url")

    def holds(self, call: Call, now: datetime) -> bool:  # noqa: ARG002 - nothing in it tells the time
        """See `Scheme`."""
        offered = octets(call.request.headers.get("x-twilio-signature", ""))
        body_hash = call.query().first(_BODY_HASH)
        if body_hash is None:
            form = b"".join(name + value for name, value in sorted(set(call.form().all())))
        else:  # a body that is no form: the address, which is signed, holds its sum
            form = b""
        fits = False
        for base in self._bases:
            for key in self._keys:
                made = sum_of(self._algorithm, key, octets(called(base, call)) + form)
                fits |= hmac.compare_digest(b64encode(made), offered)
        return fits and (body_hash is None or _is_of(body_hash, call.request.body))


def _is_of(body_hash: bytes, body: bytes) -> bool:
    return hmac.compare_digest(sha256(body).hexdigest().encode(), body_hash)


def _bases(url: str, at: str) -> Sequence[str]:
    """The address without and with its port: Twilio signs now the one, now the other."""
    base = base_url(url)
    try:
        parts = urlsplit(base)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        parts, port = urlsplit(""), 0
    if not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        msg = f"{at}: expected what stands before the path, such as https://sms.example.vn"
        raise SettingsError(msg)
    host = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc
    return [f"{parts.scheme}://{where}{parts.path}" for where in (host, f"{host}:{port}")]
