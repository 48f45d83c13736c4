"""Our own copy of somebody else's dossiers, as the rooms that fill and read it see it."""

import enum
from collections.abc import Mapping, Sequence
from typing import Protocol

from sms_gateway.cases.embedded.rows import Row
from sms_gateway.domain.dossier import CaseLookup
from sms_gateway.domain.ids import CanonicalKey


class Copy(Protocol):
    """What `EmbeddedDirectory` offers them."""

    async def find_many(self, keys: Sequence[CanonicalKey]) -> Mapping[CanonicalKey, CaseLookup]:
        """See `ports.CaseDirectory`."""

    async def learn(
        self, items: Sequence[Row], source: str, cursor: tuple[str, str] | None = None
    ) -> Sequence[enum.Enum]:
        """Take dossiers as they are now, and how far they were read. Raises CaseTablesError."""

    async def cursor(self, name: str) -> str:
        """How far they were read; empty at first. Raises CaseTablesError."""
