"""The sums that telcos prove calls with."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Literal

Algorithm = Literal["md5", "sha1", "sha256", "hmac-sha1", "hmac-sha256"]
Encoding = Literal["hex", "base64"]


def keyed(algorithm: Algorithm) -> bool:
    """Whether it takes a key."""
    return algorithm.startswith("hmac-")


def sum_of(algorithm: Algorithm, key: bytes, over: bytes) -> bytes:
    """The sum as octets; the key only counts in the keyed ones (RFC 2104)."""
    if keyed(algorithm):
        return hmac.digest(key, over, algorithm.removeprefix("hmac-"))
    # Telcos chose it, not us; FIPS builds of Python would refuse MD5 otherwise.
    return hashlib.new(algorithm, over, usedforsecurity=False).digest()


def written_as(encoding: Encoding) -> Callable[[bytes], str]:
    """What writes a sum: hex in small letters, or Base64 with padding."""
    if encoding == "hex":
        return bytes.hex
    return lambda octets: base64.b64encode(octets).decode()
