"""What every store does with a text that a person sends by hand."""

from datetime import timedelta

from sms_gateway.domain.acts import SendOrder
from sms_gateway.domain.ids import DoorName, ShortCode
from sms_gateway.domain.moves import TakeOver
from sms_gateway.domain.outcome import MtState
from tests.contracts.store_desk import AN, DOOR, Desk, number


async def sent(desk: Desk) -> SendOrder:
    at = desk.clock.at
    order = SendOrder(
        desk.new_id(), DOOR, ShortCode("8083"), AN, number(AN), "Thu", "gsm7", 1, at,
        at + timedelta(minutes=10), "os:an",
    )  # fmt: skip
    await desk.store.send_by_hand(order)
    return order


async def test_it_leaves_by_its_door_and_no_other_one(desk: Desk) -> None:
    order = await sent(desk)
    assert await desk.store.take_over(TakeOver(DOOR, DoorName("other"), desk.clock.at)) == 0
    (mt,) = await desk.store.lease(DOOR, desk.clock.at, 10)
    assert (mt.id, mt.recipient, mt.text, mt.short_code) == (order.id, AN, "Thu", "8083")
    assert (mt.intent, mt.reply_to, mt.template) == ("", None, "")


async def test_who_sent_it_stands_in_its_timeline(desk: Desk) -> None:
    order = await sent(desk)
    line = await desk.line_of(order.id)
    assert line.mo is None
    assert [(act.by, act.act, act.detail) for act in line.acts] == [
        ("os:an", "message.send", "telco")
    ]


async def test_after_its_time_it_is_not_sent_any_more(desk: Desk) -> None:
    order = await sent(desk)
    desk.clock.step(600)
    assert await desk.store.lease(DOOR, desk.clock.at, 10) == []
    await desk.store.expire(desk.clock.at)
    assert (await desk.mt_row(order.id)).state is MtState.EXPIRED
