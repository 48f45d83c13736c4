"""What goes when its time is over. Each batch is part of one commit, and may be the last one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import assert_never

from sms_gateway.domain.ids import CanonicalKey, DossierId
from sms_gateway.domain.retention import (
    PURGED_ACT,
    PurgeBatch,
    PurgeCounts,
    PurgedBatch,
    PurgeEnd,
    PurgeState,
    Walk,
)
from sms_gateway.store.operations.chaining import leave_anchors, purge_turn
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.operations.words import drop_words
from sms_gateway.store.rows import first_id, moment, ms
from sms_gateway.store.statements import Statements, Values

_TEXTS = Walk.TEXTS.value
_ALONE = Walk.ALONE.value
_COUNTED_AS = {
    Walk.TEXTS: "texts",
    Walk.LEFT: "texts",
    Walk.ALONE: "messages",
    Walk.ALONE_LEFT: "messages",
    Walk.REPORTS: "reports",
    Walk.REFUSED: "refused",
    Walk.NOTICES: "notices",
    Walk.SUBSCRIPTIONS: "subscriptions",
    Walk.SURVEYS: "surveys",
    Walk.COMPLAINTS: "complaints",
    Walk.AUDIT: "audit",
}
_BY_TIME = {
    Walk.REFUSED: ("purge_refused_ripe", "purge_refused"),
    Walk.NOTICES: ("notice_ripe_count", "notice_purge"),
    Walk.SUBSCRIPTIONS: ("subscription_ripe_count", "subscription_purge"),
    Walk.SURVEYS: ("survey_ripe_count", "survey_purge"),
    Walk.COMPLAINTS: ("complaint_ripe_count", "complaint_purge"),
}
"""What counts and what takes those that are found by their time alone."""
# In this order: the later ones take away what the earlier ones find their rows by.
_OF_MTS = ("purge_raws_of_reports", "purge_reports_of", "purge_attempts", "purge_replies")
_OF_TEXTS = ("purge_raws_of_texts", "purge_snapshots", "purge_parts", "purge_contents")
_OVER = ""
_REPLIES_FOR_ONE = 10


async def purge(db: Statements, batches: Sequence[PurgeBatch]) -> Sequence[PurgedBatch]:
    """Purge what is old enough, has ended and is not held."""
    done = []
    for batch in batches:
        done.append(await _walked(db, batch))
        if count := done[-1].purged:
            what = _COUNTED_AS[batch.walk]
            await db.change("purge_count_add", {"what": what, "count": count})
    return done


async def forgotten(db: Statements, counts: Sequence[int]) -> Sequence[None]:
    """Count copies of dossiers that went from their own tables."""
    for count in counts:
        await db.change("purge_count_add", {"what": "dossiers", "count": count})
    return [None] * len(counts)


async def end_purge(db: Statements, ends: Sequence[PurgeEnd]) -> Sequence[PurgeCounts]:
    """Tell the audit what was purged since it was told last, also by a purge that was cut off."""
    told = []
    for end in ends:
        counts = {what: count for what, count in await db.rows("purge_counts")}  # noqa: C416  # rows of a dialect are no pairs
        ((left,),) = await db.rows("purge_left_count")
        told.append(PurgeCounts(**counts, left=left))
        await db.change("purge_counts_forget")
        if end.whole:
            values = {"name": "run", "upto": "", "at": ms(end.at)}
            await db.change("purge_mark_move", values)
        await audit(db, end.at, end.by, PURGED_ACT, end.subject, _detail(told[-1], end))
    return told


async def ripe(db: Statements, batch: PurgeBatch) -> PurgedBatch:
    """What a batch would purge; nothing is changed."""
    match batch.walk:
        case Walk.TEXTS | Walk.LEFT:
            ids = await _ids(db, batch)
            return PurgedBatch(len(await _ripe(db, "purge_texts_ripe", ids, batch)), _last(ids))
        case Walk.ALONE | Walk.ALONE_LEFT:
            ids, alone = await _alone_ids(db, batch)
            return PurgedBatch(len(await _ripe(db, "purge_alone_ripe", alone, batch)), _last(ids))
        case Walk.REPORTS:
            ids = await _reports(db, batch)
            return PurgedBatch(len(ids), _last(ids))
        case Walk.REFUSED | Walk.NOTICES | Walk.SUBSCRIPTIONS | Walk.SURVEYS | Walk.COMPLAINTS:
            counts, _ = _BY_TIME[batch.walk]
            ((count,),) = await db.rows(counts, {"before": ms(batch.before)})
            return PurgedBatch(count, _OVER)
        case Walk.AUDIT:
            lines, upto = await _lines(db, batch)
            return PurgedBatch(len(lines), upto)
        case _:
            assert_never(batch.walk)


async def purge_state(db: Statements) -> PurgeState:
    """How purging stands."""
    ((ended, oldest, left, holds, restored),) = await db.rows("purge_state")
    return PurgeState(
        None if ended is None else moment(ended),
        None if oldest is None else moment(oldest),
        left,
        holds,
        None if restored is None else moment(restored),
    )


async def _walked(db: Statements, batch: PurgeBatch) -> PurgedBatch:
    match batch.walk:
        case Walk.TEXTS | Walk.LEFT:
            return await _texts(db, batch)
        case Walk.ALONE | Walk.ALONE_LEFT:
            return await _alone(db, batch)
        case Walk.REPORTS:
            ids = await _reports(db, batch)
            await db.change("purge_raws", {"ids": ids})
            await db.change("purge_reports_gone", {"ids": ids})
            return PurgedBatch(len(ids), _last(ids))
        case Walk.REFUSED | Walk.NOTICES | Walk.SUBSCRIPTIONS | Walk.SURVEYS | Walk.COMPLAINTS:
            _, takes = _BY_TIME[batch.walk]
            values = {"before": ms(batch.before), "limit": batch.limit}
            count = await db.change(takes, values)
            return PurgedBatch(count, "more" if count == batch.limit else _OVER)
        case Walk.AUDIT:
            await purge_turn(db)
            lines, upto = await _lines(db, batch)
            gone = [*await leave_anchors(db, lines, batch.seals, ms(batch.at))]
            await db.change("purge_audit_gone", {"ids": gone})
            return PurgedBatch(len(gone), upto)
        case _:
            assert_never(batch.walk)


async def _texts(db: Statements, batch: PurgeBatch) -> PurgedBatch:
    await db.rows("purge_turn", {"name": _TEXTS})
    ids = await _ids(db, batch)
    texts = await _ripe(db, "purge_texts_ripe", ids, batch)
    await clear_texts(db, texts, batch.at)
    if ids:
        # Those that stay as well: what went must not outlast in the free parts of their pages.
        every = [row[0] for row in await db.rows("purge_mts_of", {"ids": ids})]
        await db.rows("purge_move_mts", {"ids": every})
        await db.rows("purge_move_texts", {"ids": ids})
    await _went(db, batch, _TEXTS, ids, texts)
    await _move(db, batch, _TEXTS, ids)
    return PurgedBatch(len(texts), _last(ids))


async def _alone(db: Statements, batch: PurgeBatch) -> PurgedBatch:
    await db.rows("purge_turn", {"name": _ALONE})
    ids, alone = await _alone_ids(db, batch)
    mts = await _ripe(db, "purge_alone_ripe", alone, batch)
    await clear_mts(db, mts, batch.at)
    await db.rows("purge_move_mts", {"ids": alone})
    await _went(db, batch, _ALONE, alone, mts)
    await _move(db, batch, _ALONE, ids)
    return PurgedBatch(len(mts), _last(ids))


async def clear_texts(db: Statements, texts: Sequence[str], at: datetime) -> None:
    """Take away what MOs and all that belongs to them said, and whose they were."""
    values = {"ids": list(texts), "at": ms(at)}
    if texts:
        await clear_mts(db, [row[0] for row in await db.rows("purge_mts_of", values)], at)
        await drop_words(db, texts)
        for name in _OF_TEXTS:
            await db.change(name, values)


async def clear_mts(db: Statements, mts: Sequence[str], at: datetime) -> None:
    """Take away what MTs said, and to whom, with their attempts and reports."""
    values = {"ids": list(mts), "at": ms(at)}
    if mts:
        for name in _OF_MTS:
            await db.change(name, values)


async def _went(
    db: Statements, batch: PurgeBatch, name: str, met: Sequence[str], purged: Sequence[str]
) -> None:
    """Write down how far a walk came: `met` is what it could have purged."""
    if batch.walk in (Walk.LEFT, Walk.ALONE_LEFT):
        await db.change("purge_left_take", {"name": name, "ids": list(purged)})
        return
    gone = frozenset(purged)
    await db.many("purge_left_add", [(name, one) for one in met if one not in gone])


async def _move(db: Statements, batch: PurgeBatch, name: str, looked: Sequence[str]) -> None:
    if looked and batch.walk in (Walk.TEXTS, Walk.ALONE):
        values = {"name": name, "upto": looked[-1], "at": ms(batch.at)}
        await db.change("purge_mark_move", values)


async def _ids(db: Statements, batch: PurgeBatch) -> list[str]:
    """The texts of a batch."""
    values = _span(batch)
    if batch.walk is Walk.LEFT:
        return [row[0] for row in await db.rows("purge_left", {**values, "name": _TEXTS})]
    after = max(batch.after, await _mark(db, _TEXTS))
    return [row[0] for row in await db.rows("purge_texts", {**values, "after": after})]


async def _alone_ids(db: Statements, batch: PurgeBatch) -> tuple[list[str], list[str]]:
    """The messages of a batch, and which of them answer nothing."""
    values = _span(batch)
    if batch.walk is Walk.ALONE_LEFT:
        ids = [row[0] for row in await db.rows("purge_left", {**values, "name": _ALONE})]
        return ids, ids
    after = max(batch.after, await _mark(db, _ALONE))
    # Most are replies, which went with their texts: to look at them costs little.
    wide = {**values, "after": after, "limit": batch.limit * _REPLIES_FOR_ONE}
    rows = await db.rows("purge_alone", wide)
    places = [place for place, (_, mo_id) in enumerate(rows) if mo_id is None][: batch.limit]
    if len(places) == batch.limit:
        rows = rows[: places[-1] + 1]
    return [row[0] for row in rows], [rows[place][0] for place in places]


async def _reports(db: Statements, batch: PurgeBatch) -> list[str]:
    return [row[0] for row in await db.rows("purge_reports", _span(batch))]


async def _lines(db: Statements, batch: PurgeBatch) -> tuple[list[int], str]:
    """The lines of the audit that a batch takes, and where it ends."""
    values = {"after": int(batch.after or 0), "limit": batch.limit}
    rows = [(line, at) for line, at in await db.rows("purge_audit", values)]
    old = [line for line, at in rows if at < ms(batch.before)]
    if not old:
        return [], _OVER
    held = {row[0] for row in await db.rows("purge_audit_held", {"ids": old})}
    return [line for line in old if line not in held], str(rows[-1][0])


async def _mark(db: Statements, name: str) -> str:
    row = await db.row("purge_mark", {"name": name})
    return "" if row is None else str(row[0])


async def _ripe(db: Statements, name: str, ids: Sequence[str], batch: PurgeBatch) -> list[str]:
    values = {"ids": list(ids), "before": first_id(batch.before)}
    return [row[0] for row in await db.rows(name, values)] if ids else []


def _span(batch: PurgeBatch) -> Values:
    return {"after": batch.after, "before": first_id(batch.before), "limit": batch.limit}


def _last(ids: Sequence[str]) -> str:
    return ids[-1] if ids else _OVER


def _detail(counts: PurgeCounts, end: PurgeEnd) -> str:
    told = " ".join(f"{name}={getattr(counts, name)}" for name in counts.__struct_fields__)
    return f"{told} whole={'yes' if end.whole else 'no'}"


async def needed(
    db: Statements, ids: Sequence[DossierId], keys: Sequence[CanonicalKey]
) -> tuple[Collection[DossierId], Collection[CanonicalKey]]:
    """Which dossiers somebody follows or waits to hear of; which numbers are held or owed."""
    dossiers = await db.rows("purge_dossiers_needed", {"ids": list(ids)})
    numbers = await db.rows("purge_codes_needed", {"keys": list(keys)})
    return {DossierId(row[0]) for row in dossiers}, {CanonicalKey(row[0]) for row in numbers}
