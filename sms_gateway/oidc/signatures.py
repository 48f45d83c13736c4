"""Whether an ID token was signed by the provider. Needs the extra `oidc`."""

import base64
import binascii
import warnings
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from sms_gateway.oidc.values import Refusal

MAX_TOKEN: Final = 16 * 1024
"""Longest ID token, in characters."""

_TYPES: Final[Mapping[str, str]] = {
    "RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP",
}  # fmt: skip
_LEAST_BITS: Final = 2048

Jwk = Mapping[str, object]
"""A key as RFC 7517 writes it."""


def keys_of(said: Mapping[str, object]) -> Sequence[Jwk] | Refusal:
    """The keys of a JWK set."""
    keys = said.get("keys")
    if not isinstance(keys, list):
        return Refusal.ODD_ANSWER
    return [one for one in keys if isinstance(one, dict)]


def header(token: object, algorithms: Sequence[str]) -> tuple[str, str] | Refusal:
    """The algorithm and the name of the key that a token claims, of those that are allowed.

    Args:
        token: as it came.
        algorithms: allowed ones.

    Returns:
        the name is empty where it has none.
    """
    # Here, because the package is an extra; the start has seen that it is there.
    from joserfc.errors import JoseError  # noqa: PLC0415  # an extra
    from joserfc.jws import extract_compact  # noqa: PLC0415  # an extra

    if not isinstance(token, str) or len(token) > MAX_TOKEN or not token.isascii():
        return Refusal.MALFORMED
    try:
        claimed = extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        return Refusal.MALFORMED
    algorithm, kid = claimed.get("alg"), claimed.get("kid", "")
    if algorithm not in algorithms or algorithm not in _TYPES:
        return Refusal.ALGORITHM
    return (str(algorithm), kid) if isinstance(kid, str) else Refusal.MALFORMED


def fitting(keys: Sequence[Jwk], algorithm: str, kid: str) -> Jwk | None:
    """The key of a name for that algorithm; without a name only where there is no choice."""
    found = [
        one
        for one in keys
        if one.get("kty") == _TYPES[algorithm]
        and one.get("use", "sig") == "sig"
        and one.get("alg", algorithm) == algorithm
        and (not kid or one.get("kid") == kid)
    ]
    return found[0] if len(found) == 1 else None


def claims(token: str, key: Jwk, algorithm: str) -> Mapping[str, object] | Refusal:
    """What a token says, where that key signed it.

    Args:
        token: whose header was read.
        key: of the provider.
        algorithm: the one that is allowed.
    """
    from joserfc.errors import JoseError, SecurityWarning  # noqa: PLC0415  # an extra
    from joserfc.jwk import import_key  # noqa: PLC0415  # an extra
    from joserfc.jws import JWSRegistry, deserialize_compact  # noqa: PLC0415  # an extra

    if key.get("kty") == "RSA" and _bits(key.get("n")) < _LEAST_BITS:
        return Refusal.UNKNOWN_KEY
    try:
        with warnings.catch_warnings():
            # Of the name `EdDSA`, which many providers still use.
            warnings.simplefilter("ignore", SecurityWarning)
            public = import_key(dict(key))  # type: ignore[arg-type]  # it looks itself what it is
            registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
            signed = deserialize_compact(token, public, [algorithm], registry)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return Refusal.SIGNATURE
    try:
        said = msgspec.json.decode(signed.payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Refusal.MALFORMED
    return said if isinstance(said, dict) else Refusal.MALFORMED


def _bits(modulus: object) -> int:
    try:
        octets = base64.urlsafe_b64decode(f"{modulus}===")
    except (binascii.Error, ValueError):
        return 0
    return int.from_bytes(octets, "big").bit_length()
