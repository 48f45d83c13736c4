"""What console, CLI and API may change: one act, one transaction, one audit row.

Every act says who did it. Where an act reaches beyond the store (an import writes another file),
its audit row is written first, so that nothing is ever changed without one.
"""

import difflib
import enum
import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar, assert_never

from sms_gateway.domain.acts import (
    ALARM_TEST_ACT,
    IMPORT_ACT,
    CannotSend,
    Handled,
    HandledBefore,
    HandleOrder,
    HandleResult,
    InBatch,
    NoReply,
    NoSuchMessage,
    NotOpen,
    NotParked,
    NotSettled,
    SettleAs,
    Settled,
    SettleOrder,
    SettleResult,
    TooOld,
)
from sms_gateway.domain.calendar import DayKind
from sms_gateway.domain.calendar_days import FIRST_YEAR, LAST_YEAR, DayBack, DayNotSet, DayOrder
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.restores import Released, ReleaseOrder, ReleaseResult
from sms_gateway.domain.visible import visible

T = TypeVar("T")

MAX_NOTE = 200
"""Longest note of staff, in characters."""

NOTHING_HELD = "no restore holds anything back; to let a paused door send, name it"

_MAX_ACTOR = 80
_MAX_FILE = 120
_MAX_SHOWN_DOOR = 40
_ID = re.compile(r"[0-9a-f-]{36}")
_NO_SUCH_MESSAGE = "no message has that id: give all of it, as sms-gateway messages shows it"


class CommandError(Exception):
    """The act was not done; the message is one line for people: what is wrong and what to do.

    Args:
        message: the line.
        reason: the same for who says it in other words; None where only the line tells.
    """

    def __init__(self, message: str, reason: enum.Enum | None = None) -> None:
        super().__init__(message)
        self.reason = reason


class NoteTooLong(enum.Enum):
    """Why a note is not taken."""

    NOTE = "note"


class UnknownDoorError(CommandError):
    """No door of that name is configured."""


class Changes(Protocol):
    """What of the store is changed here; each is audited in its own transaction."""

    async def set_paused(self, door: DoorName, at: datetime, by: str, *, paused: bool) -> None:
        """Pause or resume sending through a door. Raises StoreDownError."""

    async def note_audit(self, at: datetime, by: str, act: str, subject: str, detail: str) -> None:
        """Write one audit row. Raises StoreDownError."""

    async def settle_by_hand(self, order: SettleOrder) -> SettleResult:
        """Settle an uncertain or held reply. Raises StoreDownError."""

    async def handle(self, order: HandleOrder) -> HandleResult:
        """Note that a parked text was handled. Raises StoreDownError."""

    async def release_restored(self, order: ReleaseOrder) -> ReleaseResult:
        """Let go what a restored copy holds back. Raises StoreDownError."""


class DayStore(Protocol):
    """Where days are written down; each is audited in its own transaction."""

    async def set_day(self, order: DayOrder) -> None:
        """Write one down. Raises StoreDownError."""

    async def unset_day(self, order: DayBack) -> bool:
        """Take it away; whether it was there. Raises StoreDownError."""


@dataclass(frozen=True, slots=True)
class DayCommands:
    """The acts on the calendar.

    Attributes:
        store: where they are written down.
        now: clock.
    """

    store: DayStore
    now: Callable[[], datetime]

    async def set_day(self, day: date, kind: DayKind, note: str, by: str) -> None:
        """Say how a day differs from the week; it goes before `calendar.toml`.

        Args:
            day: which.
            kind: how.
            note: why, see `checked_note`.
            by: who, see `actor`.

        Raises:
            CommandError: it cannot be written down; says why.
            StoreDownError: it could not be written down.
        """
        order = DayOrder(_checked_day(day), kind, checked_note(note), self.now(), by)
        await self.store.set_day(order)

    async def unset_day(self, day: date, by: str) -> None:
        """Let `calendar.toml` speak of this day again.

        Raises:
            CommandError: nobody wrote this day down.
            StoreDownError: it could not be written down.
        """
        if not await self.store.unset_day(DayBack(_checked_day(day), self.now(), by)):
            message = f"{day} was not set: sms-gateway calendar show lists the days that were"
            raise CommandError(message, DayNotSet.NOT_SET)


