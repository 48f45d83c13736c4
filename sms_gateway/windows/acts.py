"""What staff do about windows: write one down, end it, say that it is announced, give causes."""

import enum
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sms_gateway.commands import CommandError, checked_note
from sms_gateway.domain.dossier import MAX_CODE
from sms_gateway.domain.ids import DossierId, WindowId
from sms_gateway.domain.windows import (
    EndResult,
    GivenCause,
    IncidentWindow,
    WindowAnnounced,
    WindowEnd,
)

MAX_DOCUMENT = 60
"""Longest number of a document, in characters."""

MOST_CAUSES = 20
"""Dossiers that are given a cause in one commit; so many codes fit into one short command."""

NO_SUCH_WINDOW = "no window has that id: sms-gateway windows list shows them"


class NotDone(enum.Enum):
    """Why nothing became of an act."""

    UNKNOWN = "unknown"
    NO_WORDS = "no words"
    LONG_DOCUMENT = "long document"
    ENDS_FIRST = "ends first"
    OPEN_PLAN = "open plan"
    BEFORE_IT_BEGINS = "before it begins"
    NO_ONE_CAUSE = "no one cause"
    DOSSIERS = "dossiers"


class WindowStore(Protocol):
    """Where windows are written down; each is audited in its own transaction."""

    async def windows(self) -> Sequence[IncidentWindow]:
        """All of them. Raises StoreDownError."""

    async def add(self, window: IncidentWindow) -> None:
        """Write one down. Raises StoreDownError."""

    async def end(self, order: WindowEnd) -> EndResult:
        """End one. Raises StoreDownError."""

    async def announced(self, told: WindowAnnounced) -> bool:
        """Note that citizens were told. Raises StoreDownError."""

    async def give(self, given: Sequence[GivenCause]) -> None:
        """Give causes. Raises StoreDownError."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A window as staff write it down; see `domain.windows.IncidentWindow`."""

    starts_at: datetime
    ends_at: datetime | None
    cause: str
    document: str
    planned: bool
    stops: bool


async def _nobody_looks() -> None:
    """Nothing answers texts here."""


@dataclass(frozen=True, slots=True)
class WindowActs:
    """The acts. All raise StoreDownError.

    Attributes:
        store: where they are written down.
        now: clock.
        new_id: makes ids.
        changed: called after each, so that replies know at once.
    """

    store: WindowStore
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    changed: Callable[[], Awaitable[None]] = _nobody_looks

    async def add(self, wanted: Wanted, by: str) -> WindowId:
        """Write a window down; its id.

        Raises:
            CommandError: it has no cause, or ends before it begins, or is planned without an end.
        """
        cause, document = _said(wanted.cause, "cause"), checked_note(wanted.document)
        if len(document) > MAX_DOCUMENT:
            message = f"the number of a document has at most {MAX_DOCUMENT} characters"
            raise CommandError(message, NotDone.LONG_DOCUMENT)
        if wanted.ends_at is not None and wanted.ends_at <= wanted.starts_at:
            message = "a window ends after it begins: look at --from and --to"
            raise CommandError(message, NotDone.ENDS_FIRST)
        if wanted.planned and wanted.ends_at is None:
            message = "citizens are told until when a planned outage is expected to last: add --to"
            raise CommandError(message, NotDone.OPEN_PLAN)
        window = IncidentWindow(
            WindowId(self.new_id()), wanted.starts_at, wanted.ends_at, cause, document,
            planned=wanted.planned, stops=wanted.stops, made_at=self.now(), by=by,
        )  # fmt: skip
        await self.store.add(window)
        await self.changed()
        return window.id

    async def end(self, window: str, ends_at: datetime | None, by: str) -> datetime | None:
        """End a window now, or at a moment; when it ends.

        Raises:
            CommandError: there is none, or it would end before it begins.
        """
        result = await self.store.end(WindowEnd(WindowId(window), ends_at, self.now(), by))
        if result is EndResult.UNKNOWN:
            raise CommandError(NO_SUCH_WINDOW, NotDone.UNKNOWN)
        if result is EndResult.BEFORE_IT_BEGINS:
            message = "it begins later: to call a window off, end it without --at"
            raise CommandError(message, NotDone.BEFORE_IT_BEGINS)
        await self.changed()
        return (await self.find(window)).ends_at

    async def announced(self, window: str, where: str, by: str) -> None:
        """Note that citizens were told of a window, and how. Raises CommandError."""
        told = WindowAnnounced(WindowId(window), _said(where, "way"), self.now(), by)
        if not await self.store.announced(told):
            raise CommandError(NO_SUCH_WINDOW, NotDone.UNKNOWN)
        await self.changed()

    async def give(
        self, dossiers: Sequence[str], window: str, cause: str, note: str, by: str
    ) -> int:
        """Give dossiers a cause, a window or words; how many.

        Raises:
            CommandError: neither or both are named, or too many dossiers, or no such window.
        """
        words = checked_note(cause)
        if bool(window) == bool(words):
            message = "a cause is a window or words: give --window or --cause"
            raise CommandError(message, NotDone.NO_ONE_CAUSE)
        if window:
            await self.find(window)
        if not 0 < len(dossiers) <= MOST_CAUSES or not all(
            0 < len(one) <= MAX_CODE for one in dossiers
        ):
            message = f"causes are given to 1 to {MOST_CAUSES} dossiers at a time, by their codes"
            raise CommandError(message, NotDone.DOSSIERS)
        at, told = self.now(), checked_note(note)
        by_window = WindowId(window) if window else None
        given = [
            GivenCause(DossierId(one), by_window, words, told, at, by)
            for one in dict.fromkeys(dossiers)
        ]
        await self.store.give(given)
        return len(given)

    async def find(self, window: str) -> IncidentWindow:
        """The window of that id. Raises CommandError."""
        for one in await self.store.windows():
            if one.id == window:
                return one
        raise CommandError(NO_SUCH_WINDOW, NotDone.UNKNOWN)


def _said(text: str, what: str) -> str:
    words = checked_note(text)
    if not words:
        message = f"the {what} is missing: say it in a few words"
        raise CommandError(message, NotDone.NO_WORDS)
    return words
