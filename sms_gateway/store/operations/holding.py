"""Legal holds: what is not purged whatever its age. Each one leaves one row in the audit."""

from collections.abc import Sequence

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.retention import (
    HOLD_ACT,
    RELEASE_ACT,
    HeldBefore,
    HoldKind,
    LegalHold,
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
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Statements


async def hold(db: Statements, orders: Sequence[LegalHoldOrder]) -> Sequence[LegalHoldResult]:
    """Hold things back from the purge."""
    return [await _hold(db, order) for order in orders]


async def release(db: Statements, orders: Sequence[LiftOrder]) -> Sequence[LiftResult]:
    """Let them go."""
    return [await _release(db, order) for order in orders]


async def holds(db: Statements) -> Sequence[LegalHold]:
    """All that is held, the oldest first."""
    return [
        LegalHold(HoldKind(kind), value, moment(at), by, reason)
        for kind, value, reason, at, by in await db.rows("holds")
    ]


async def _hold(db: Statements, order: LegalHoldOrder) -> LegalHoldResult:
    value = order.value
    if order.kind is HoldKind.MESSAGE:
        found = await db.row("hold_subject", {"id": value})
        if found is None:
            return NothingToHold()
        value, purged = found
        if purged is not None:
            return PurgedBefore(MessageId(value), moment(purged))
    values = {
        "kind": order.kind.value,
        "value": value,
        "reason": order.reason,
        "at": ms(order.at),
        "by": order.by,
    }
    if not await db.change("hold_add", values):
        return HeldBefore(value)
    await audit(db, order.at, order.by, HOLD_ACT, _subject(order.kind, value), order.reason)
    return LegallyHeld(order.kind, value)


async def _release(db: Statements, order: LiftOrder) -> LiftResult:
    value = order.value
    if order.kind is HoldKind.MESSAGE and (found := await db.row("hold_subject", {"id": value})):
        value = found[0]
    if not await db.change("hold_remove", {"kind": order.kind.value, "value": value}):
        return NotHeld()
    await audit(db, order.at, order.by, RELEASE_ACT, _subject(order.kind, value))
    return Lifted(order.kind, value)


def _subject(kind: HoldKind, value: str) -> str:
    # A message's own id: then it stands in the message's timeline.
    return value if kind is HoldKind.MESSAGE else f"{kind} {value}"
