"""What every store does with MTs when the clock of the day was put back."""

from datetime import timedelta

from msgspec.structs import replace

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.outcome import MtState
from tests.contracts.store_desk import DOOR, Desk


async def leased(desk: Desk) -> list[MessageId]:
    return [mt.id for mt in await desk.store.lease(DOOR, desk.clock.at, 10)]


async def test_a_reply_from_before_the_clock_stepped_back_goes_with_the_next_look_around(
    desk: Desk,
) -> None:
    fresh, tried = await desk.reply(), await desk.reply()
    first, again = await desk.store.lease(DOOR, desk.clock.at, 2)
    later = desk.clock.at + timedelta(seconds=30)
    for mt in (first, again):
        failed = replace(desk.settlement(mt.id, 1, MtState.QUEUED), not_before=later)
        assert await desk.store.settle([failed]) == [True]
    waiting = await desk.reply(not_before=later)
    desk.clock.step(-3600)
    assert await leased(desk) == []
    await desk.store.expire(desk.clock.at)
    assert set(await leased(desk)) == {fresh.id, tried.id, waiting.id}


async def test_what_waits_for_its_time_still_waits_where_clocks_differ_by_seconds(
    desk: Desk,
) -> None:
    reply = await desk.reply(not_before=desk.clock.at + timedelta(seconds=30))
    notice = await desk.reply(kind=MtKind.NOTICE, not_before=desk.clock.at + timedelta(hours=5))
    desk.clock.step(-50)
    await desk.store.expire(desk.clock.at)
    assert await leased(desk) == []
    desk.clock.step(80)
    assert await leased(desk) == [reply.id]
    # A notice keeps to the time of day it was meant for, whatever the clock did.
    desk.clock.step(-3600)
    await desk.store.expire(desk.clock.at)
    assert await leased(desk) == []
    assert await desk.store.next_due(DOOR) == notice.not_before
