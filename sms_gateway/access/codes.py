"""Codes of a second factor (RFC 6238), of 30 seconds and six digits."""

import hmac
from datetime import datetime

import pyotp

from sms_gateway.domain.secret import Secret

ISSUER = "SMS Gateway"
"""What an authenticator calls us."""

_STEP_S = 30
_DIGITS = 6


def uri(secret: Secret, login: str) -> Secret:
    """What an authenticator reads as a QR code."""
    return Secret(pyotp.TOTP(secret.value).provisioning_uri(name=login, issuer_name=ISSUER))


def matching_step(secret: Secret, code: str, now: datetime, used: int) -> int:
    """The step whose code this is, 0 where it is none.

    Args:
        secret: in Base32.
        code: as it was typed, spaces too.
        now: the one before and the one after count as well: clocks differ.
        used: the last step whose code was used; it and those before count no more.
    """
    typed = "".join(code.split())
    today, totp = int(now.timestamp()) // _STEP_S, pyotp.TOTP(secret.value)
    found = 0
    # All are compared, so that the time tells nothing.
    for step in (today - 1, today, today + 1):
        right = hmac.compare_digest(
            totp.generate_otp(step).encode(), typed.encode("utf-8", "replace")
        )
        if right and len(typed) == _DIGITS and step > used:
            found = step
    return found
