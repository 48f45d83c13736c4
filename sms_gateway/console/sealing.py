"""What a browser carries for us and cannot change."""

import base64
import binascii
import hmac
from collections.abc import Sequence

import msgspec

from sms_gateway.domain.numbers import Hasher


def sealed(hasher: Hasher, purpose: str, fields: Sequence[str]) -> str:
    """Texts in one word of letters that stand in a cookie; not hidden, but sealed.

    Args:
        hasher: whose key seals them.
        purpose: what is sealed for one thing opens for no other.
        fields: the texts.
    """
    octets = msgspec.json.encode(list(fields))
    body = base64.urlsafe_b64encode(octets).decode().rstrip("=")
    return f"{body}.{_seal(hasher, purpose, body)}"


def unsealed(hasher: Hasher, purpose: str, value: str, count: int) -> Sequence[str] | None:
    """The texts, so many; None where we did not seal them for that."""
    body, _, seal = value.partition(".")
    right = _seal(hasher, purpose, body).encode()
    if not hmac.compare_digest(right, seal.encode("utf-8", "surrogatepass")):
        return None
    try:
        octets = base64.urlsafe_b64decode(f"{body}{'=' * (-len(body) % 4)}")
        fields = msgspec.json.decode(octets, type=list[str])
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None
    return fields if len(fields) == count else None


def _seal(hasher: Hasher, purpose: str, body: str) -> str:
    return hasher.sign_in(f"seal {purpose} {body}")
