"""What the contracts of purging share: a purge of all walks, texts to be purged, holds."""

from datetime import datetime

from msgspec.structs import replace

from sms_gateway.domain.ids import NO_TRACE, DossierId, MessageId, TraceId
from sms_gateway.domain.outcome import Delivery
from sms_gateway.domain.records import PendingMo, RefusedRequest
from sms_gateway.domain.retention import (
    HoldKind,
    LegalHoldOrder,
    LegalHoldResult,
    LiftOrder,
    LiftResult,
    PurgeBatch,
    PurgeCounts,
    PurgedBatch,
    PurgeEnd,
    Walk,
)
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import DOOR, Desk

DAY = 86_400
BIG = 100


def store(desk: Desk) -> SqlStore:
    assert isinstance(desk.store, SqlStore)
    return desk.store


async def batch(
    desk: Desk, walk: Walk, before: datetime, after: str = "", limit: int = BIG
) -> PurgedBatch:
    return await store(desk).retention.purge(PurgeBatch(walk, before, after, limit, desk.clock.at))


async def purge(desk: Desk, before: datetime | None = None, limit: int = BIG) -> PurgeCounts:
    """All walks to their ends; the counts that the audit was told."""
    retention = store(desk).retention
    for walk in Walk:
        after = ""
        while True:
            after = (await batch(desk, walk, before or desk.clock.at, after, limit)).upto
            if not after:
                break
    return await retention.end_purge(PurgeEnd(desk.clock.at, "os:an", "before then", whole=True))


async def ripe(desk: Desk) -> dict[Walk, int]:
    """What a purge would take, walk by walk, where anything."""
    found = {}
    for walk in Walk:
        after, count = "", 0
        while True:
            looked = PurgeBatch(walk, desk.clock.at, after, 2, desk.clock.at)
            seen = await store(desk).retention.ripe(looked)
            count, after = count + seen.purged, seen.upto
            if not after:
                break
        if count:
            found[walk] = count
    return found


async def answered(desk: Desk, telco_id: str = "A1", text: str = "MCKH 1") -> PendingMo:
    """A text with a snapshot, whose reply was taken by the telco and reported."""
    mo = await desk.receive(text)
    mt = desk.mt(mo, text="Ho so cua ong An")
    whole = replace(desk.answer(mo, mt), snapshot=b'{"x": 1}', dossier_id=DossierId("H32-1"))
    assert await desk.store.answer([whole]) == [True]
    await desk.sent(mt, telco_id)
    await desk.reported(telco_id, Delivery.DELIVERED)
    return mo


async def hold(
    desk: Desk, kind: HoldKind, value: str, reason: str = "a complaint"
) -> LegalHoldResult:
    order = LegalHoldOrder(kind, value, desk.clock.at, "os:an", reason)
    return await store(desk).retention.hold(order)


async def release(desk: Desk, kind: HoldKind, value: str) -> LiftResult:
    return await store(desk).retention.release(LiftOrder(kind, value, desk.clock.at, "os:an"))


async def rows_of(desk: Desk, *tables: str) -> dict[str, int]:
    found = {}
    for table in tables:
        ((count,),) = await desk.rows(f"SELECT count(*) FROM {table}")  # noqa: S608  # names of ours
        assert isinstance(count, int)
        found[table] = count
    return found


async def is_purged(desk: Desk, mo_id: MessageId) -> bool:
    mo = (await desk.line_of(mo_id)).mo
    assert mo is not None
    return mo.purged_at is not None


async def parked(desk: Desk) -> PendingMo:
    mo = await desk.receive()
    await desk.store.fail([mo], desk.clock.at, 1)
    return mo


def call(desk: Desk, name: str, trace: TraceId = NO_TRACE) -> RefusedRequest:
    return RefusedRequest(DOOR, name, desk.clock.at, "unreadable: to", b"raw", trace)
