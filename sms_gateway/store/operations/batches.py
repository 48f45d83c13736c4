"""Automatic messages that are held until staff act. Each change is part of one commit."""

from collections.abc import Collection, Sequence

from sms_gateway.domain.ids import DoorName, DossierId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import ANNOUNCEMENT, DROP_ACT, Batch, BatchDone, BatchOrder
from sms_gateway.domain.windows import ANNOUNCE_ACT
from sms_gateway.store.operations import windows as window_operations
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Row, Statements


async def end_batch(db: Statements, orders: Sequence[BatchOrder]) -> Sequence[BatchDone]:
    """Let some of a batch go, or end it."""
    return [await _end(db, order) for order in orders]


async def announced(db: Statements, window: str) -> bool:
    """Whether texts that announce a planned outage were let go."""
    return bool(await db.rows("notice_announced", {"key": f"{ANNOUNCEMENT}:{window}:"}))


async def unsent(db: Statements) -> int:
    """How many texts that nobody asked for wait to leave."""
    ((count,),) = await db.rows("notice_unsent")
    return int(count)


async def batches(db: Statements) -> Sequence[Batch]:
    """What is held together."""
    return [await _batch(db, row) for row in await db.rows("notice_batches")]


async def _batch(db: Statements, row: Row) -> Batch:
    batch, reason, since, texts, dossiers, numbers = row
    which = {"batch": batch}
    kinds = [(name, n) for name, n in await db.rows("notice_batch_templates", which)]
    some = [DossierId(one[0]) for one in await db.rows("notice_batch_samples", which)]
    counts = (moment(since), texts, dossiers)
    found = await db.rows("notice_batch_phones", which)
    windows = {window for *_, key in found if (window := _window(key))}
    if not windows:
        return Batch(batch, reason, *counts, tuple(kinds), tuple(some), numbers)
    phones = tuple(Address(recipient).masked for recipient, *_ in found)
    kinds = [(ANNOUNCEMENT, texts)]
    return Batch(
        batch, reason, *counts, tuple(kinds), (), numbers, min(windows), phones, found[0][1]
    )


async def _end(db: Statements, order: BatchOrder) -> BatchDone:
    values = {"batch": order.id, "reason": order.reason, "at": ms(order.at)}
    texts, upto = 0, order.upto
    if not upto:
        ((texts, upto),) = await db.rows("notice_batch_size", values)
    some = {**values, "upto": upto or "", "limit": order.limit + 1}
    plain = await db.rows("notice_batch_plain", some)
    windows = {order.window, *(_window(row[1]) for row in plain)} - {""}
    if order.act != DROP_ACT and await _over(db, order, windows):
        return BatchDone(0, over=True)
    dossiers = [row[0] for row in await db.rows("notice_batch_dossiers", some)]
    more = order.limit < max(len(plain), len(dossiers))
    # Nobody wants their texts any more, or newer ones took their place.
    rest = [] if more else await _rest(db, order)
    if not order.upto:
        if not texts and not rest:
            return BatchDone(0)
        await audit(db, order.at, order.by, order.act, order.id, f"texts={texts}")
    ids = [row[0] for row in plain[: order.limit]]
    rows = [
        *await _end_plain(db, order, ids),
        *await _end_dossiers(db, order, dossiers[: order.limit]),
    ]
    if not more:
        await _decide_anew(db, order, rest)
        if order.act != DROP_ACT:
            await _note_windows(db, order, windows)
    doors = tuple(sorted({DoorName(row[0]) for row in rows}))
    window = min(windows, default="")
    return BatchDone(len(rows), doors, upto if more else "", window, len(rest))


async def _rest(db: Statements, order: BatchOrder) -> Sequence[str]:
    return [row[0] for row in await db.rows("notice_batch_rest", {"batch": order.id})]


async def _over(db: Statements, order: BatchOrder, windows: Collection[str]) -> bool:
    """Whether an outage that these announce has begun, or was called off."""
    known = await window_operations.windows(db) if windows else ()
    told = [one for one in known if one.id in windows]
    return any(one.called_off or one.starts_at <= order.at for one in told)


async def _end_plain(db: Statements, order: BatchOrder, ids: Sequence[str]) -> Sequence[Row]:
    """What is of no dossier goes, or ends, as it is."""
    if not ids:
        return ()
    values = {"ids": list(ids), "at": ms(order.at)}
    if order.act == DROP_ACT:
        return await db.rows("notice_batch_drop_plain", values)
    pace = {"apart": order.apart_ms, "valid": order.valid_ms, "done": order.done}
    rows = await db.rows("notice_batch_release", {**values, **pace})
    for window in sorted({_window(row[1]) for row in rows} - {""}):
        if (found := await db.row("window_starts", {"id": window})) is not None:
            await db.change("notice_batch_until", {"ids": list(ids), "until": found[0]})
    return rows


async def _end_dossiers(
    db: Statements, order: BatchOrder, dossiers: Sequence[str]
) -> Sequence[Row]:
    """What tells of dossiers ends, and is decided of once more where it is let go."""
    if not dossiers:
        return ()
    values = {"batch": order.id, "reason": order.reason, "at": ms(order.at)}
    ends = "notice_batch_drop" if order.act == DROP_ACT else "notice_batch_remake"
    rows = await db.rows(ends, {**values, "dossiers": list(dossiers)})
    await _decide_anew(db, order, dossiers)
    return rows


async def _decide_anew(db: Statements, order: BatchOrder, dossiers: Sequence[str]) -> None:
    if not dossiers:
        return
    which = {"batch": order.id, "dossiers": list(dossiers)}
    if order.act == DROP_ACT:
        await db.change("notice_batch_dropped", which)
    else:
        await db.change("notice_batch_again", {**which, "at": ms(order.at)})


async def _note_windows(db: Statements, order: BatchOrder, windows: Collection[str]) -> None:
    """The outage that these announce is announced, unless staff said so; all of them may go."""
    told = f"SMS, {order.id}"
    for window in sorted(windows):
        values = {"id": window, "at": ms(order.at), "by": order.by, "told": told}
        if await db.change("window_announced_first", values):
            await audit(db, order.at, order.by, ANNOUNCE_ACT, window, told)


def _window(key: str) -> str:
    """The window that a text with this key announces, or nothing."""
    kind, _, rest = key.partition(":")
    return rest.partition(":")[0] if kind == ANNOUNCEMENT else ""
