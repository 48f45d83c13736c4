"""What people ask the store; see `reading.Reading`."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sms_gateway.domain.acts import IMPORT_ACT
from sms_gateway.domain.ids import DoorName, MessageId, NumberHash
from sms_gateway.domain.nodes import NodeRow
from sms_gateway.log_question import MOST_COUNTED, Attention
from sms_gateway.reading import (
    DoorRow,
    KeptRequest,
    LogCounts,
    MoRow,
    MtRow,
    PartRow,
    ReceiptRow,
    RefusedFilter,
    RefusedRow,
    ReportFilter,
    Timeline,
)
from sms_gateway.store.operations.finding import ANY_TEXT
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
from sms_gateway.store.statements import Row, Statements, Values

_WALK = 10_000
"""So many are looked at where those of some agencies are counted."""


async def pushes(
    db: Statements, numbers: Sequence[NumberHash], limit: int, agencies: Sequence[str] | None
) -> Sequence[MtRow]:
    """MTs to a number, by each of its hashes, that answer none of its texts; newest first."""
    values = {"agencies": None if agencies is None else list(agencies), "limit": limit}
    rows = {
        row[0]: row
        for number in numbers
        for row in await db.rows("pushes_to", {**values, "recipient_hash": number})
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
    raw = await db.row("raw", owner) or (mo and await _of_its_call(db, mo))
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


async def _of_its_call(db: Statements, mo: MoRow) -> Row | None:
    """A call that brought several texts is kept with the first of them, which has its id."""
    return await db.row("raw", {"id": mo.trace_id})


async def _one_mo(db: Statements, mo_id: str) -> MoRow:
    (row,) = await db.rows("messages_among", {**ANY_TEXT, "ids": [mo_id]})
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


async def nodes(db: Statements) -> Sequence[NodeRow]:
    """The last run of each node, the last one first."""
    found: dict[str, NodeRow] = {}
    for name, at, version, alive in await db.rows("nodes_newest"):
        if name:
            found.setdefault(name, NodeRow(name, moment(at), version, bool(alive)))
    return list(found.values())


async def newest(db: Statements) -> MessageId | None:
    """The MO that came last."""
    row = await db.row("newest")
    return MessageId(row[0]) if row else None


async def attention(db: Statements, agencies: Sequence[str] | None, since: datetime) -> Attention:
    """What waits for a person; what is told of lately is told of since a moment."""
    values = {
        "agencies": None if agencies is None else list(agencies),
        "walk": MOST_COUNTED + 1 if agencies is None else _WALK,
        "since": first_id(since),
        "since_ms": ms(since),
    }

    async def counted(name: str) -> int:
        row = await db.row(name, values)
        return min(int(row[0]) if row else 0, MOST_COUNTED + 1)

    everyone = agencies is None
    return Attention(
        unanswered=await counted("attention_unanswered"),
        parked=await counted("attention_parked"),
        uncertain=await counted("attention_uncertain"),
        failed=await _failed(db, {**values, "walk": _WALK}),
        refused=await counted("attention_refused") if everyone else 0,
        held_notices=await counted("attention_held"),
        unmatched=await counted("attention_unmatched") if everyone else 0,
        held_alone=await counted("attention_held_alone"),
    )


async def _failed(db: Statements, values: Values) -> int:
    row = await db.row("attention_failed", values)
    return min(int(row[0]) if row else 0, MOST_COUNTED + 1)
