"""What every store does with DLRs, which come before the send is settled, twice, or never."""

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import DoorName, MessageId, TelcoId
from sms_gateway.domain.message import DeliveryReport
from sms_gateway.domain.outcome import PARTLY_TAKEN, Delivery, MtState
from sms_gateway.domain.records import ReceivedReport
from tests.contracts.store_desk import DOOR, ID_WINDOW, START, Desk

FINAL = [d for d in Delivery if d.final]


async def test_an_mt_without_a_report_has_no_delivery(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.sent(mt, "A1")
    row = await desk.mt_row(mt.id)
    assert (row.state, row.delivery, row.delivery_at) == (MtState.ACCEPTED, None, None)


async def test_a_report_after_the_settlement_tells_the_delivery(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.sent(mt, "A1")
    at = desk.clock.step(5)
    await desk.reported("A1", Delivery.DELIVERED)
    row = await desk.mt_row(mt.id)
    assert (row.delivery, row.delivery_at) == (Delivery.DELIVERED, at)
    (receipt,) = (await desk.line_of(mt.id)).receipts
    assert (receipt.mt_id, receipt.delivery, receipt.received_at) == (
        *(mt.id, Delivery.DELIVERED, at),
    )


async def test_a_report_before_the_settlement_waits_for_it(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    at = desk.clock.at
    await desk.reported("A1", Delivery.DELIVERED)
    assert (await desk.reading.counts()).unmatched == 1
    assert (await desk.mt_row(mt.id)).delivery is None
    desk.clock.step(5)
    await desk.store.settle([desk.accepted(mt.id, 1, "A1")])
    row = await desk.mt_row(mt.id)
    assert (row.delivery, row.delivery_at) == (Delivery.DELIVERED, at)
    assert (await desk.reading.counts()).unmatched == 0


async def test_several_reports_before_the_settlement_end_in_the_final_one(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    for delivery in (Delivery.ENROUTE, Delivery.DELIVERED, Delivery.UNKNOWN):
        await desk.reported("A1", delivery)
        desk.clock.step(1)
    await desk.store.settle([desk.accepted(mt.id, 1, "A1")])
    assert (await desk.mt_row(mt.id)).delivery is Delivery.DELIVERED


async def test_the_same_report_twice_is_kept_once(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.sent(mt, "A1")
    at = desk.clock.at
    for _ in range(2):
        await desk.reported("A1", Delivery.DELIVERED)
        desk.clock.step(5)
    assert len((await desk.line_of(mt.id)).receipts) == 1
    assert (await desk.mt_row(mt.id)).delivery_at == at


async def test_a_report_that_matches_nothing_is_kept(desk: Desk) -> None:
    await desk.reported("nobody", Delivery.DELIVERED)
    assert (await desk.reading.counts()).unmatched == 1


@pytest.mark.parametrize("final", FINAL)
@pytest.mark.parametrize("later", Delivery)
async def test_a_final_report_is_never_changed_by_a_later_one(
    desk: Desk, final: Delivery, later: Delivery
) -> None:
    mt = await desk.reply()
    await desk.sent(mt, "A1")
    await desk.reported("A1", final, "00A")
    await desk.reported("A1", later, "00B")
    assert (await desk.mt_row(mt.id)).delivery is final


async def in_parts(desk: Desk, *telco_ids: str) -> MessageId:
    """An MT that the telco took in so many parts."""
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.store.settle([desk.accepted(mt.id, 1, *telco_ids)])
    return mt.id


async def test_a_message_in_parts_is_delivered_when_the_last_part_is(desk: Desk) -> None:
    mt_id = await in_parts(desk, "A1", "A2", "A3")
    for telco_id in ("A3", "A1", "A1", "a3"):
        await desk.reported(telco_id, Delivery.DELIVERED)
        assert (await desk.mt_row(mt_id)).delivery is None
    at = desk.clock.step(5)
    await desk.reported("A2", Delivery.DELIVERED)
    row = await desk.mt_row(mt_id)
    assert (row.delivery, row.delivery_at) == (Delivery.DELIVERED, at)


@pytest.mark.parametrize("lost", [d for d in FINAL if d is not Delivery.DELIVERED])
@pytest.mark.parametrize("order", [1, -1])
async def test_a_message_in_parts_is_lost_with_any_of_them(
    desk: Desk, lost: Delivery, order: int
) -> None:
    mt_id = await in_parts(desk, "A1", "A2")
    for telco_id, delivery in [("A1", Delivery.DELIVERED), ("A2", lost)][::order]:
        await desk.reported(telco_id, delivery, "00A")
    assert (await desk.mt_row(mt_id)).delivery is lost


async def test_a_part_that_is_on_its_way_is_waited_for(desk: Desk) -> None:
    mt_id = await in_parts(desk, "A1", "A2")
    await desk.reported("A1", Delivery.DELIVERED)
    await desk.reported("A2", Delivery.ENROUTE)
    assert (await desk.mt_row(mt_id)).delivery is Delivery.ENROUTE
    await desk.reported("A2", Delivery.DELIVERED)
    assert (await desk.mt_row(mt_id)).delivery is Delivery.DELIVERED


@pytest.mark.parametrize("early", [True, False])
async def test_a_report_of_a_half_that_was_taken_does_not_make_the_whole_of_it(
    desk: Desk, *, early: bool
) -> None:
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    half = replace(
        desk.settlement(mt.id, 1, MtState.UNCERTAIN),
        result="uncertain",
        reason=PARTLY_TAKEN,
        telco_ids=(TelcoId("A1"),),
    )
    if early:
        await desk.reported("A1", Delivery.DELIVERED)
    await desk.store.settle([half])
    if not early:
        await desk.reported("A1", Delivery.DELIVERED)
    row = await desk.mt_row(mt.id)
    assert (row.state, row.delivery) == (MtState.UNCERTAIN, None)
    (receipt,) = (await desk.line_of(mt.id)).receipts
    assert (receipt.mt_id, receipt.delivery) == (mt.id, Delivery.DELIVERED)


async def test_a_half_that_was_taken_and_is_lost_is_told_so(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    half = replace(
        desk.settlement(mt.id, 1, MtState.UNCERTAIN),
        reason=PARTLY_TAKEN,
        telco_ids=(TelcoId("A1"),),
    )
    await desk.store.settle([half])
    await desk.reported("A1", Delivery.UNDELIVERABLE)
    row = await desk.mt_row(mt.id)
    assert (row.state, row.delivery) == (MtState.UNCERTAIN, Delivery.UNDELIVERABLE)


async def test_reports_of_parts_before_the_settlement_wait_for_it(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    for telco_id in ("A2", "A1"):
        await desk.reported(telco_id, Delivery.DELIVERED)
        desk.clock.step(1)
    await desk.store.settle([desk.accepted(mt.id, 1, "A1", "A2")])
    assert (await desk.mt_row(mt.id)).delivery is Delivery.DELIVERED


async def test_a_report_by_our_own_id_speaks_of_all_parts(desk: Desk) -> None:
    mt_id = await in_parts(desk, "A1", "A2")
    await desk.reported(mt_id, Delivery.DELIVERED)
    assert (await desk.mt_row(mt_id)).delivery is Delivery.DELIVERED


async def test_a_telco_that_gives_all_parts_one_id_reports_once(desk: Desk) -> None:
    mt_id = await in_parts(desk, "A1", "A1")
    await desk.reported("A1", Delivery.DELIVERED)
    assert (await desk.mt_row(mt_id)).delivery is Delivery.DELIVERED


@pytest.mark.parametrize("early", [d for d in Delivery if not d.final])
async def test_an_intermediate_report_gives_way_to_a_later_one(desk: Desk, early: Delivery) -> None:
    mt = await desk.reply()
    await desk.sent(mt, "A1")
    await desk.reported("A1", early)
    assert (await desk.mt_row(mt.id)).delivery is early
    await desk.reported("A1", Delivery.UNDELIVERABLE, "1")
    assert (await desk.mt_row(mt.id)).delivery is Delivery.UNDELIVERABLE


async def test_a_report_about_an_uncertain_mt_proves_that_it_was_taken(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    uncertain = desk.settlement(mt.id, 1, MtState.UNCERTAIN)
    await desk.store.settle([replace(uncertain, telco_ids=(TelcoId("A1"),))])
    await desk.reported("A1", Delivery.DELIVERED)
    row = await desk.mt_row(mt.id)
    assert (row.state, row.delivery) == (MtState.ACCEPTED, Delivery.DELIVERED)


async def test_a_report_may_speak_of_an_mt_by_our_own_id(desk: Desk) -> None:
    """So that even an MT whose send was never answered is known to have been taken."""
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.store.settle([desk.settlement(mt.id, 1, MtState.UNCERTAIN)])
    await desk.reported(mt.id, Delivery.DELIVERED, door=DoorName("other"))
    assert (await desk.mt_row(mt.id)).state is MtState.UNCERTAIN
    await desk.reported(mt.id, Delivery.DELIVERED)
    row = await desk.mt_row(mt.id)
    assert (row.state, row.delivery) == (MtState.ACCEPTED, Delivery.DELIVERED)


@pytest.mark.parametrize(
    "sent,reported", [("000123", "123"), ("123", "0000123"), ("00ABCdef", "abcDEF"), (" A1 ", "a1")]
)
async def test_leading_zeros_and_case_of_a_telcos_id_do_not_matter(
    desk: Desk, sent: str, reported: str
) -> None:
    mt = await desk.reply()
    await desk.sent(mt, sent)
    await desk.reported(reported, Delivery.DELIVERED)
    assert (await desk.mt_row(mt.id)).delivery is Delivery.DELIVERED


@pytest.mark.parametrize("nothing", ["0", "000", " "])
async def test_an_id_that_names_nothing_matches_nothing(desk: Desk, nothing: str) -> None:
    mt = await desk.reply()
    await desk.sent(mt, nothing)
    await desk.reported(nothing, Delivery.DELIVERED)
    assert (await desk.mt_row(mt.id)).delivery is None


async def test_a_report_of_one_door_does_not_speak_of_anothers_mt(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.sent(mt, "A1")
    await desk.reported("A1", Delivery.DELIVERED, door=DoorName("other"))
    assert (await desk.mt_row(mt.id)).delivery is None


async def test_an_id_that_a_telco_uses_again_speaks_of_the_newer_mt(desk: Desk) -> None:
    """Telcos' ids are unique only within a window (domain 2.0 point 6)."""
    old = await desk.reply()
    await desk.sent(old, "A1")
    await desk.reported("A1", Delivery.DELIVERED)
    desk.clock.step(2 * ID_WINDOW.total_seconds())
    new = await desk.reply()
    await desk.sent(new, "A1")
    assert (await desk.mt_row(new.id)).delivery is None
    desk.clock.step(5)
    await desk.reported("A1", Delivery.DELIVERED)
    assert (await desk.mt_row(new.id)).delivery_at == desk.clock.at
    assert len((await desk.line_of(old.id)).receipts) == 1
    assert len((await desk.line_of(new.id)).receipts) == 1


async def test_an_id_used_again_within_days_speaks_of_the_newer_mt_too(desk: Desk) -> None:
    old, new = await desk.reply(), await desk.reply()
    await desk.sent(old, "A1")
    await desk.sent(new, "A1")
    await desk.reported("A1", Delivery.DELIVERED)
    assert (await desk.mt_row(old.id)).delivery is None
    assert (await desk.mt_row(new.id)).delivery is Delivery.DELIVERED


async def test_the_same_report_is_news_of_a_newer_mt_that_got_the_id_the_next_day(
    desk: Desk,
) -> None:
    old = await desk.reply()
    await desk.sent(old, "A1")
    at = desk.clock.at
    await desk.reported("A1", Delivery.DELIVERED)
    desk.clock.step(86_400)
    new = await desk.reply()
    await desk.sent(new, "A1")
    desk.clock.step(5)
    for _ in range(2):
        await desk.reported("A1", Delivery.DELIVERED)
    assert (await desk.mt_row(old.id)).delivery_at == at
    assert (await desk.mt_row(new.id)).delivery_at == desk.clock.at
    assert len((await desk.line_of(old.id)).receipts) == 1
    assert len((await desk.line_of(new.id)).receipts) == 1


async def test_the_same_report_before_and_after_the_settlement_is_kept_once(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.reported("A1", Delivery.DELIVERED)
    await desk.reported("A1", Delivery.DELIVERED)
    assert (await desk.reading.counts()).unmatched == 1
    desk.clock.step(5)
    await desk.store.settle([desk.accepted(mt.id, 1, "A1")])
    desk.clock.step(5)
    await desk.reported("A1", Delivery.DELIVERED)
    assert len((await desk.line_of(mt.id)).receipts) == 1


async def test_the_same_report_by_our_own_id_is_kept_once(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.sent(mt, None)
    for _ in range(2):
        await desk.reported(mt.id, Delivery.DELIVERED)
    assert len((await desk.line_of(mt.id)).receipts) == 1


async def test_the_same_report_twice_in_one_call_is_kept_once(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.sent(mt, "A1")
    report = DeliveryReport(TelcoId("A1"), Delivery.DELIVERED)
    written = [
        ReceivedReport(desk.new_id(), DOOR, replace(report, telco_id=TelcoId(name)), START, b"dlr")
        for name in ("A1", "00a1", "B2", "A1")
    ]
    await desk.store.record_reports(written)
    assert len((await desk.line_of(mt.id)).receipts) == 1
    assert (await desk.reading.counts()).unmatched == 1


async def test_a_report_that_comes_again_after_a_week_is_kept_again(desk: Desk) -> None:
    for _ in range(2):
        await desk.reported("A1", Delivery.DELIVERED)
        desk.clock.step(ID_WINDOW.total_seconds())
    assert (await desk.reading.counts()).unmatched == 2


async def test_a_report_that_waited_for_nobody_does_not_speak_of_an_mt_of_another_week(
    desk: Desk,
) -> None:
    await desk.reported("A1", Delivery.DELIVERED)
    desk.clock.step(2 * ID_WINDOW.total_seconds())
    mt = await desk.reply()
    await desk.sent(mt, "A1")
    assert (await desk.mt_row(mt.id)).delivery is None


async def test_a_report_that_says_more_than_one_that_matches_nothing_is_kept_beside_it(
    desk: Desk,
) -> None:
    await desk.reported("A1", Delivery.ENROUTE)
    await desk.reported("A1", Delivery.DELIVERED)
    assert (await desk.reading.counts()).unmatched == 2


async def test_a_report_by_our_own_id_proves_that_an_uncertain_mt_was_taken(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    lost = replace(desk.accepted(mt.id, 1), state=MtState.UNCERTAIN, result="uncertain")
    await desk.store.settle([lost])
    await desk.reported(mt.id, Delivery.DELIVERED)
    row = await desk.mt_row(mt.id)
    assert (row.state, row.delivery) == (MtState.ACCEPTED, Delivery.DELIVERED)


async def test_our_own_id_means_nothing_at_another_door(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.sent(mt, "A1")
    await desk.reported(mt.id, Delivery.DELIVERED, door=DoorName("other"))
    assert (await desk.mt_row(mt.id)).delivery is None
