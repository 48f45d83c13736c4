"""What every store counts for the limits that a telco sets for a day."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.outcome import MtState
from tests.contracts.store_desk import AN, BINH, DOOR, START, Desk

OTHER = DoorName("other")


async def sent(desk: Desk) -> int:
    return await desk.store.sent_since(DOOR, START, ())


async def to(desk: Desk, *ids: MessageId) -> Mapping[MessageId, int]:
    return await desk.store.sent_to(DOOR, START, ids)


@pytest.mark.parametrize(
    "state, counts",
    [
        (MtState.ACCEPTED, 1),
        (MtState.UNCERTAIN, 1),
        (MtState.FAILED, 0),
        (MtState.QUEUED, 0),
    ],
)
async def test_what_the_telco_took_or_may_have_counts(
    state: MtState, counts: int, desk: Desk
) -> None:
    mt = await desk.reply()
    assert await sent(desk) == 0
    await desk.store.lease(DOOR, desk.clock.at, 1)
    assert await sent(desk) == 1
    assert await desk.store.sent_since(DOOR, START, [mt.id]) == 0
    await desk.store.settle([desk.settlement(mt.id, 1, state)])
    assert await sent(desk) == counts


async def test_a_long_text_counts_as_many_as_it_has_parts(desk: Desk) -> None:
    await desk.sent(await desk.reply(mo=await desk.receive(sender=AN), segments=3), "A1")
    await desk.sent(await desk.reply(mo=await desk.receive(sender=AN)), "A2")
    again = await desk.reply(mo=await desk.receive(sender=AN), segments=2)
    assert await sent(desk) == 4
    assert await to(desk, again.id) == {again.id: 4}


async def test_yesterday_other_doors_and_replies_in_the_telcos_call_do_not_count(
    desk: Desk,
) -> None:
    await desk.sent(await desk.reply(), "A1")
    await desk.reply(MtState.SENDING)
    assert await desk.store.sent_since(OTHER, START, ()) == 0
    assert await sent(desk) == 1
    tomorrow = START + timedelta(days=1)
    assert await desk.store.sent_since(DOOR, tomorrow, ()) == 0


async def test_it_is_counted_by_number_without_those_that_are_asked_about(desk: Desk) -> None:
    await desk.sent(await desk.reply(mo=await desk.receive(sender=AN)), "A1")
    again = await desk.reply(mo=await desk.receive(sender=AN))
    third = await desk.reply(mo=await desk.receive(sender=AN))
    other = await desk.reply(mo=await desk.receive(sender=BINH))
    await desk.store.lease(DOOR, desk.clock.at, 10)
    found = await to(desk, again.id, third.id, other.id)
    assert found == {again.id: 1, third.id: 1, other.id: 0}
    assert await to(desk, again.id) == {again.id: 2}
