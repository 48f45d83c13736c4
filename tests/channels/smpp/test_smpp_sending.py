import asyncio
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, Uncertain
from sms_gateway.smpp import pdus
from sms_gateway.smpp.status import Status
from tests.channels.smpp.conftest import Open
from tests.channels.smpp.telco import Telco, open_telco, says
from tests.contracts.test_sender_contract import Fates, message


@pytest.mark.parametrize(
    "status, outcome",
    [
        (Status.RTHROTTLED, Deferred),
        (Status.RMSGQFUL, Deferred),
        (Status.RSYSERR, Rejected),
        (Status.RINVDSTADR, Rejected),
        (Status.RINVSRCADR, Deferred),
        (Status.RUNKNOWNERR, Uncertain),
        (0x0499, Rejected),
    ],
)
async def test_what_the_telco_says_is_what_becomes_of_the_message(
    opened: Open, telco: Telco, status: int, outcome: type[object]
) -> None:
    house = await opened()
    telco.answer = says(status)
    fates = Fates()
    await house.sender.send([message(1)], fates)
    assert [type(one) for one in fates.outcomes] == [outcome]


async def test_a_telco_may_mean_a_status_in_its_own_way(opened: Open, telco: Telco) -> None:
    house = await opened(statuses={"throttled": [0x499]})
    telco.answer = says(0x499)
    fates = Fates()
    await house.sender.send([message(1)], fates)
    assert isinstance(fates.outcomes[0], Deferred)


MO = pdus.DeliverSm(sequence=7, source_addr="84900000001", destination_addr="8083")
LATER = datetime(2099, 1, 1, tzinfo=UTC)
LONG = "Ho so 170703-0001 dang xu ly. " * 8


@pytest.mark.parametrize("way", ["udh8", "udh16", "sar", "payload"])
async def test_a_long_text_goes_as_the_telco_wants_it(opened: Open, telco: Telco, way: str) -> None:
    house = await opened(texts={"long": way})
    fates = Fates()
    await house.sender.send([replace(message(1), text=LONG, segments=2, valid_until=LATER)], fates)
    (outcome,) = fates.outcomes
    assert isinstance(outcome, Accepted)
    assert len(outcome.telco_ids) == len(telco.submitted) == (1 if way == "payload" else 2)
    header = {"udh8": 6, "udh16": 7}.get(way, 0)
    assert "".join(pdu.octets()[header:].decode() for pdu in telco.submitted) == LONG
    assert all(bool(pdu.esm_class & 0x40) == bool(header) for pdu in telco.submitted)


async def test_a_long_text_of_which_a_part_is_throttled_is_sent_whole(
    opened: Open, telco: Telco
) -> None:
    house = await opened(throttled_rest_s=0.01)
    said = [Status.ROK, Status.RTHROTTLED, Status.ROK]
    telco.answer = lambda pdu: [
        pdus.SubmitSmResp(sequence=pdu.sequence, status=said.pop(0), message_id="1")
    ]
    fates = Fates()
    await house.sender.send([replace(message(1), text=LONG, segments=2, valid_until=LATER)], fates)
    assert isinstance(fates.outcomes[0], Accepted)
    first, second, again = telco.submitted
    assert second.short_message == again.short_message != first.short_message


async def test_the_id_of_a_throttled_part_is_of_the_smsc_that_took_it_in_the_end(
    opened: Open, telco: Telco
) -> None:
    async with open_telco() as other:
        house = await opened(
            bound=2, binds=[{}, {"port": other.port}], receipts={"ids_shared": False},
            throttled_rest_s=0.01,
        )  # fmt: skip
        other.answer = says(Status.RTHROTTLED)
        fates = Fates()
        mt = replace(message(1), text=LONG, segments=2, valid_until=LATER)
        await house.sender.send([mt], fates)
        assert (len(telco.submitted), len(other.submitted)) == (2, 1)
    (outcome,) = fates.outcomes
    assert isinstance(outcome, Accepted)
    at = f"@127.0.0.1:{telco.port}"
    assert [telco_id.endswith(at) for telco_id in outcome.telco_ids] == [True, True]


async def test_a_telco_that_throttles_is_left_alone_for_its_rest(
    opened: Open, telco: Telco
) -> None:
    house = await opened(throttled_rest_s=0.2)
    said = [Status.RTHROTTLED, *[Status.ROK] * 9]
    telco.answer = lambda pdu: [pdus.SubmitSmResp(sequence=pdu.sequence, status=said.pop(0))]
    loop = asyncio.get_running_loop()
    fates = Fates()
    await house.sender.send([message(1)], fates)
    begin = loop.time()
    await house.sender.send([message(2)], fates)
    assert loop.time() - begin >= 0.15
    assert [type(one) for one in fates.outcomes] == [Deferred, Accepted]


