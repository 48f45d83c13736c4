"""What staff end by hand. Each function is part of one commit, and leaves one row in the audit."""

from collections.abc import Sequence
from types import MappingProxyType

from sms_gateway.domain.acts import (
    ANSWER_ACT,
    ANSWERS_WITHIN,
    HANDLE_ACT,
    MOST_ANSWERS,
    SEND_ACT,
    SETTLE_ACT,
    AnsweredBefore,
    AnswerOrder,
    AnswerQueued,
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
    Purged,
    SendOrder,
    SettleAs,
    Settled,
    SettleOrder,
    SettleResult,
    TooMany,
    TooOld,
)
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.outcome import Billing, MtState, Outcome
from sms_gateway.store.operations.outbox import FINAL_WITHOUT_REPLY, audit
from sms_gateway.store.operations.webhooks import note_answered
from sms_gateway.store.rows import ms
from sms_gateway.store.statements import Row, Statements

_OPEN = (MtState.UNCERTAIN, MtState.HELD)
_BATCHED = (MtKind.NOTICE, MtKind.SURVEY)
# Held by the machine, each for itself: a restore, or a text that only a newer version reads.
_ALONE = ("restored", "restored_sending", "unreadable")
_LANDS = MappingProxyType({
    SettleAs.ACCEPTED: MtState.ACCEPTED,
    SettleAs.FAILED: MtState.FAILED,
    SettleAs.AGAIN: MtState.QUEUED,
})  # fmt: skip


async def settle_by_hand(db: Statements, orders: Sequence[SettleOrder]) -> Sequence[SettleResult]:
    """Settle uncertain and held MTs as a person says."""
    return [await _settle(db, order) for order in orders]


async def send_by_hand(db: Statements, orders: Sequence[SendOrder]) -> Sequence[None]:
    """Queue texts that people send by hand."""
    for order in orders:
        await db.many("mt_insert", [_manual(order)])
        await audit(db, order.at, order.by, SEND_ACT, order.id, order.door)
    return [None] * len(orders)


async def answer_by_hand(
    db: Statements, orders: Sequence[AnswerOrder]
) -> Sequence[AnswerQueued | AnsweredBefore | NoSuchMessage | Purged | TooMany]:
    """Queue answers that people wrote; a parked text waits for nobody any more."""
    return [await _answer(db, order) for order in orders]


async def handle(db: Statements, orders: Sequence[HandleOrder]) -> Sequence[HandleResult]:
    """Note that parked MOs were handled."""
    return [await _handle(db, order) for order in orders]


async def _settle(db: Statements, order: SettleOrder) -> SettleResult:
    mt = await db.row("staff_mt", {"id": order.id})
    if mt is None:
        mo = await db.row("staff_mo", {"id": order.id})
        return NoSuchMessage() if mo is None else NoReply(MessageId(mo[0]))
    if refusal := _refusal(mt, order):
        return refusal
    mt_id, mo_id, kind, door, was, why, _valid_until = mt
    state = _LANDS[order.settle_as]
    values = {"id": mt_id, "state": state, "at": ms(order.at)}
    await db.change("mt_settle_by_hand", values)
    answers = kind == MtKind.REPLY and mo_id is not None
    if answers and state is MtState.FAILED:
        values = {"id": mo_id, "reason": FINAL_WITHOUT_REPLY[state]}
        await db.change("mo_park_by_hand", values)
    elif answers:
        await db.change("mo_unpark_by_hand", {"id": mo_id})
    detail = f"as={order.settle_as} was={was}{':' if why else ''}{why}"
    await audit(db, order.at, order.by, SETTLE_ACT, mt_id, detail)
    message = None if mo_id is None else MessageId(mo_id)
    parked = answers and state is MtState.FAILED
    return Settled(MessageId(mt_id), message, DoorName(door), state, parked)


