"""What is held back from the purge in every store."""

import pytest

from sms_gateway.domain.acts import HandleOrder
from sms_gateway.domain.ids import TraceId
from sms_gateway.domain.retention import (
    HeldBefore,
    HoldKind,
    LegallyHeld,
    Lifted,
    NotHeld,
    NothingToHold,
    PurgeCounts,
    PurgedBefore,
    Walk,
)
from tests.contracts.purge_desk import (
    DAY,
    answered,
    call,
    hold,
    is_purged,
    parked,
    purge,
    release,
    ripe,
    store,
)
from tests.contracts.store_desk import BINH, DOOR, KEY, Desk


@pytest.mark.parametrize("kind", HoldKind)
async def test_what_is_held_is_not_purged_until_it_is_released(desk: Desk, kind: HoldKind) -> None:
    mo = await answered(desk)
    value = {HoldKind.CODE: KEY, HoldKind.NUMBER: mo.sender_hash, HoldKind.MESSAGE: mo.id}[kind]
    assert await hold(desk, kind, value) == LegallyHeld(kind, value)
    desk.clock.step(DAY)
    assert await ripe(desk) == {}
    assert await purge(desk) == PurgeCounts(left=1)
    assert not await is_purged(desk, mo.id)
    assert await release(desk, kind, value) == Lifted(kind, value)
    assert await ripe(desk) == {Walk.LEFT: 1, Walk.AUDIT: 1}
    assert (await purge(desk)).texts == 1


async def test_a_hold_leaves_the_texts_of_others_alone(desk: Desk) -> None:
    other = await desk.receive("MCKH 2", sender=BINH)
    await desk.store.answer([desk.answer(other)])
    mo = await answered(desk)
    await hold(desk, HoldKind.NUMBER, mo.sender_hash)
    desk.clock.step(DAY)
    await purge(desk)
    assert [await is_purged(desk, one.id) for one in (other, mo)] == [True, False]


async def test_a_text_is_held_by_the_id_of_its_reply_or_of_a_part(desk: Desk) -> None:
    arrival = desk.arrival("MCKH", part=desk.part_of(1, 2))
    await desk.record(arrival)
    whole = await desk.part("1", desk.part_of(2, 2))
    assert whole is not None
    mt = await desk.reply(mo=whole)
    assert await hold(desk, HoldKind.MESSAGE, mt.id) == LegallyHeld(HoldKind.MESSAGE, whole.id)
    assert await hold(desk, HoldKind.MESSAGE, arrival.id) == HeldBefore(whole.id)
    assert await release(desk, HoldKind.MESSAGE, mt.id) == Lifted(HoldKind.MESSAGE, whole.id)
    assert await release(desk, HoldKind.MESSAGE, mt.id) == NotHeld()


async def test_a_call_that_could_not_be_read_is_held_by_its_trace(desk: Desk) -> None:
    trace = TraceId(desk.new_id())
    await desk.store.keep_refused([call(desk, "h1", trace), call(desk, "h2")])
    assert await hold(desk, HoldKind.MESSAGE, trace) == LegallyHeld(HoldKind.MESSAGE, trace)
    desk.clock.step(DAY)
    assert (await purge(desk)).refused == 1
    assert await desk.rows("SELECT body_hash FROM refused") == [("h1",)]


async def test_nothing_is_held_that_is_not_there_any_more(desk: Desk) -> None:
    assert await hold(desk, HoldKind.MESSAGE, desk.new_id()) == NothingToHold()
    mo = await answered(desk)
    desk.clock.step(DAY)
    await purge(desk)
    assert await hold(desk, HoldKind.MESSAGE, mo.id) == PurgedBefore(mo.id, desk.clock.at)


async def test_lines_of_the_audit_about_what_is_held_stay(desk: Desk) -> None:
    mo = await parked(desk)
    await desk.store.handle(HandleOrder(mo.id, desk.clock.at, "os:an", "called"))
    await hold(desk, HoldKind.NUMBER, mo.sender_hash)
    await desk.store.set_paused(DOOR, desk.clock.at, "os:an", paused=True)
    desk.clock.step(DAY)
    assert await purge(desk) == PurgeCounts(audit=1, left=1)
    left = [act for (act,) in await desk.rows("SELECT act FROM audit ORDER BY id")]
    assert left == ["message.handle", "hold.add", "retention.purged"]


async def test_holds_are_listed_and_audited(desk: Desk) -> None:
    mo = await answered(desk)
    at = desk.clock.at
    await hold(desk, HoldKind.MESSAGE, mo.id)
    desk.clock.step(1)
    await hold(desk, HoldKind.CODE, KEY)
    found = await store(desk).retention.holds()
    assert [(h.kind, h.value, h.by, h.reason) for h in found] == [
        ("message", mo.id, "os:an", "a complaint"),
        ("code", KEY, "os:an", "a complaint"),
    ]
    assert found[0].at == at
    await release(desk, HoldKind.CODE, KEY)
    audit = await desk.rows("SELECT act, subject, detail FROM audit ORDER BY id")
    assert audit == [
        ("hold.add", mo.id, "a complaint"),
        ("hold.add", f"code {KEY}", "a complaint"),
        ("hold.remove", f"code {KEY}", ""),
    ]
    (act,) = (await desk.line_of(mo.id)).acts
    assert (act.act, act.at) == ("hold.add", at)
