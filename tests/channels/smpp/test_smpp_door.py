import asyncio
import io
import struct

import pytest
from msgspec.structs import replace

from sms_gateway.domain.message import MobileOriginated, PartOf
from sms_gateway.domain.outcome import Accepted, Deferred
from sms_gateway.gsm.halves import joined
from sms_gateway.ports import Kept, Unreadable
from sms_gateway.smpp import pdus
from sms_gateway.smpp.codec import encode
from sms_gateway.smpp.pdus import DataSm, DeliverSm
from sms_gateway.smpp.status import Status
from sms_gateway.smpp.tlv import Tag
from tests.channels.smpp.conftest import House, Open
from tests.channels.smpp.telco import Telco
from tests.contracts.test_sender_contract import Fates, message

MO = DeliverSm(
    sequence=7,
    source_addr_ton=1,
    source_addr_npi=1,
    source_addr="84900000001",
    destination_addr="8083",
    short_message=b"MCKH\x11170703-0001",
)


async def read(house: House, pdu: DeliverSm | DataSm) -> MobileOriginated:
    item = await handed(house, pdu)
    assert isinstance(item, MobileOriginated)
    return item


async def handed(house: House, pdu: DeliverSm | DataSm) -> object:
    house.telco.lines[0].send(pdu)
    return (await house.desk.handed.get()).item


async def answer_to(house: House, pdu: DeliverSm | DataSm) -> tuple[type[object], int, int]:
    house.telco.lines[0].send(pdu)
    answer = await house.telco.answers.get()
    assert isinstance(answer, pdus.Response)
    return type(answer), answer.sequence, answer.status


async def test_it_binds_as_it_is_told(opened: Open, telco: Telco) -> None:
    await opened(system_type="VMA", addresses={"ton": 3, "npi": 1, "range": "8083"})
    bind = await telco.bound.get()
    assert isinstance(bind, pdus.BindTransceiver)
    assert (bind.system_id, bind.password, bind.system_type) == ("us", "secret", "VMA")
    assert (bind.addr_ton, bind.addr_npi, bind.address_range) == (3, 1, "8083")
    assert bind.interface_version == 0x34


async def test_a_transmitter_and_a_receiver_are_bound_apart(opened: Open, telco: Telco) -> None:
    binds = [{"role": "transmitter"}, {"role": "receiver", "system_id": "other"}]
    house = await opened(bound=2, binds=binds)
    came = [await telco.bound.get(), await telco.bound.get()]
    assert {type(bind) for bind in came} == {pdus.BindTransmitter, pdus.BindReceiver}
    assert house.sender.limits.slots == 10
    assert house.door.session is not None
    assert house.door.session.state() == "2 of 2 bound"


async def test_several_binds_share_the_work(opened: Open, telco: Telco) -> None:
    house = await opened(bound=2, binds=[{}, {}], window=2)
    telco.answer = lambda _pdu: []
    assert house.sender.limits.slots == 4
    sending = asyncio.create_task(house.sender.send([message(n) for n in range(4)], Fates()))
    arrived = [await telco.arrived.get() for _ in range(4)]
    assert len({one.split("-")[0] for one in arrived}) == 2
    sending.cancel()
    await asyncio.wait([sending])


async def test_a_text_is_read_and_acknowledged_after_it_is_written_down(opened: Open) -> None:
    house = await opened()
    house.desk.written = None
    mo = await read(house, MO)
    assert (mo.sender.value, mo.short_code, mo.text) == ("+84900000001", "8083", "MCKH_170703-0001")
    assert mo.telco_id is None
    assert house.telco.answers.empty()
    (done,) = house.desk.held
    done(True)  # noqa: FBT003  # as the port calls it
    answer = await house.telco.answers.get()
    assert isinstance(answer, pdus.DeliverSmResp)
    assert (answer.sequence, answer.status) == (7, Status.ROK)


@pytest.mark.parametrize("rest, told", [("00020400020007", 0), ("04240005 78", 1)])
async def test_octets_behind_a_text_that_make_no_sense_cost_no_text(
    opened: Open, captured_logs: io.StringIO, rest: str, told: int
) -> None:
    house = await opened()
    frame = encode(MO)[4:] + bytes.fromhex(rest)
    house.telco.lines[0].writer.write(struct.pack(">I", len(frame) + 4) + frame)
    handed = await house.desk.handed.get()
    assert isinstance(handed.item, MobileOriginated)
    assert handed.item.text == "MCKH_170703-0001"
    assert handed.raw.endswith(rest.replace(" ", "").encode())
    answer = await house.telco.answers.get()
    assert isinstance(answer, pdus.DeliverSmResp)
    assert answer.status == Status.ROK
    assert captured_logs.getvalue().count("ESME_RINVOPTPARSTREAM") == told
    assert house.telco.answers.empty()


