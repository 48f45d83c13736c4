"""What is kept of one number, and how it goes. Each batch is part of one commit."""

from collections.abc import Sequence
from typing import assert_never

from sms_gateway.domain.ids import NumberHash
from sms_gateway.domain.retention import Walk
from sms_gateway.domain.rights import (
    ERASED_ACT,
    WORDED_ACTS,
    EraseBatch,
    ErasedBatch,
    EraseEnd,
    EraseRest,
    EraseWalk,
    KeptOfNumber,
)
from sms_gateway.store.operations.chaining import blank
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.operations.purging import clear_mts, clear_texts
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Row, Statements

_EVER = "~"  # behind every id


async def kept_of(db: Statements, numbers: Sequence[NumberHash]) -> KeptOfNumber:
    """What is kept of a number besides its messages, by all of its hashes."""
    values = {"numbers": list(numbers)}
    return KeptOfNumber(
        preferences=[
            {"language": language, "chosen_at": _when(at)}
            for language, at in await db.rows("kept_preferences", values)
        ],
        opt_outs=[
            {"dossier": dossier or None, "opted_out": bool(out), "chosen_at": _when(at)}
            for dossier, out, at in await db.rows("kept_opt_outs", values)
        ],
        subscriptions=[
            {
                "dossier": dossier, "follows": bool(follows), "short_code": code, "door": door,
                "chosen_at": _when(at),
            }
            for dossier, follows, code, door, at in await db.rows("kept_subscriptions", values)
        ],
        surveys=[_survey(row) for row in await db.rows("kept_surveys", values)],
        parts=[
            {"id": part, "received_at": _when(at), "text": text}
            for part, at, text in await db.rows("kept_parts", values)
        ],
    )  # fmt: skip


async def erase(db: Statements, batches: Sequence[EraseBatch]) -> Sequence[ErasedBatch]:
    """Take away the words and the number of some messages, as the purge does."""
    return [await _erase(db, batch) for batch in batches]


async def end_erase(db: Statements, ends: Sequence[EraseEnd]) -> Sequence[EraseRest]:
    """Take away what else is kept of numbers, but for what they refused; and tell the audit."""
    return [await _end(db, end) for end in ends]


async def _erase(db: Statements, batch: EraseBatch) -> ErasedBatch:
    span = {"number": batch.whose, "after": batch.after, "limit": batch.limit}
    match batch.walk:
        case EraseWalk.TEXTS:
            await db.rows("purge_turn", {"name": Walk.TEXTS.value})
            ids = [row[0] for row in await db.rows("erase_texts", span)]
            free = await _found(db, "erase_texts_free", ids)
            gone = await _texts(db, free, batch)
        case EraseWalk.PUSHES:
            await db.rows("purge_turn", {"name": Walk.ALONE.value})
            ids = [row[0] for row in await db.rows("erase_pushes", span)]
            free = await _found(db, "erase_pushes_free", ids)
            gone = await _pushes(db, free, batch)
        case _:
            assert_never(batch.walk)
    holds: list[Row] = []
    if len(free) < len(ids):
        about = {"numbers": [batch.whose], "ids": ids}
        holds = list(await db.rows("erase_holds", about))
    return ErasedBatch(
        erased=len(gone), held=len(ids) - len(free), open=len(free) - len(gone),
        holds=tuple(f"{kind} {value}" for kind, value in holds), upto=ids[-1] if ids else "",
    )  # fmt: skip


async def _texts(db: Statements, free: Sequence[str], batch: EraseBatch) -> Sequence[str]:
    at = {"ids": list(free), "at": ms(batch.at)}
    if not free:
        return ()
    mts = await _found(db, "purge_mts_of", free)
    await db.change("erase_unsent", {"ids": mts, "at": ms(batch.at)})
    await db.change("erase_handled", at)
    await db.change("erase_owed", at)
    ripe = await _found(db, "purge_texts_ripe", free)
    await db.change("erase_raws_of_calls", {"ids": ripe})
    await clear_texts(db, ripe, batch.at)
    await _blank(db, [*ripe, *mts])
    await db.rows("purge_move_mts", {"ids": mts})
    await db.rows("purge_move_texts", {"ids": list(free)})
    return ripe


async def _pushes(db: Statements, free: Sequence[str], batch: EraseBatch) -> Sequence[str]:
    if not free:
        return ()
    await db.change("erase_unsent", {"ids": list(free), "at": ms(batch.at)})
    ripe = await _found(db, "purge_alone_ripe", free)
    await clear_mts(db, ripe, batch.at)
    await _blank(db, ripe)
    await db.rows("purge_move_mts", {"ids": list(free)})
    return ripe


async def _blank(db: Statements, ids: Sequence[str]) -> None:
    """What people typed about messages goes with them; that somebody did something stays."""
    if ids:
        await blank(db, ids, WORDED_ACTS)


async def _found(db: Statements, name: str, ids: Sequence[str]) -> list[str]:
    values = {"ids": list(ids), "before": _EVER}
    return [row[0] for row in await db.rows(name, values)] if ids else []


async def _end(db: Statements, end: EraseEnd) -> EraseRest:
    values = {"numbers": list(end.numbers)}
    rest = EraseRest()
    if not await db.rows("erase_holds", {**values, "ids": []}):
        await db.change("erase_part_raws", values)
        rest = EraseRest(
            preferences=await db.change("erase_preferences", values),
            subscriptions=await db.change("erase_subscriptions", values),
            surveys=await db.change("erase_surveys", values),
            parts=await db.change("erase_parts", values),
        )
        await db.change("erase_order_note", values)
        subjects = [*end.numbers, *(f"number {number}" for number in end.numbers)]
        await blank(db, subjects, WORDED_ACTS)
    also = " ".join(f"{name}={getattr(rest, name)}" for name in rest.__struct_fields__)
    await audit(db, end.at, end.by, ERASED_ACT, f"number {end.numbers[0]}", f"{end.told} {also}")
    return rest


def _survey(row: Row) -> dict[str, object]:
    dossier, asked_at, score, answered_at = row
    return {
        "dossier": dossier, "asked_at": _when(asked_at), "score": score,
        "answered_at": None if answered_at is None else _when(answered_at),
    }  # fmt: skip


def _when(milliseconds: int) -> str:
    return moment(milliseconds).isoformat(timespec="milliseconds")