def _refusal(mt: Row, order: SettleOrder) -> NotOpen | InBatch | TooOld | CannotSend | None:
    mt_id, _mo_id, kind, door, state, why, valid_until = mt
    if MtState(state) not in _OPEN:
        return NotOpen(MessageId(mt_id), MtState(state))
    if state == MtState.HELD and kind in _BATCHED and why not in _ALONE:
        return InBatch(MessageId(mt_id))
    if order.settle_as is not SettleAs.AGAIN:
        return None
    if valid_until <= ms(order.at):
        return TooOld(MessageId(mt_id))
    return None if door in order.senders else CannotSend(MessageId(mt_id), DoorName(door))


def _manual(order: SendOrder) -> tuple[object, ...]:
    """A row of `mt_insert` that answers nothing, counts for nobody and leaves by this door only."""
    return (
        *(order.id, MtKind.MANUAL, None, None, ""),
        *(order.recipient.value, order.recipient_hash, order.short_code),
        *("", "", "{}", Language.VI, order.text, order.alphabet, order.segments),
        *(Billing.FREE, MtKind.MANUAL, 0, 0, ms(order.valid_until), order.door, 1, 0),
        *(MtState.QUEUED, "", f"manual:{order.id}", ms(order.at)),
        *(None, 0, 0, "", 0, 0),
    )


async def _answer(
    db: Statements, order: AnswerOrder
) -> AnswerQueued | AnsweredBefore | NoSuchMessage | Purged | TooMany:
    mo = await db.row("staff_answered", {"id": order.message})
    if mo is None:
        return NoSuchMessage()
    *_, outcome, handled_at, purged_at = mo
    if purged_at is not None:
        return Purged()
    if await db.row("mt_of_key", {"dedupe_key": _key(order)}):
        return AnsweredBefore()
    lately = {"inbox_id": order.message, "since": ms(order.at - ANSWERS_WITHIN)}
    written = await db.row("answers_by_hand", lately)
    if written is not None and written[0] >= MOST_ANSWERS:
        return TooMany()
    await db.many("mt_insert", [_by_hand(order, mo)])
    if outcome == Outcome.PARKED and handled_at is None:
        values = {"id": order.message, "at": ms(order.at)}
        await db.change("mo_handle", values)
        await db.change("mt_give_up_held", values)
    await note_answered(db, order.message, order.at)
    await audit(db, order.at, order.by, ANSWER_ACT, order.message, order.door)
    return AnswerQueued(order.id, order.door)


def _key(order: AnswerOrder) -> str:
    return f"answer:{order.message}:{order.key}"


def _by_hand(order: AnswerOrder, mo: Row) -> tuple[object, ...]:
    sender, sender_hash, short_code, agency, dossier_id, *_ = mo
    return (
        *(order.id, MtKind.MANUAL, order.message, dossier_id, agency),
        *(sender, sender_hash, short_code),
        *("", "", "{}", Language.VI, order.text, order.alphabet, order.segments),
        *(Billing.FREE, MtKind.MANUAL, 0, 0, ms(order.valid_until), order.door, 0, 0),
        *(MtState.QUEUED, "", _key(order), ms(order.at)),
        *(None, 0, 0, "", 0, 0),
    )


async def _handle(db: Statements, order: HandleOrder) -> HandleResult:
    mo = await db.row("staff_mo", {"id": order.id})
    if mo is None:
        return NoSuchMessage()
    mo_id, outcome, handled_at = mo
    if outcome != Outcome.PARKED:
        return NotParked(MessageId(mo_id), None if outcome is None else Outcome(outcome))
    if handled_at is not None:
        return HandledBefore(MessageId(mo_id))
    values = {"id": mo_id, "at": ms(order.at)}
    await db.change("mo_handle", values)
    await db.change("mt_give_up_held", values)
    await audit(db, order.at, order.by, HANDLE_ACT, mo_id, order.note)
    return Handled(MessageId(mo_id))
