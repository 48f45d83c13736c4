"""Legal holds: a person says what the purge must leave alone, and why."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, assert_never

from sms_gateway.commands import CommandError, checked_id, checked_note
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.retention import (
    HeldBefore,
    HoldKind,
    LegalHoldOrder,
    LegalHoldResult,
    LegallyHeld,
    Lifted,
    LiftOrder,
    LiftResult,
    NotHeld,
    NothingToHold,
    PurgedBefore,
)

_HASH = re.compile(r"[0-9a-f]{32}")
_LONGEST_CODE = 64


class HoldStore(Protocol):
    """Where holds are written down. Each raises StoreDownError."""

    async def hold(self, order: LegalHoldOrder) -> LegalHoldResult:
        """Hold something back, audited."""

    async def release(self, order: LiftOrder) -> LiftResult:
        """Let it go, audited."""


class Holds:
    """The acts.

    Args:
        store: see there.
        now: clock.
    """

    def __init__(self, store: HoldStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def add(self, kind: HoldKind, value: str, reason: str, by: str) -> LegallyHeld:
        """Hold something back from the purge.

        Args:
            kind: of what.
            value: what; a number by its keyed hash.
            reason: why; not empty, see `checked_note`.
            by: who, see `commands.actor`.

        Raises:
            CommandError: it cannot be held; says why.
            StoreDownError: it could not be written down.
        """
        why = checked_note(reason)
        if not why:
            message = "say why it is held: --reason, in one line"
            raise CommandError(message)
        result = await self._store.hold(
            LegalHoldOrder(kind, _checked(kind, value), self._now(), by, why)
        )
        if not isinstance(result, LegallyHeld):
            raise CommandError(_not_held_back(result))
        return result

    async def remove(self, kind: HoldKind, value: str, by: str) -> Lifted:
        """Let it go: the next purge takes what is old enough.

        Raises:
            CommandError: it is not held.
            StoreDownError: it could not be written down.
        """
        order = LiftOrder(kind, _checked(kind, value), self._now(), by)
        result = await self._store.release(order)
        match result:
            case Lifted():
                return result
            case NotHeld():
                message = "that is not held: sms-gateway hold list shows all that is"
                raise CommandError(message)
            case _:
                assert_never(result)


def _checked(kind: HoldKind, value: str) -> str:
    match kind:
        case HoldKind.CODE:
            key = canonical_key(value[:_LONGEST_CODE])
            if not key:
                message = "no dossier has such a code: write it as 170703-0001"
                raise CommandError(message)
            return key
        case HoldKind.NUMBER:
            if not _HASH.fullmatch(value):
                message = "no hash of a number: give the number itself with --phone"
                raise CommandError(message)
            return value
        case HoldKind.MESSAGE:
            return checked_id(value)
        case _:
            assert_never(kind)


def _not_held_back(why: HeldBefore | NothingToHold | PurgedBefore) -> str:
    match why:
        case HeldBefore():
            return "that is held already: sms-gateway hold list shows by whom and why"
        case NothingToHold():
            return "no message has that id: give all of it, as sms-gateway messages shows it"
        case PurgedBefore(message, at):
            return f"the content of {message} was purged on {at.date()}: nothing is left to hold"
        case _:
            assert_never(why)
