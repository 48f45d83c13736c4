"""What a case database of somebody else's offers us, whatever it is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sms_gateway.cases.embedded.rows import Record
from sms_gateway.domain.ids import CanonicalKey


@dataclass(frozen=True, slots=True)
class Told:
    """What it knows.

    Attributes:
        records: dossiers as named texts, read by the same rules as the lines of a file.
        cursor: where to go on asking for changes; empty where nothing was asked of them.
        more: there are more changes behind the cursor already.
        lost: numbers of which it could not tell all, each with the reason, as in `Away`.
    """

    records: Sequence[Record]
    cursor: str = ""
    more: bool = False
    lost: Mapping[CanonicalKey, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Away:
    """It could not say.

    Attributes:
        reason: one word for logs, metrics and `Unavailable`: `timeout`, `refused`, `broken` ...
        sentence: for the operator, one line, without secrets and without anything of a dossier.
    """

    reason: str
    sentence: str


class Remote(Protocol):
    """A case database, read only. Its methods never raise, and end within the time-out."""

    async def find(self, keys: Sequence[CanonicalKey]) -> Told | Away:
        """The dossiers that have any of these numbers; a number may lead to several of them.

        Away where it could tell of none of them; see `Told.lost` for some, and for all where it
        answered a question for nobody's number.
        """

    async def changed(self, cursor: str, limit: int) -> Told | Away:
        """Dossiers that changed behind a cursor, oldest change first, at least once each.

        Args:
            cursor: of the answer before; empty to begin with the present.
            limit: the most.
        """

    async def close(self) -> None:
        """Give back what it holds."""
