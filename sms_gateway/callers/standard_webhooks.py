"""Standard Webhooks 1.0: HMAC-SHA256 over id, time and body, in three headers."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sms_gateway.callers.octets import octets
from sms_gateway.domain.secret import Secret

PREFIX = "whsec_"
ID, TIME, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
SHORTEST = 16
"""Octets of the shortest secret taken; the standard wants 24 to 64."""

_UNIX = re.compile(r"[0-9]{1,11}")


class NoKeyError(ValueError):
    """A secret is no key of this standard; holds nothing of it."""


def key_of(secret: Secret) -> bytes:
    """The key that a secret spells, `whsec_` and Base64.

    Raises:
        NoKeyError: it spells none, or one that is too short.
    """
    packed = secret.value.removeprefix(PREFIX)
    try:
        key = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < SHORTEST:
        message = f"wants {PREFIX} and Base64 of {SHORTEST} octets or more"
        raise NoKeyError(message)
    return key


def signed_by(key: bytes, name: str, stamp: str, body: bytes) -> bytes:
    """The signature of a call.

    Args:
        key: what signs it.
        name: its id.
        stamp: seconds since 1970.
        body: what is sent.
    """
    over = octets(f"{name}.{stamp}.") + body
    return b"v1," + base64.b64encode(hmac.digest(key, over, "sha256"))


def holds(
    keys: Sequence[bytes],
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    within_s: float,
) -> bool:
    """Whether one of the keys signed this call, in time; all are tried.

    Args:
        keys: all that are valid now.
        headers: of the call, names in small letters.
        body: as it came.
        now: the moment.
        within_s: seconds that its time may be from ours.
    """
    name, stamp = headers.get(ID, ""), headers.get(TIME, "")
    if not name or not _UNIX.fullmatch(stamp):
        return False
    made = [signed_by(key, name, stamp, body) for key in keys]
    fits = False
    for offered in headers.get(SIGNATURE, "").split(" "):
        for one in made:
            fits |= hmac.compare_digest(one, octets(offered))
    return fits and abs(now.timestamp() - int(stamp)) <= within_s