async def test_a_text_that_could_not_be_stored_stays_with_the_telco(opened: Open) -> None:
    house = await opened()
    house.desk.written = False
    assert await answer_to(house, MO) == (pdus.DeliverSmResp, 7, Status.RX_T_APPN)


async def test_data_sm_brings_a_text_as_well(opened: Open) -> None:
    house = await opened()
    payload = ((Tag.MESSAGE_PAYLOAD, b"MCKH 12345"),)
    data = DataSm(sequence=9, source_addr="84900000001", destination_addr="848083", tlvs=payload)
    assert (await read(house, data)).text == "MCKH 12345"
    answer = await house.telco.answers.get()
    assert isinstance(answer, pdus.DataSmResp)
    assert answer.status == Status.ROK


@pytest.mark.parametrize(
    "octets, coding, text",
    [
        (b"MCKH\x1112345 \0", 0, "MCKH_12345 @"),
        (b"MCKH_12345", 1, "MCKH_12345"),
        ("MCKH_123 è".encode("latin-1"), 3, "MCKH_123 è"),
        ("MCKH mã số".encode("utf-16-be"), 8, "MCKH mã số"),
        ("MCKH mã số".encode("utf-16-be"), 0, "MCKH mã số"),
        ("MCKH mã số".encode("utf-16-le"), 0, "MCKH mã số"),
        ("MCKH mã số".encode(), 4, "MCKH mã số"),
        ("Mã 1".encode("utf-16-be") + b"\x00", 8, "Mã 1�"),
        (b"MCKH 12345", 0xF1, "MCKH 12345"),
        ("Mã".encode("utf-16-be"), 0x18, "Mã"),
        (b"", 0, ""),
    ],
)
async def test_a_text_is_read_by_its_coding_or_by_its_pattern(
    opened: Open, octets: bytes, coding: int, text: str
) -> None:
    house = await opened()
    pdu = replace(MO, short_message=octets, data_coding=coding)
    assert (await read(house, pdu)).text == text


async def test_coding_0_is_the_telcos_own_alphabet(opened: Open) -> None:
    house = await opened(texts={"coding_0": "latin-1", "codings": {"245": "ucs2"}})
    assert (await read(house, replace(MO, short_message=b"MCKH_1"))).text == "MCKH_1"
    odd = replace(MO, short_message="Ấ".encode("utf-16-be"), data_coding=245)
    assert (await read(house, odd)).text == "Ấ"


async def test_a_part_of_a_long_text_is_known_by_header_or_tlvs(opened: Open) -> None:
    house = await opened()
    short = replace(MO, esm_class=0x40, short_message=b"\x05\0\x03\x07\x02\x01MCKH")
    assert (await read(house, short)).part == PartOf(7, 2, 1)
    wide = replace(MO, esm_class=0x40, short_message=b"\x06\x08\x04\x01\x07\x02\x02 12345")
    mo = await read(house, wide)
    assert (mo.part, mo.text) == (PartOf(263, 2, 2), " 12345")
    sar = (
        (Tag.SAR_MSG_REF_NUM, b"\0\x09"),
        (Tag.SAR_TOTAL_SEGMENTS, b"\x03"),
        (Tag.SAR_SEGMENT_SEQNUM, b"\x02"),
    )
    assert (await read(house, replace(MO, tlvs=sar))).part == PartOf(9, 3, 2)


@pytest.mark.parametrize("header", [b"", b"\x05\0\x03", b"\xff\0", b"\x05\0\x03\x07\x02\x09x"])
async def test_a_header_that_cannot_be_read_is_no_part(opened: Open, header: bytes) -> None:
    house = await opened()
    assert (await read(house, replace(MO, esm_class=0x40, short_message=header))).part is None


@pytest.mark.parametrize("coding", [8, 0x18, 0])
@pytest.mark.parametrize("text", ["MCKH 170703-0001", "Đơn MCKH 170703-0001"])
async def test_a_text_in_ucs_2_that_wrongly_says_it_has_a_header_keeps_its_beginning(
    opened: Open, coding: int, text: str
) -> None:
    house = await opened()
    octets = text.encode("utf-16-be")
    mo = await read(house, replace(MO, esm_class=0x40, data_coding=coding, short_message=octets))
    assert (mo.text, mo.part) == (text, None)


