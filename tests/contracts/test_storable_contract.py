"""Letters that a database may not keep: every dialect does the same with them."""

import pytest
from msgspec.structs import replace

from sms_gateway.domain.acts import Handled, HandleOrder
from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Delivery, MtState
from sms_gateway.domain.records import Duplicate, PartHeld
from sms_gateway.ports import StoreDownError
from tests.contracts.store_desk import DOOR, Desk, pending


async def test_a_text_that_holds_nul_is_recorded_with_its_picture(desk: Desk) -> None:
    """PostgreSQL keeps no U+0000; a telco that heard no OK would send that text for ever."""
    arrival = desk.arrival("MCKH\0 170703-0001")
    mo = pending(await desk.record(arrival))
    assert mo.text == "MCKH\u2400 170703-0001"
    assert await desk.rows("SELECT text FROM inbox") == [("MCKH\u2400 170703-0001",)]
    assert await desk.record(replace(arrival, id=desk.new_id())) == Duplicate(mo.id)


async def test_nul_in_whatever_else_a_telco_says_is_kept_out_as_well(desk: Desk) -> None:
    arrival = desk.arrival()
    words = replace(
        arrival.mo,
        telco_id=TelcoId("a\0b"),
        sender=Address("BANK\0"),
        operator="VIET\0TEL",
        door_data={"s": "\0"},
    )
    arrival = replace(arrival, mo=words, dedupe_key="a\0b:hash")
    mo = pending(await desk.record(arrival))
    assert await desk.rows("SELECT telco_id, sender, operator FROM inbox") == [
        ("a\u2400b", "BANK\u2400", "VIET\u2400TEL")
    ]
    assert await desk.record(replace(arrival, id=desk.new_id())) == Duplicate(mo.id)
    mt = await desk.reply(mo=mo)
    (leased,) = await desk.store.lease(DOOR, desk.clock.at, 1)
    assert (leased.id, leased.door_data) == (mt.id, {"s": "\0"})


async def test_a_part_that_holds_nul_is_joined_and_known_again(desk: Desk) -> None:
    first = desk.arrival("MCKH\0", part=desk.part_of(1, 2), telco_id=None)
    assert isinstance(await desk.record(first), PartHeld)
    again = replace(first, id=desk.new_id(), dedupe_key="after the window")
    assert await desk.record(again) == Duplicate(first.id)
    mo = await desk.part(" 170703-0001", desk.part_of(2, 2))
    assert mo is not None
    assert mo.text == "MCKH\u2400 170703-0001"


async def test_a_report_that_holds_nul_finds_its_message(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.store.lease(DOOR, desk.clock.at, 1)
    taken = replace(desk.accepted(mt.id, 1, "A\0"), reason="0\0")
    assert await desk.store.settle([taken]) == [True]
    await desk.reported("A\0", Delivery.DELIVERED, "0\0")
    row = await desk.mt_row(mt.id)
    assert (row.state, row.delivery) == (MtState.ACCEPTED, Delivery.DELIVERED)
    assert await desk.rows("SELECT telco_id, error FROM receipt") == [("A\u2400", "0\u2400")]
    assert await desk.rows("SELECT telco_id, reason FROM attempt") == [("A\u2400", "0\u2400")]


async def test_what_staff_say_may_hold_nul(desk: Desk) -> None:
    mt = await desk.reply(MtState.HELD)
    order = HandleOrder(mt.id, desk.clock.at, "os:\0", "called\0back")
    assert isinstance(await desk.store.handle(order), Handled)
    assert await desk.rows("SELECT by, detail FROM audit") == [("os:\u2400", "called\u2400back")]


async def test_half_a_letter_is_refused_and_leaves_nothing(desk: Desk) -> None:
    """A lone surrogate is no text in any encoding: the door that let it through is at fault."""
    for place in ("text", "operator"):
        arrival = desk.arrival()
        with pytest.raises(StoreDownError):
            await desk.record(replace(arrival, mo=replace(arrival.mo, **{place: "\ud800"})))
    for table in ("inbox", "mo_key", "raw_exchange"):
        assert await desk.rows(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608  # three names


async def test_a_text_as_long_as_a_request_may_be_is_kept_whole(desk: Desk) -> None:
    long = "Đơn " * 50_000
    mo = await desk.receive(long)
    assert mo.text == long
    assert await desk.rows("SELECT length(text) FROM inbox") == [(len(long),)]