def _checked_day(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        message = f"days from {FIRST_YEAR} to {LAST_YEAR} can be set"
        raise CommandError(message, DayNotSet.YEAR)
    return day


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
        senders: those of the doors that can send.
    """

    def __init__(
        self,
        store: Changes,
        doors: Collection[DoorName],
        now: Callable[[], datetime],
        woken: Callable[[DoorName], None],
        senders: Collection[DoorName] = (),
    ) -> None:
        self._store = store
        self._doors = doors
        self._now = now
        self._woken = woken
        self._senders = frozenset(senders)

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

    async def settle(self, name: str, settle_as: SettleAs, by: str) -> Settled:
        """Say what became of a reply that is uncertain or held.

        Args:
            name: id of the reply, or of the text it answers.
            settle_as: what a person says.
            by: who, see `actor`.

        Raises:
            CommandError: it cannot be settled so; says why.
            StoreDownError: it could not be written down.
        """
        order = SettleOrder(checked_id(name), settle_as, self._now(), by, self._senders)
        result = await self._store.settle_by_hand(order)
        if not isinstance(result, Settled):
            raise CommandError(self._not_settled(result))
        if result.state is MtState.QUEUED:
            self._woken(result.door)
        return result

    async def handle(self, name: str, note: str, by: str) -> Handled:
        """Note that a person did what there was to do about a parked text.

        Args:
            name: id of the text, or of its reply.
            note: what was done; may be empty, see `checked_note`.
            by: who, see `actor`.

        Raises:
            CommandError: it is not parked, or was handled before; says so.
            StoreDownError: it could not be written down.
        """
        order = HandleOrder(checked_id(name), self._now(), by, checked_note(note))
        result = await self._store.handle(order)
        if not isinstance(result, Handled):
            raise CommandError(_not_handled(result))
        return result

    async def release(self, by: str) -> Released:
        """Let go what a restored copy holds back.

        Args:
            by: who, see `actor`.

        Raises:
            CommandError: nothing is held back.
            StoreDownError: it could not be written down.
        """
        result = await self._store.release_restored(ReleaseOrder(self._now(), by))
        if not isinstance(result, Released):
            raise CommandError(NOTHING_HELD)
        for door in result.doors:
            self._woken(door)
        return result

    def _not_settled(self, why: NotSettled) -> str:
        match why:
            case NoSuchMessage():
                return _NO_SUCH_MESSAGE
            case NoReply(message):
                return f"the text {message} has no reply to be settled"
            case NotOpen(reply, state):
                only = "only what is uncertain or held is settled by hand"
                return f"the reply {reply} is {state}: {only}"
            case InBatch(reply):
                return f"{reply} belongs to a held batch: see sms-gateway notices held"
            case TooOld(reply):
                end = "call the citizen, settle it as failed"
                return f"the reply {reply} is no longer valid: {end}"
            case CannotSend(reply, door):
                what = "cannot send" if door in self._doors else "is not configured any more"
                return f"door {door} {what}: call the citizen, then settle {reply} as failed"
            case _:
                assert_never(why)

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

    async def test_alarms(self, by: str, send: Callable[[], Awaitable[T]]) -> T:
        """Send a test to the people on call: audited first, then done.

        Args:
            by: who does it, see `actor`.
            send: does it.

        Raises:
            StoreDownError: it could not be audited, so it was not begun.
            whatever `send` raises.
        """
        await self._store.note_audit(self._now(), by, ALARM_TEST_ACT, "", "")
        return await send()


def checked_note(text: str) -> str:
    """A note as it is written down: one line, text that can be stored, nothing that is not seen.

    Raises:
        CommandError: it is too long.
    """
    if len(note := " ".join(visible(text.encode(errors="replace").decode()).split())) > MAX_NOTE:
        message = f"the note has {len(note)} characters: {MAX_NOTE} are the most"
        raise CommandError(message, NoteTooLong.NOTE)
    return note


def checked_id(text: str) -> MessageId:
    """An id as people give it.

    Raises:
        CommandError: it is none of ours.
    """
    name = text.strip().lower()
    if not _ID.fullmatch(name):
        raise CommandError(_NO_SUCH_MESSAGE)
    return MessageId(name)


def _not_handled(why: NoSuchMessage | NotParked | HandledBefore) -> str:
    match why:
        case NoSuchMessage():
            return _NO_SUCH_MESSAGE
        case NotParked(message, outcome):
            return f"the text {message} is {outcome or 'unanswered'}: only parked ones are handled"
        case HandledBefore(message):
            return f"the text {message} was handled before: see sms-gateway message {message}"
        case _:
            assert_never(why)


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
