"""Secrets of second factors: made anew each time, of a key that lies outside the database.

The database keeps a random salt and the id of the key, which are no secret. So nothing is
encrypted that could be decrypted, and whoever reads the database or a copy of it makes no code.
"""

import base64
import hmac
import secrets

from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.secret import Secret
from sms_gateway.domain.staff import StaffId

_PURPOSE = b"sms-gateway second factor"
_SALT_OCTETS = 20
_SECRET_OCTETS = 20


def new_salt() -> str:
    """160 random bits in Base32."""
    return base64.b32encode(secrets.token_bytes(_SALT_OCTETS)).decode()


def kept_factor(hasher: Hasher, salt: str) -> str:
    """What the database keeps of a second factor that is made today: id of the key, and the salt.

    Args:
        hasher: holds the key of today.
        salt: see `new_salt`.
    """
    return f"{hasher.key_id}.{salt}"


def factor_secret(hasher: Hasher, kept: str, whose: StaffId) -> Secret | None:
    """The secret in Base32, 160 bits as RFC 4226 recommends; None where its key is not here.

    Args:
        hasher: holds the keys, older ones too.
        kept: see `kept_factor`.
        whose: the same salt gives everybody another secret, so that none is worth copying to
            another account.
    """
    key_id, _, salt = kept.partition(".")
    for one in hasher.each():
        if one.key_id == key_id:
            made = hkdf(
                bytes.fromhex(one.key.value), salt.encode(), b"%s\0%s" % (_PURPOSE, whose.encode())
            )
            return Secret(base64.b32encode(made).decode())
    return None


def hkdf(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    """HKDF with SHA-256 (RFC 5869), of one block: 20 octets.

    Args:
        key: at random.
        salt: not secret.
        purpose: what it is made for; the `info` of the RFC.
    """
    drawn = hmac.digest(salt, key, "sha256")
    return hmac.digest(drawn, purpose + b"\x01", "sha256")[:_SECRET_OCTETS]