async def test_an_accented_text_goes_as_ucs_2(opened: Open, telco: Telco) -> None:
    house = await opened()
    await house.sender.send([replace(message(1), text="Hồ sơ", alphabet="ucs2")], Fates())
    (pdu,) = telco.submitted
    assert (pdu.data_coding, pdu.short_message.decode("utf-16-be")) == (8, "Hồ sơ")


async def test_a_submit_says_where_from_where_to_and_how_long(opened: Open, telco: Telco) -> None:
    house = await opened(
        service_type="CMT",
        addresses={"source_ton": 3, "dest_ton": 1, "dest_npi": 1},
        billing={"charge": {"tlvs": {"5121": "71"}}},
    )
    await house.sender.send([message(1)], Fates())
    (pdu,) = telco.submitted
    assert (pdu.source_addr, pdu.destination_addr) == ("8083", "84900000001")
    assert (pdu.source_addr_ton, pdu.dest_addr_ton, pdu.dest_addr_npi) == (3, 1, 1)
    assert (pdu.service_type, pdu.registered_delivery) == ("CMT", 1)
    assert pdu.first(5121) == b"71\0"
    assert pdu.validity_period.endswith("000R")
    assert len(pdu.validity_period) == 16


async def test_the_pace_is_kept_in_pdus(opened: Open, telco: Telco) -> None:
    house = await opened(per_second=50)
    assert house.door.led
    loop = asyncio.get_running_loop()
    begin = loop.time()
    long = replace(message(1), text=LONG, segments=2)
    await house.sender.send([long, *map(message, (2, 3))], Fates())
    assert len(telco.submitted) == 4
    assert loop.time() - begin >= 3 / 50


async def test_a_message_that_cannot_be_written_is_refused_and_holds_nobody_up(
    opened: Open, telco: Telco
) -> None:
    house = await opened(window=1)
    fates = Fates()
    odd = replace(message(1), door_data={"of": "another kind of door"})
    far = replace(message(2), recipient=Address("+" + "8" * 30))
    await house.sender.send([odd, far, message(3)], fates)
    kinds = [type(outcome) for outcome in fates.outcomes]
    assert sorted(kinds, key=str) == [Accepted, Rejected, Rejected]
    assert len(telco.submitted) == 1


async def test_parts_that_were_all_throttled_are_put_off_when_the_line_breaks(
    opened: Open, telco: Telco
) -> None:
    house = await opened(throttled_rest_s=60.0)
    telco.answer = says(Status.RTHROTTLED)
    fates = Fates()
    mt = replace(message(1), text=LONG, segments=2, valid_until=LATER)
    sending = asyncio.create_task(house.sender.send([mt], fates))
    for _ in range(2):
        await telco.arrived.get()
    telco.lines[0].send(MO)
    await house.desk.handed.get()  # behind both answers
    sending.cancel()
    await asyncio.wait([sending])
    assert [type(outcome) for outcome in fates.outcomes] == [Deferred]


async def test_what_the_telcos_alphabet_does_not_hold_is_cut_as_ucs_2(
    opened: Open, telco: Telco
) -> None:
    house = await opened(texts={"coding_0": "ascii"})
    mt = replace(message(1), text="à" * 120, alphabet="gsm7", segments=1)
    await house.sender.send([mt], Fates())
    assert [pdu.data_coding for pdu in telco.submitted] == [8, 8]
    assert all(len(pdu.short_message) <= 140 for pdu in telco.submitted)


@pytest.mark.parametrize("status", [Status.RINVREGDLVFLG, Status.RINVEXPIRY, Status.RINVESMCLASS])
async def test_a_setting_that_the_telco_refuses_costs_no_reply(
    opened: Open, telco: Telco, status: Status
) -> None:
    house = await opened()
    telco.answer = says(status)
    fates = Fates()
    await house.sender.send([message(1)], fates)
    assert isinstance(fates.outcomes[0], Deferred)


async def test_the_pace_is_kept_also_where_the_window_is_small(opened: Open, telco: Telco) -> None:
    house = await opened(window=1, per_second=100)
    loop = asyncio.get_running_loop()
    begin = loop.time()
    await house.sender.send([message(number) for number in range(5)], Fates())
    assert loop.time() - begin < 8 / 100
    assert len(telco.submitted) == 5


async def test_an_answer_that_comes_late_tells_that_the_message_is_taken_after_all(
    opened: Open, telco: Telco
) -> None:
    house = await opened(timers={"response_s": 0.05})
    telco.answer = lambda _pdu: []
    fates = Fates()
    await house.sender.send([message(1)], fates)
    assert fates.outcomes == [Uncertain("timed_out")]
    (pdu,) = telco.submitted
    telco.lines[0].send(pdus.SubmitSmResp(sequence=pdu.sequence, message_id="77"))
    assert await house.desk.late.get() == (message(1).id, "77")
