"""What pages need of the store and of the case database, beside `Reading` and `Commands`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sms_gateway.domain.citizens import NumberFacts, NumberOrder
from sms_gateway.domain.dossier import CaseLookup, Dossier, State
from sms_gateway.domain.ids import CanonicalKey, DossierId, MessageId, NumberHash
from sms_gateway.domain.views import SavedView, ViewBack, ViewSaved
from sms_gateway.reading import MtRow


class Views(Protocol):
    """Questions about the log that people saved. All raise StoreDownError."""

    async def of(self, owner: str) -> Sequence[SavedView]:
        """What a person saved, by name."""

    async def save(self, view: SavedView) -> ViewSaved:
        """Save one, in the place of one of the same name."""

    async def delete(self, view: ViewBack) -> bool:
        """Take one of theirs away; whether it was there."""


class Numbers(Protocol):
    """One number, and what went to it. All raise StoreDownError."""

    async def decide(self, order: NumberOrder) -> None:
        """Write a decision down, audited."""

    async def facts(self, numbers: Sequence[NumberHash], since: datetime) -> NumberFacts:
        """What is known of one number by its hashes; what counts since a moment."""

    async def replies(self, texts: Sequence[MessageId]) -> Sequence[tuple[MessageId, MtRow]]:
        """What answers these texts, each with the text it answers."""

    async def pushes(
        self,
        numbers: Sequence[NumberHash],
        span: tuple[str, str],
        limit: int,
        agencies: Sequence[str] | None,
    ) -> Sequence[MtRow]:
        """What went to a number by itself, from one id up to another; newest first."""

    async def waiting(
        self,
        which: str,
        since: datetime,
        page: tuple[str, int],
        agencies: Sequence[str] | None,
    ) -> Sequence[MtRow]:
        """MTs that wait for a person: `uncertain`, `held_alone`, or `failed` since a moment."""

    async def dossier_of(self, mt_id: MessageId) -> DossierId | None:
        """The dossier that an MT tells of, or None."""

    async def about(
        self, dossier: DossierId, limit: int, agencies: Sequence[str] | None
    ) -> Sequence[MtRow]:
        """Automatic messages about a dossier, newest first."""


@dataclass(frozen=True, slots=True)
class StateStep:
    """One entry of a dossier's history.

    Attributes:
        state: the national state.
        source: who told it.
        since: when the source says it began, or None.
        learned_at: when it was learned.
    """

    state: State
    source: str
    since: datetime | None
    learned_at: datetime


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A dossier as our own copy has it.

    Attributes:
        dossier: what answers are made of.
        procedure, room, officer: as told.
        sms_allowed: automatic messages are wanted.
        history: its states, newest first.
    """

    dossier: Dossier = field(repr=False)
    procedure: str
    room: str
    officer: str
    sms_allowed: bool
    history: Sequence[StateStep]


@dataclass(frozen=True, slots=True)
class Cases:
    """What the case database says.

    Attributes:
        find_many: as `ports.CaseDirectory`: what an answer would be made of.
        files: our own copies behind a code, in any spelling; None where they cannot be read.
        seconds: so long it is waited for.
    """

    find_many: Callable[[Sequence[CanonicalKey]], Awaitable[Mapping[CanonicalKey, CaseLookup]]]
    files: Callable[[str], Awaitable[Sequence[CaseFile] | None]]
    seconds: float
