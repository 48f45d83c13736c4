"""A telco answers to a send when its time is over."""

from datetime import timedelta

from sms_gateway.domain.ids import MessageId, TelcoId
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.domain.records import Settlement
from tests.contracts.store_desk import DOOR, Desk


def late(desk: Desk, mt_id: MessageId, attempt: int = 1) -> Settlement:
    return Settlement(
        mt_id, attempt, desk.clock.at, MtState.ACCEPTED, "accepted", "answered_late",
        telco_ids=(TelcoId("T-7"),),
    )  # fmt: skip


async def doubted(desk: Desk) -> MessageId:
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 10)
    doubt = Settlement(mt.id, 1, desk.clock.at, MtState.UNCERTAIN, "uncertain", "timed_out")
    assert await desk.store.settle([doubt]) == [True]
    return mt.id


async def test_an_uncertain_mt_is_accepted_by_the_telcos_late_yes(desk: Desk) -> None:
    mt_id = await doubted(desk)
    desk.clock.step(12.0)
    await desk.store.settle_late([late(desk, mt_id)])
    row = await desk.mt_row(mt_id)
    assert (row.state, row.settled_at) == (MtState.ACCEPTED, desk.clock.at)
    attempts = (await desk.line_of(mt_id)).attempts
    assert [(a.part, a.result, a.telco_id) for a in attempts] == [
        (1, "uncertain", ""),
        (0, "accepted", "T-7"),
    ]


async def test_its_report_finds_it_whether_it_came_before_or_after(desk: Desk) -> None:
    first, second = await doubted(desk), await doubted(desk)
    await desk.reported("T-7", Delivery.DELIVERED)
    await desk.store.settle_late([late(desk, first)])
    assert (await desk.mt_row(first)).delivery is Delivery.DELIVERED
    desk.clock.step(timedelta(days=8).total_seconds())
    await desk.store.settle_late([late(desk, second)])
    await desk.reported("T-7", Delivery.EXPIRED)
    assert (await desk.mt_row(second)).delivery is Delivery.EXPIRED


async def test_a_late_yes_changes_nothing_that_is_settled_or_under_way_again(desk: Desk) -> None:
    mt_id = await doubted(desk)
    await desk.store.settle_late([late(desk, mt_id, attempt=2)])
    assert (await desk.mt_row(mt_id)).state is MtState.UNCERTAIN
    mt = await desk.reply()
    await desk.store.settle_late([late(desk, mt.id)])
    assert (await desk.mt_row(mt.id)).state is MtState.QUEUED
    assert not (await desk.line_of(mt.id)).attempts
