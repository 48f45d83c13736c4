"""What comes from outside the message: the clock, and the case database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sms_gateway.domain.changes import Case, CaseChange
from sms_gateway.domain.dossier import CaseLookup
from sms_gateway.domain.ids import CanonicalKey, DossierId


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


class CaseFeed(Protocol):
    """What happened to dossiers, and which of them are due: what automatic messages are made of.

    All raise `CasesDownError`.
    """

    async def changes(self, after: int, limit: int, reader: str = "") -> Sequence[CaseChange]:
        """The entries behind a place in the feed, in their order; none is ever added before it.

        Args:
            after: the place.
            limit: the most.
            reader: who notes how far he came, see `handed_out`.
        """

    async def handed_out(self, reader: str) -> int | None:
        """The newest place that a reader was ever told of by these dossiers; None where none was.

        One who came further has read others: older dossiers were put in place of those.
        """

    async def head(self, reader: str = "") -> int:
        """The place of the newest entry, 0 where there is none.

        Args:
            reader: who goes on from there, and never reads what is before it, see `handed_out`.
        """

    async def cases(self, ids: Sequence[DossierId]) -> Mapping[DossierId, Case]:
        """Dossiers as they stand now; unknown ones are absent."""

    async def due(self, after: datetime, upto: datetime, past: str, limit: int) -> Sequence[Case]:
        """Dossiers in state 2 or 4 of which an appointment lies in a span, in order of their ids.

        Args:
            after: NgayHenTra or NgayHenTraMoi is later than this.
            upto: and not later than this.
            past: only ids behind this one; empty for all.
            limit: the most.
        """

    async def in_work(self, past: str, limit: int) -> Sequence[Case]:
        """The next dossiers in a state of `domain.dossier.IN_WORK`, in order of their ids.

        Args:
            past: only ids behind this one; empty for all.
            limit: the most.
        """


class CasesDownError(Exception):
    """The dossiers cannot be read now; one word for logs."""
