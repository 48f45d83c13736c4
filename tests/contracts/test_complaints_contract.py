"""Complaints of citizens, in every store."""

from datetime import timedelta

from msgspec.structs import replace

from sms_gateway.domain.complaints import Complaint, ComplaintEnd
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.retention import HoldKind, Walk
from tests.contracts.purge_desk import batch, hold, release, store
from tests.contracts.store_desk import AN, Desk, number
from tests.parts import START

DAY = timedelta(days=1)


def complaint(name: str, days: int = 10) -> Complaint:
    return Complaint(
        name, None, number(AN), "desk", f"what {name}", START, START + days * DAY, "os:an"
    )


async def test_open_ones_come_by_their_due_dates_and_settled_ones_apart(desk: Desk) -> None:
    complaints = store(desk).complaints
    for one in (complaint("c1", 9), complaint("c2", 8), complaint("c3", 7)):
        await complaints.add(one)
    assert await complaints.close(ComplaintEnd("c2", "refunded", START + DAY, "os:binh"))
    assert not await complaints.close(ComplaintEnd("c2", "again", START + DAY, "os:binh"))
    assert not await complaints.close(ComplaintEnd("c9", "what", START + DAY, "os:binh"))
    assert [one.id for one in await complaints.complaints(9)] == ["c3", "c1"]
    assert list(await complaints.complaints(1)) == [complaint("c3", 7)]
    (settled,) = await store(desk).reading.complaints(9, closed=True)
    assert (settled.id, settled.outcome, settled.closed_by) == ("c2", "refunded", "os:binh")


async def test_each_change_is_audited_without_what_was_said(desk: Desk) -> None:
    await store(desk).complaints.add(complaint("c1"))
    await store(desk).complaints.close(ComplaintEnd("c1", "refunded", START + DAY, "os:binh"))
    rows = await desk.rows("SELECT act, by, subject, detail FROM audit ORDER BY id")
    due = (START + 10 * DAY).isoformat()
    assert rows == [
        ("complaint.open", "os:an", "c1", f"desk due={due} about=-"),
        ("complaint.close", "os:binh", "c1", ""),
    ]


async def test_settled_ones_go_with_the_purge_and_open_or_held_ones_stay(desk: Desk) -> None:
    complaints = store(desk).complaints
    await complaints.add(complaint("c1"))
    await complaints.add(complaint("c2"))
    await complaints.close(ComplaintEnd("c1", "refunded", START, "os:an"))
    later = START + DAY
    await hold(desk, HoldKind.NUMBER, number(AN))
    assert (await batch(desk, Walk.COMPLAINTS, later)).purged == 0
    await release(desk, HoldKind.NUMBER, number(AN))
    assert (await batch(desk, Walk.COMPLAINTS, later)).purged == 1
    assert [one.id for one in await complaints.complaints(9)] == ["c2"]
    assert list(await complaints.complaints(9, closed=True)) == []


async def test_each_says_whose_the_text_is_that_it_is_about(desk: Desk) -> None:
    mt = await desk.reply()
    ((mo_id, agency),) = await desk.rows("SELECT id, agency FROM inbox")
    complaints = store(desk).complaints
    about = [MessageId(str(mo_id)), mt.id, None]
    for at, message in enumerate(about):
        await complaints.add(replace(complaint(f"c{at}", at), mo_id=message))
    found = await complaints.filed(9)
    assert [(one.complaint.id, one.agency) for one in found] == [
        ("c0", agency), ("c1", agency), ("c2", ""),
    ]  # fmt: skip
    one = await complaints.filed_one("c0")
    assert one == found[0]
    assert await complaints.filed_one("c9") is None
    assert [kept.id for kept in await complaints.about(MessageId(str(mo_id)), 9)] == ["c0"]
    await complaints.close(ComplaintEnd("c0", "refunded", START, "os:an"))
    assert [one.complaint.id for one in await complaints.filed(9, closed=True)] == ["c0"]
