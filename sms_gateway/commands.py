"""What console, CLI and API may change: one act, one transaction, one audit row.

Every act says who did it. Where an act reaches beyond the store (an import writes another file),
its audit row is written first, so that nothing is ever changed without one.
"""

import difflib
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sms_gateway.domain.ids import DoorName

T = TypeVar("T")

IMPORT_ACT = "cases.import"
"""The word of an import in the audit."""

_MAX_ACTOR = 80
_MAX_FILE = 120
_MAX_SHOWN_DOOR = 40


class CommandError(Exception):
    """The act was not done; the message is one line for people: what is wrong and what to do."""


class UnknownDoorError(CommandError):
    """No door of that name is configured."""


class Changes(Protocol):
    """What of the store is changed here; both are audited in their own transaction."""

    async def set_paused(self, door: DoorName, at: datetime, by: str, *, paused: bool) -> None:
        """Pause or resume sending through a door. Raises StoreDownError."""

    async def note_audit(self, at: datetime, by: str, act: str, subject: str, detail: str) -> None:
        """Write one audit row. Raises StoreDownError."""


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What is to be imported into the case directory.

    Attributes:
        file: name of the file, without folders.
        rows: how many dossiers it holds.
        replace: dossiers that it lacks are removed.
    """

    file: str
    rows: int
    replace: bool


class Commands:
    """The acts.

    Args:
        store: where they are written down.
        doors: the configured ones.
        now: clock.
        woken: called with a door whose queue may move again.
    """

    def __init__(
        self,
        store: Changes,
        doors: Collection[DoorName],
        now: Callable[[], datetime],
        woken: Callable[[DoorName], None],
    ) -> None:
        self._store = store
        self._doors = doors
        self._now = now
        self._woken = woken

    async def set_paused(self, name: str, by: str, *, paused: bool) -> DoorName:
        """Pause sending through a door, or let it go on; doing it twice changes nothing more.

        Args:
            name: of the door.
            by: who does it, see `actor`.
            paused: pause, else resume.

        Raises:
            UnknownDoorError: there is no such door.
            StoreDownError: it could not be written down.
        """
        door = known_door(name, self._doors)
        await self._store.set_paused(door, self._now(), by, paused=paused)
        self._woken(door)
        return door

    async def import_cases(
        self, order: ImportOrder, by: str, load: Callable[[], Awaitable[T]]
    ) -> T:
        """Import dossiers: audited first, then done.

        Args:
            order: what.
            by: who does it, see `actor`.
            load: does it.

        Raises:
            StoreDownError: it could not be audited, so it was not begun.
            whatever `load` raises.
        """
        detail = f"rows={order.rows} replace={'yes' if order.replace else 'no'}"
        file = order.file[-_MAX_FILE:]
        await self._store.note_audit(self._now(), by, IMPORT_ACT, file, detail)
        return await load()


def actor(os_user: str) -> str:
    """Who did it, as the audit names a person at the command line: `os:alice`."""
    return f"os:{os_user[:_MAX_ACTOR]}"


def known_door(name: str, doors: Collection[DoorName]) -> DoorName:
    """The configured door of that name.

    Raises:
        UnknownDoorError: there is none; names the nearest one.
    """
    if name in doors:
        return DoorName(name)
    shown = repr(name[:_MAX_SHOWN_DOOR])
    near = difflib.get_close_matches(name, doors, n=1)
    if near:
        message = f"no door is called {shown}: did you mean {near[0]}?"
    elif doors:
        message = f"no door is called {shown}: the doors are {', '.join(sorted(doors))}"
    else:
        message = f"no door is called {shown}: none is configured"
    raise UnknownDoorError(message)
