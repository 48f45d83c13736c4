"""What a restored copy holds back. Each change is part of one commit, audited in it."""

from collections.abc import Sequence

from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.outcome import MtState
from sms_gateway.domain.restores import (
    HOLD_ACT,
    RELEASE_ACT,
    RESTORED,
    ROTATE_ACT,
    HeldBack,
    HoldOrder,
    KeyNote,
    NothingHeld,
    Released,
    ReleaseOrder,
    ReleaseResult,
    older_name,
)
from sms_gateway.store.operations import notices
from sms_gateway.store.operations.copies import EVERYTHING, keys_used
from sms_gateway.store.operations.outbox import FINAL_WITHOUT_REPLY, audit
from sms_gateway.store.rows import ms
from sms_gateway.store.statements import Statements


async def hold_restored(db: Statements, orders: Sequence[HoldOrder]) -> Sequence[HeldBack]:
    """Hold what is queued or being sent, park what has no answer; see `ports.Restores`."""
    return [await _hold(db, order) for order in orders]


async def release_restored(
    db: Statements, orders: Sequence[ReleaseOrder]
) -> Sequence[ReleaseResult]:
    """Queue again what may still be sent, end the rest; see `ports.Restores`."""
    return [await _release(db, order) for order in orders]


async def note_key(db: Statements, notes: Sequence[KeyNote]) -> Sequence[str]:
    """Note by which key this store is written; the id that is noted. See `ports.Restores`."""
    return [await _note(db, note) for note in notes]


async def _note(db: Statements, note: KeyNote) -> str:
    values = {"name": note.name, "key_id": note.key_id, "at": ms(note.at)}
    await db.change("key_note", values)
    noted = (await keys_used(db))[note.name]
    if noted not in note.older:
        return noted
    # The keys were rotated since this store heard of them.
    before = {"name": older_name(note.name, noted), "key_id": noted, "at": ms(note.at)}
    await db.change("key_note", before)
    await db.change("key_rotate", values)
    await audit(db, note.at, note.by, ROTATE_ACT, note.name, f"{noted} to {note.key_id}")
    return note.key_id


async def _hold(db: Statements, order: HoldOrder) -> HeldBack:
    # Whoever signed out since the copy was made would be signed in again, and a used link unused.
    await db.change("sessions_forget", {"before": ms(order.at) + 1})
    await db.change("invites_forget")
    await db.change("mt_end_automatic", {"at": ms(order.at)})
    await db.change("mt_end_automatic_held", {"at": ms(order.at)})
    queued = await db.change("mt_hold_queued")
    sending = await db.change("mt_hold_sending")
    parked = await db.change("mo_park_restored", {"at": ms(order.at)})
    await db.change("follow_up_give_up", {"at": ms(order.at)})
    copied_at = ms(order.copied_at)
    values = {"name": EVERYTHING, "at": ms(order.at), "by": order.by, "copied_at": copied_at}
    await db.change("restore_hold_set", values)
    await notices.forget(db, [(RESTORED, order.at)])
    # It outlives the hold: the purge of the night asks for it.
    await db.change("purge_mark_move", {"name": "restored", "upto": "", "at": ms(order.at)})
    detail = f"queued={queued} sending={sending} parked={parked}"
    await audit(db, order.at, order.by, HOLD_ACT, EVERYTHING, detail)
    return HeldBack(queued, sending, parked)


async def _release(db: Statements, order: ReleaseOrder) -> ReleaseResult:
    if not await db.change("restore_hold_end", {"name": EVERYTHING}):
        return NothingHeld()
    # What changed meanwhile was told by the machine that is lost, or is no news any more.
    await notices.forget(db, [(RESTORED, order.at)])
    at = {"now": ms(order.at)}
    uncertain = await db.change("mt_release_sending", at)
    ended = await db.rows("mt_release_expired", at)
    expired = [mt_id for mt_id, state in ended if state == MtState.EXPIRED]
    uncertain += len(ended) - len(expired)
    reason = FINAL_WITHOUT_REPLY[MtState.EXPIRED]
    await db.change("mo_reply_lost", {"ids": expired, "reason": reason})
    doors = [DoorName(row[0]) for row in await db.rows("mt_release_queued")]
    detail = f"queued={len(doors)} expired={len(expired)} uncertain={uncertain}"
    await audit(db, order.at, order.by, RELEASE_ACT, EVERYTHING, detail)
    return Released(len(doors), len(expired), uncertain, tuple(sorted(set(doors))))
