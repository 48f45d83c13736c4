"""Passwords: which are taken, and how they are kept."""

import asyncio
import unicodedata
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from sms_gateway.access.common_passwords import COMMON
from sms_gateway.access.values import Weakness

SHORTEST, LONGEST = 12, 256
"""Fewest and most characters of a password."""

_AT_ONCE = 2  # each takes 64 MiB and a core for about a tenth of a second
_SHORTEST_LOGIN = 3


def weakness(password: str, login: str) -> Weakness | None:
    """Why a password is not taken, or None (NIST SP 800-63B-4, 3.1.1.2).

    There are no rules of which letters it must hold: they make passwords predictable.
    """
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST:
        return Weakness.TOO_SHORT
    if len(plain) > LONGEST:
        return Weakness.TOO_LONG
    small = plain.casefold()
    if len(login) >= _SHORTEST_LOGIN and login in small:
        return Weakness.HOLDS_LOGIN
    return Weakness.COMMON if _is_common(small) else None


def _is_common(small: str) -> bool:
    """Whether it is a known one, however it is accented, spaced, repeated or followed by digits."""
    apart = unicodedata.normalize("NFD", small.replace("đ", "d"))
    bare = "".join(char for char in apart if char.isalnum())
    stem = bare.rstrip("0123456789")
    if not bare or len(set(bare)) < len("1234"):
        return True
    return any(form in COMMON or _repeats(form) for form in (bare, stem) if form)


def _repeats(form: str) -> bool:
    """Whether it is a common one again and again."""
    return any(
        form[:size] in COMMON and form == (form[:size] * (len(form) // size + 1))[: len(form)]
        for size in range(3, len(form))
    )


def _low_memory() -> PasswordHasher:
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@dataclass(slots=True)
class Passwords:
    """Hashes and verifies passwords, in threads, two at a time.

    Attributes:
        hasher: argon2id, by default with what RFC 9106, section 4, recommends second.
    """

    hasher: PasswordHasher = field(default_factory=_low_memory)
    verified: int = 0
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _dummy: str = ""

    async def hash(self, password: str) -> str:
        """The hash of a password, with its salt and parameters."""
        async with self._turns:
            return await asyncio.to_thread(self.hasher.hash, _octets(password))

    async def matches(self, kept: str, password: str) -> bool:
        """Whether a password is the kept one; takes as long where none is kept.

        Args:
            kept: its hash; empty where there is none, or no such person.
            password: as it was typed.
        """
        if not kept and not self._dummy:
            self._dummy = await self.hash("nobody's password")
        async with self._turns:
            self.verified += 1
            right = await asyncio.to_thread(self._verify, kept or self._dummy, _octets(password))
        return right and bool(kept)

    def is_outdated(self, kept: str) -> bool:
        """Whether it was hashed by other parameters than those of today."""
        return self.hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, octets: bytes) -> bool:
        try:
            return self.hasher.verify(kept, octets)
        except (VerificationError, InvalidHashError):
            return False


def _octets(password: str) -> bytes:
    # Keyboards compose Vietnamese letters differently; and nobody makes us hash a novel. A letter
    # has four parts at most.
    plain = unicodedata.normalize("NFKC", password[: 4 * (LONGEST + 1)])[: LONGEST + 1]
    return plain.encode("utf-8", "surrogatepass")
