"""What people ask the store; see `reading.Reading`."""

from collections.abc import Mapping, Sequence

from sms_gateway.domain.acts import IMPORT_ACT
from sms_gateway.domain.ids import DoorName, MessageId, NumberHash
from sms_gateway.reading import (
    DoorRow,
    KeptRequest,
    LogCounts,
    MessageFilter,
    MoRow,
    MtRow,
    PartRow,
    ReceiptRow,
    RefusedFilter,
    RefusedRow,
    ReportFilter,
    Timeline,
)
from sms_gateway.store.read_rows import (
    act_row,
    attempt_row,
    kept_request,
    mo_row,
    mt_row,
    owed_row,
    receipt_row,
    refused_row,
)
from sms_gateway.store.rows import first_id, moment, ms
from sms_gateway.store.statements import Statements

_LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
_OWN_INDEX = {
    "parked": "messages_parked",
    "unhandled": "messages_unhandled",
    "unanswered": "messages_unanswered",
}


async def messages(db: Statements, wanted: MessageFilter) -> Sequence[MoRow]:
    """MOs, newest first."""
    values = {
        "after": first_id(wanted.since) if wanted.since else "",
        "before": wanted.before or (first_id(wanted.until) if wanted.until else _LAST_ID),
        "outcome": wanted.outcome,
        "reply": wanted.reply,
        "limit": wanted.limit,
    }
    # What is wanted most has a small index of its own.
    name = _OWN_INDEX.get(wanted.outcome or "", "messages")
    if wanted.reply is not None:
        name = "messages_of_reply"
    if wanted.code_key is not None:
        name = "messages_of_code"
    if wanted.sender_hash is not None:
        name = "messages_of_sender"
    # Each number by itself, so that each is a walk along the index that ends at the limit.
    numbers = [(wanted.code_key, None), *wanted.also]
    rows = {
        row[0]: row
        for sender in (wanted.sender_hash, *wanted.older_hashes)
        for key, dossier in numbers
        for row in await db.rows(
            name, {**values, "sender_hash": sender, "code_key": key, "dossier": dossier}
        )
    }
    return [mo_row(rows[mo_id]) for mo_id in sorted(rows, reverse=True)[: wanted.limit]]


async def pushes(db: Statements, numbers: Sequence[NumberHash], limit: int) -> Sequence[MtRow]:
    """MTs to a number, by each of its hashes, that answer none of its texts; newest first."""
    rows = {
        row[0]: row
        for number in numbers
        for row in await db.rows("pushes_to", {"recipient_hash": number, "limit": limit})
    }
    return [mt_row(rows[mt_id]) for mt_id in sorted(rows, reverse=True)[:limit]]


async def timeline(db: Statements, message_id: MessageId) -> Timeline | None:
    """Everything about an MO, an MT, a part or a refused call; None where there is nothing."""
    row = await db.row("owner", {"id": message_id})
    values = {"id": message_id, "owner": row[0] if row else ""}
    parts = [
        PartRow(MessageId(i), moment(at), number, total, reference)
        for i, at, number, total, reference in await db.rows("parts", values)
    ]
    mts = [mt_row(mt) for mt in await db.rows("mts", values)]
    mo = await _one_mo(db, row[0]) if row else None
    trace = {"trace_id": mo.trace_id if mo else message_id}
    refused = [kept_request(found) for found in await db.rows("refused_of_call", trace)]
    if mo is None and not parts and not mts and not refused:
        return None
    owner = {"id": row[0] if row else message_id}
    ids = {"ids": [mt.id for mt in mts]}
    own = {"ids": [owner["id"], *(mt.id for mt in mts)]}
    raw = await db.row("raw", owner)
    snapshot = await db.row("snapshot", owner)
    owed = await db.row("owed", values)
    return Timeline(
        mo=mo,
        parts=parts,
        mts=mts,
        attempts=[attempt_row(a) for a in await db.rows("attempts", ids)],
        receipts=[receipt_row(r) for r in await db.rows("receipts", ids)],
        acts=[act_row(a) for a in await db.rows("acts", own)],
        raw=raw[0] if raw else None,
        snapshot=snapshot[0] if snapshot else None,
        refused=refused,
        owed=None if owed is None else owed_row(owed),
    )


async def _one_mo(db: Statements, mo_id: str) -> MoRow:
    values = {"after": mo_id, "before": mo_id + "~", "outcome": None, "limit": 1}
    (row,) = await db.rows("messages", values)
    return mo_row(row)


async def imported(db: Statements) -> Sequence[str]:
    """Names of the files of dossiers that were imported, or tried, the last one last."""
    return [name for (name,) in await db.rows("imported", {"act": IMPORT_ACT})]


async def counts(db: Statements) -> LogCounts:
    """How the log stands; reads all of it."""
    return LogCounts(
        outcomes={outcome: n for outcome, n in await db.rows("count_outcomes")},  # noqa: C416  # rows of a dialect
        states={state: n for state, n in await db.rows("count_states")},  # noqa: C416  # the same
        refused=await _number(db, "count_refused"),
        unmatched=await _number(db, "count_unmatched"),
    )


async def _number(db: Statements, name: str) -> int:
    ((number,),) = await db.rows(name)
    return int(number)


async def reports(db: Statements, wanted: ReportFilter) -> Sequence[ReceiptRow]:
    """Delivery reports, newest first."""
    name = "reports_unmatched" if wanted.unmatched else "reports"
    after = first_id(wanted.since) if wanted.since else ""
    values = {"after": after, "door": wanted.door, "limit": wanted.limit}
    return [receipt_row(row) for row in await db.rows(name, values)]


async def refused(db: Statements, wanted: RefusedFilter) -> Sequence[RefusedRow]:
    """Requests that could not be read, those that came last first."""
    since = ms(wanted.since) if wanted.since else 0
    values = {"since": since, "door": wanted.door, "limit": wanted.limit}
    return [refused_row(row) for row in await db.rows("refused", values)]


async def refused_requests(
    db: Statements, hash_prefix: str, door: DoorName | None
) -> Sequence[KeptRequest]:
    """Those whose hash begins so, with what was kept."""
    values = {"prefix": hash_prefix, "door": door}
    return [kept_request(row) for row in await db.rows("refused_requests", values)]


async def doors(db: Statements) -> Mapping[DoorName, DoorRow]:
    """What is known of doors, also of those that are not configured any more."""
    queued: dict[str, int] = {door: n for door, n in await db.rows("figures_queued")}  # noqa: C416  # rows of a dialect
    paused, mos, mts = [
        {door: moment(at) for door, at in await db.rows(name)}
        for name in ("standing_paused", "doors_last_mo", "doors_last_accepted")
    ]
    return {
        DoorName(name): DoorRow(queued.get(name, 0), paused.get(name), mos.get(name), mts.get(name))
        for name in queued.keys() | paused.keys() | mos.keys() | mts.keys()
    }
