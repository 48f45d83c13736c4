"""Receipts over SMPP: which reply they are of."""

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.message import DeliveryReport
from sms_gateway.domain.outcome import Accepted, Delivery
from sms_gateway.ports import Unreadable
from sms_gateway.smpp import pdus
from sms_gateway.smpp.status import Status
from sms_gateway.store.rows import normal_telco_id
from tests.channels.smpp.conftest import Open
from tests.channels.smpp.telco import Telco, open_telco
from tests.channels.smpp.test_smpp_door import MO, handed
from tests.contracts.test_sender_contract import Fates, message

RECEIPT = (
    b"id:00000042 sub:001 dlvrd:001 submit date:2611231015 done date:2611231016 "
    b"stat:DELIVRD err:000 text:Ho so"
)


@pytest.mark.parametrize("esm_class", [0x04, 0x00])
async def test_a_receipt_is_a_report_whatever_it_says_it_is(opened: Open, esm_class: int) -> None:
    house = await opened()
    report = await handed(house, replace(MO, esm_class=esm_class, short_message=RECEIPT))
    assert isinstance(report, DeliveryReport)
    assert (report.telco_id, report.delivery, report.error) == (
        "00000042",
        Delivery.DELIVERED,
        "000",
    )
    assert report.at is not None
    assert report.at.isoformat() == "2026-11-23T03:16:00+00:00"
    answer = await house.telco.answers.get()
    assert isinstance(answer, pdus.DeliverSmResp)
    assert answer.status == Status.ROK


async def test_the_date_in_a_receipt_is_one_of_the_telcos_zone(opened: Open) -> None:
    house = await opened(receipts={"time_zone": "UTC"})
    report = await handed(house, replace(MO, esm_class=4, short_message=RECEIPT))
    assert isinstance(report, DeliveryReport)
    assert report.at is not None
    assert report.at.isoformat() == "2026-11-23T10:16:00+00:00"


async def test_an_id_that_is_hexadecimal_once_and_decimal_once_is_the_same(
    opened: Open, telco: Telco
) -> None:
    house = await opened(receipts={"ids": "hex_then_decimal"})
    telco.answer = lambda pdu: [pdus.SubmitSmResp(sequence=pdu.sequence, message_id="2A")]
    fates = Fates()
    await house.sender.send([message(1)], fates)
    report = await handed(
        house, replace(MO, esm_class=4, short_message=RECEIPT.replace(b"00000042", b"0000000042"))
    )
    assert isinstance(report, DeliveryReport)
    assert fates.outcomes == [Accepted((TelcoId("42"),))]
    assert report.telco_id.lstrip("0") == "42"


@pytest.fixture
async def other() -> AsyncIterator[Telco]:
    """An SMSC behind the same host, on another port."""
    async with open_telco() as telco:
        yield telco


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("by", ["host", "port"])
async def test_a_receipt_of_another_smsc_is_of_the_same_text_only_where_they_share_their_ids(
    opened: Open, telco: Telco, other: Telco, by: str, *, shared: bool
) -> None:
    second = {"host": "localhost"} if by == "host" else {"port": other.port}
    binds = [{"role": "transmitter"}, second]
    house = await opened(bound=2, binds=binds, receipts={"ids_shared": shared})
    telco.answer = lambda pdu: [pdus.SubmitSmResp(sequence=pdu.sequence, message_id="42")]
    fates = Fates()
    await house.sender.send([message(1)], fates)
    for line in (*telco.lines, *other.lines):  # the transmitter refuses it
        line.send(replace(MO, esm_class=4, short_message=RECEIPT))
    report = (await house.desk.handed.get()).item
    assert isinstance(report, DeliveryReport)
    (sent,) = fates.outcomes
    assert isinstance(sent, Accepted)
    (telco_id,) = sent.telco_ids
    assert (normal_telco_id(report.telco_id) == normal_telco_id(telco_id)) is shared


async def test_a_receipt_of_the_host_that_took_the_text_is_of_it(
    opened: Open, telco: Telco
) -> None:
    house = await opened(receipts={"ids_shared": False, "ids": "hex_then_decimal"})
    telco.answer = lambda pdu: [pdus.SubmitSmResp(sequence=pdu.sequence, message_id="2A")]
    fates = Fates()
    await house.sender.send([message(1)], fates)
    report = await handed(house, replace(MO, esm_class=4, short_message=RECEIPT))
    assert isinstance(report, DeliveryReport)
    expected = f"42@127.0.0.1:{telco.port}"
    assert fates.outcomes == [Accepted((TelcoId(expected),))]
    assert normal_telco_id(report.telco_id) == expected


async def test_blanks_around_an_id_are_no_part_of_it(opened: Open, telco: Telco) -> None:
    house = await opened(receipts={"ids_shared": False})
    telco.answer = lambda pdu: [pdus.SubmitSmResp(sequence=pdu.sequence, message_id=" 42 ")]
    fates = Fates()
    await house.sender.send([message(1)], fates)
    assert fates.outcomes == [Accepted((TelcoId(f"42@127.0.0.1:{telco.port}"),))]


async def test_a_receipt_without_an_id_is_kept_and_never_answered_as_a_text(opened: Open) -> None:
    house = await opened()
    found = await handed(house, replace(MO, esm_class=4, short_message=b"stat:DELIVRD"))
    assert isinstance(found, Unreadable)
