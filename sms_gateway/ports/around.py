"""What comes from outside the message: the clock, and the case database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sms_gateway.domain.dossier import CaseLookup
from sms_gateway.domain.ids import CanonicalKey


class Clock(Protocol):
    """Time, passed in; tests use virtual time."""

    def now(self) -> datetime:
        """The moment, in UTC with its zone."""

    def monotonic(self) -> float:
        """Seconds that never step backwards."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class CaseDirectory(Protocol):
    """A case database, read-only."""

    async def find_many(self, keys: Sequence[CanonicalKey]) -> Mapping[CanonicalKey, CaseLookup]:
        """What each key leads to; every key asked for is in the answer. Never raises."""
