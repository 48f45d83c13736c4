"""Who follows a dossier, and whom the true state is owed. Each change is part of one commit."""

from collections.abc import Sequence
from datetime import datetime

from sms_gateway.domain.ids import DoorName, DossierId, MessageId, NumberHash, ShortCode
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.owed import Fate, Follower, Owed, OwedEnd
from sms_gateway.domain.records import Answer, PendingMo
from sms_gateway.store.operations.pushing import queue_pushes
from sms_gateway.store.rows import moment, ms, pending
from sms_gateway.store.statements import Statements

_FOLLOWS = 1
_OPEN = ""
_COLUMNS_OF_MO = 16


async def note_wishes(db: Statements, answers: Sequence[Answer]) -> None:
    """Begin and end what numbers follow, keep what they think, note whom the state is owed."""
    begun = [row for answer in answers if (row := _begun(answer))]
    await db.many("subscription_begin", begun)
    for answer in answers:
        choice = answer.opt_out
        if choice is not None and choice.opted_out and choice.dossier_id is not None:
            await _end_subscription(db, answer.mo, choice.dossier_id)
        if answer.opinion is not None:
            said = {"dossier": answer.opinion.dossier_id, "score": answer.opinion.score}
            await db.change("survey_answer", {**said, "at": ms(answer.at), "mo": answer.mo.id})
    owed = [(a.mo.id, a.mo.sender_hash, ms(a.at), _OPEN) for a in answers if a.owed]
    await db.many("follow_up_insert", owed)


async def end_owed(db: Statements, ends: Sequence[OwedEnd]) -> Sequence[Fate | None]:
    """Say what becomes of what is owed, and queue it; None where it had ended before."""
    return [await _end(db, end) for end in ends]


async def forget_owed(db: Statements, befores: Sequence[datetime]) -> Sequence[int]:
    """Forget those that ended before a moment; how many."""
    return [await db.change("follow_up_forget", {"before": ms(before)}) for before in befores]


async def owed(db: Statements, after: MessageId | None, limit: int) -> Sequence[Owed]:
    """To whom the true state is owed, oldest first, behind one of them."""
    rows = await db.rows("follow_up_owed", {"after": after or "", "limit": limit})
    return [Owed(pending(row[:_COLUMNS_OF_MO]), moment(row[_COLUMNS_OF_MO])) for row in rows]


async def followers(db: Statements, dossiers: Sequence[DossierId]) -> Sequence[Follower]:
    """Who follows these dossiers."""
    return [
        Follower(
            DossierId(dossier), Address(number), NumberHash(hashed), ShortCode(code), DoorName(door)
        )
        for dossier, hashed, number, code, door in await db.rows(
            "followers", {"dossiers": list(dossiers)}
        )
    ]


async def _end_subscription(db: Statements, mo: PendingMo, dossier: DossierId) -> None:
    who = {"hash": mo.sender_hash, "recipient": mo.sender.value, "dossier": dossier}
    chosen = {"chosen_by": mo.id, "chosen_at": ms(mo.received_at)}
    await db.change("subscription_end", {**who, **chosen})


async def _end(db: Statements, end: OwedEnd) -> Fate | None:
    fate, push = end.fate, end.push
    asked = {"hashes": list(end.hashes), "key": end.key, "dossier": end.dossier_id or ""}
    if push is not None and await db.row("follow_up_newer", {"mo": end.mo_id, **asked}):
        fate, push = Fate.ANSWERED, None
    if push is not None and await db.row("follow_up_unwanted", {"mo": end.mo_id, **asked}):
        fate, push = Fate.UNWANTED, None
    told = {"fate": fate, "at": ms(end.at), "mt": push.id if push else None}
    if not await db.change("follow_up_end", {"mo": end.mo_id, **told}):
        return None
    if end.wrong_secret:
        await db.change("mo_wrong_secret", {"id": end.mo_id, "dossier": end.dossier_id})
    if push is not None:
        await queue_pushes(db, [push])
    return fate


def _begun(answer: Answer) -> tuple[object, ...] | None:
    choice, mo = answer.opt_out, answer.mo
    if choice is None or not choice.follows or choice.dossier_id is None:
        return None
    who = (mo.sender_hash, choice.dossier_id, mo.sender.value, mo.short_code, mo.door)
    return (*who, _FOLLOWS, mo.id, ms(mo.received_at))
