"""Keyed hashes: rows of a citizen are found without keeping the number in every table."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sms_gateway.domain.audit_chain import Seal
from sms_gateway.domain.ids import NumberHash
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.secret import Secret

_ID_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Hasher:
    """Hashes with a secret key; without the key nobody can try all numbers.

    What is written is hashed by one key. What is looked for may have been written by an older one,
    before the keys were rotated.

    Attributes:
        key: 32 random octets as hex, from a file outside the database and its backups.
        older: keys that it was before, the newest first.
    """

    key: Secret
    older: tuple[Secret, ...] = ()

    def number(self, address: Address) -> NumberHash:
        """The hash under which an address is kept, 32 hex digits."""
        return NumberHash(self._hash(b"number", address.value))

    def receipt_secret(self, token: str) -> str:
        """The hash of the second secret printed on a receipt, 32 hex digits."""
        return self._hash(b"receipt", token)

    def sign_in(self, what: str) -> str:
        """The hash under which attempts to sign in are counted, 32 hex digits."""
        return self._hash(b"sign-in", what)

    def numbers(self, address: Address) -> Sequence[NumberHash]:
        """The hashes under which an address may be found; the one of today is the first."""
        return [one.number(address) for one in self.each()]

    def rotated(self, address: Address) -> Sequence[NumberHash]:
        """The same where keys were rotated; else nothing, for one hash is all there is."""
        return self.numbers(address) if self.older else ()

    def receipt_secrets(self, token: str) -> Sequence[str]:
        """The hashes that the second secret printed on a receipt may have."""
        return [one.receipt_secret(token) for one in self.each()]

    def each(self) -> "Sequence[Hasher]":
        """One for each key; the one of today is the first."""
        return [Hasher(key) for key in (self.key, *self.older)]

    @property
    def key_id(self) -> str:
        """Which key this is, 8 hex digits; they tell nothing of the key itself."""
        return self._hash(b"key-id", "")[:_ID_DIGITS]

    @property
    def seals(self) -> tuple[Seal, ...]:
        """What anchors of the audit are signed with; that of the key of today is the first."""
        return tuple(one.seal for one in self.each())

    @property
    def seal(self) -> Seal:
        """That of the key of today."""
        return Seal(self.key_id, self._hash(b"audit-seal", ""))

    def _hash(self, purpose: bytes, value: str) -> str:
        state = _begun(self.key.value, purpose).copy()
        state.update(value.encode("utf-8", "surrogatepass"))
        return state.hexdigest()


@functools.lru_cache(maxsize=32)  # few keys serve the process; kept as the secrets themselves are
def _begun(key: str, purpose: bytes) -> blake2b:
    """A hash that has taken in its key: a copy of it costs less than another one."""
    return blake2b(digest_size=16, key=bytes.fromhex(key), person=purpose)


_UNKEYED = blake2b(digest_size=16)
_SIZES = tuple(size.to_bytes(4, "big") for size in range(256))


def content_hash(*parts: str) -> str:
    """Unkeyed hash of some strings, 32 hex digits; where one ends and the next begins counts."""
    pieces: list[bytes] = []
    for part in parts:
        octets = part.encode("utf-8", "surrogatepass")
        size = len(octets)
        pieces.append(_SIZES[size] if size < len(_SIZES) else size.to_bytes(4, "big"))
        pieces.append(octets)
    state = _UNKEYED.copy()
    state.update(b"".join(pieces))
    return state.hexdigest()