@pytest.mark.parametrize("coding", [8, 0x18, 0])
async def test_an_emoji_that_a_phone_cut_between_two_parts_is_not_lost(
    opened: Open, coding: int
) -> None:
    house = await opened(texts={"codings": {"0": "ucs2"}})
    octets = "MCKH 1😀".encode("utf-16-be")
    parts = []
    for number, half in enumerate((octets[:14], octets[14:]), 1):
        header = bytes((5, 0, 3, 7, 2, number))
        text = replace(MO, esm_class=0x40, data_coding=coding, short_message=header + half)
        parts.append((await read(house, text)).text)
    assert joined(parts) == "MCKH 1😀"
    assert "\ufffd" not in "".join(parts)
    alone = replace(MO, data_coding=coding, short_message=octets[:14])
    assert (await read(house, alone)).text == "MCKH 1\ufffd"


@pytest.mark.parametrize(
    "pdu",
    [
        replace(MO, source_addr=""),
        replace(MO, destination_addr="eighty"),
        replace(MO, short_message=b"", tlvs=((Tag.MESSAGE_PAYLOAD, b"x" * 2_001),)),
    ],
)
async def test_what_cannot_be_read_is_kept_and_acknowledged(opened: Open, pdu: DeliverSm) -> None:
    house = await opened()
    found = await handed(house, pdu)
    assert isinstance(found, Unreadable)
    assert found.detail.startswith("field ")
    answer = await house.telco.answers.get()
    assert isinstance(answer, pdus.DeliverSmResp)
    assert answer.status == Status.ROK


async def test_a_bind_that_is_refused_is_tried_again_and_told_once(
    opened: Open, telco: Telco, captured_logs: io.StringIO
) -> None:
    telco.bind_status = Status.RINVPASWD
    house = await opened(bound=2, timers={"reconnect_s": 0.01, "reconnect_most_s": 0.02})
    assert captured_logs.getvalue().count("smpp.not_bound") == 1
    assert "bind_refused ESME_RINVPASWD" in captured_logs.getvalue()
    assert "secret" not in captured_logs.getvalue()
    telco.bind_status = Status.ROK
    while house.sender.limits.slots == 0:
        await house.desk.changes.get()
    assert '"smpp.bound"' in captured_logs.getvalue()


async def test_it_tells_how_many_of_its_binds_stand(opened: Open, telco: Telco) -> None:
    house = await opened(bound=2, binds=[{}, {}], timers={"reconnect_s": 60})
    assert house.door.session is not None
    found = [house.door.session.kept()]
    for line in list(telco.lines):
        line.writer.transport.abort()
        await house.desk.changes.get()
        found.append(house.door.session.kept())
    assert found == [Kept.ALL, Kept.SOME, Kept.NONE]


async def test_a_line_that_is_cut_is_opened_again(opened: Open, telco: Telco) -> None:
    house = await opened(timers={"reconnect_s": 0.01})
    telco.lines[0].writer.transport.abort()
    await house.desk.changes.get()
    assert house.sender.limits.slots == 0
    fates = Fates()
    await house.sender.send([message(1)], fates)
    assert fates.outcomes == [Deferred("not_bound")]
    await house.desk.changes.get()
    await house.sender.send([message(2)], fates)
    assert isinstance(fates.outcomes[-1], Accepted)


async def test_it_takes_leave_when_the_gateway_stops(opened: Open, telco: Telco) -> None:
    house = await opened()
    await house.stop()
    assert await telco.unbound.get() is not None


async def test_it_leaves_when_another_node_leads(opened: Open, telco: Telco) -> None:
    house = await opened()
    house.desk.open = False
    await telco.unbound.get()
    await house.desk.changes.get()
    assert house.sender.limits.slots == 0


async def test_a_flood_of_pdus_that_cannot_be_read_leaves_one_line_for_each_reason(
    opened: Open, telco: Telco, captured_logs: io.StringIO
) -> None:
    await opened()
    unknown, cut = "00000010 00000777 00000000 00000005", "00000010 00000005 00000000 00000006"
    telco.lines[0].writer.write(bytes.fromhex(unknown) * 500 + bytes.fromhex(cut) * 500)
    for _ in range(1_000):
        await telco.answers.get()
    lines = [line for line in captured_logs.getvalue().splitlines() if "smpp.unreadable" in line]
    assert len(lines) == 2
    assert all('"count":1' in line for line in lines)
