"""Our door against npm's smpp as an SMSC, well-behaved and hostile."""

import struct
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from sms_gateway.domain.message import DeliveryReport, MobileOriginated, PartOf
from sms_gateway.domain.outcome import Accepted, Delivery, Uncertain
from sms_gateway.smpp.codec import encode
from sms_gateway.smpp.pdus import DeliverSm
from sms_gateway.smpp.tlv import Tag
from tests.contracts.test_sender_contract import message
from tests.peers.peer import Bound, Peer, door_to, needs_npm, npm_smsc

pytestmark = [pytest.mark.acceptance, needs_npm]

FROM = {"source_addr": "84900000001", "source_addr_ton": 1, "destination_addr": "8083"}
MO = DeliverSm(
    sequence=77, source_addr="84900000001", destination_addr="8083", short_message=b"MCKH 9"
)


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """The SMSC."""
    async with npm_smsc() as started:
        yield started


@pytest.fixture
async def bound(peer: Peer) -> AsyncIterator[Bound]:
    """A door that is bound to it."""
    async with door_to(peer) as door:
        await peer.says("bind")
        await door.bound()
        yield door


async def text_of(bound: Bound) -> str:
    item = await bound.gets()
    assert isinstance(item, MobileOriginated), item
    return item.text


async def still_works(peer: Peer, bound: Bound) -> None:
    """A text goes in and is acknowledged, and a reply goes out."""
    await bound.bound()
    await peer.tell(submits="ok")
    await peer.tell(deliver={**FROM, "short_message": "MCKH still"})
    item: object = None
    while not (isinstance(item, MobileOriginated) and item.text == "MCKH still"):
        item = await bound.gets()
    await peer.says("pdu", lambda event: event["status"] == 0)
    (outcome,) = await bound.sends(message(9))
    assert isinstance(outcome, Accepted)


async def test_it_binds_and_unbinds(peer: Peer) -> None:
    async with door_to(peer) as door:
        said = await peer.says("bind")
        assert (said["as"], said["system_id"], said["version"]) == ("bind_transceiver", "us", 0x34)
        await door.bound()
    await peer.says("unbind")


async def test_a_transmitter_and_a_receiver_are_bound_apart(peer: Peer) -> None:
    async with door_to(peer, binds=[{"role": "transmitter"}, {"role": "receiver"}]) as door:
        binds = [await peer.says("bind") for _ in range(2)]
        assert {bind["as"] for bind in binds} == {"bind_transmitter", "bind_receiver"}
        await door.bound(2)
        await peer.tell(deliver={**FROM, "short_message": "MCKH 1"})
        assert await text_of(door) == "MCKH 1"
        (outcome,) = await door.sends(message(1))
        assert isinstance(outcome, Accepted)


async def test_a_wrong_password_is_refused(peer: Peer) -> None:
    async with door_to(peer, password="wrong") as door:
        await peer.says("closed")
        await peer.says("bind")
        assert door.door.session is not None
        assert "ESME_RINVPASWD" in door.door.session.state()


@pytest.mark.parametrize(
    "coding,text", [(0, "MCKH_170703-0001 {€}"), (3, "MCKH é"), (8, "MCKH hồ sơ")]
)
async def test_texts_in_each_coding_are_read_and_acknowledged(
    peer: Peer, bound: Bound, coding: int, text: str
) -> None:
    await peer.tell(deliver={**FROM, "data_coding": coding, "short_message": text})
    assert await text_of(bound) == text
    said = await peer.says("pdu")
    assert (said["command"], said["status"]) == ("deliver_sm_resp", 0)


async def test_a_part_with_a_header_is_known(peer: Peer, bound: Bound) -> None:
    part = {**FROM, "esm_class": 0x40, "udh": "050003090201"}
    await peer.tell(deliver={**part, "short_message": "MCKH 17"})
    item = await bound.gets()
    assert isinstance(item, MobileOriginated)
    assert (item.text, item.part) == ("MCKH 17", PartOf(9, 2, 1))


async def test_a_text_in_message_payload_is_read(peer: Peer, bound: Bound) -> None:
    await peer.tell(deliver={**FROM, "message_payload": "MCKH " + "1" * 400})
    assert await text_of(bound) == "MCKH " + "1" * 400


@pytest.mark.parametrize("text", ["Ho so_1 [xong] €", "Hồ sơ đã có kết quả"])
async def test_it_reads_what_we_send_and_its_receipt_is_matched(
    peer: Peer, bound: Bound, text: str
) -> None:
    (outcome,) = await bound.sends(replace(message(1), text=text))
    said = await peer.says("submit_sm")
    assert (said["text"], said["to"], said["from"]) == (text, "84900000001", "8083")
    assert said["asks"] == 1
    assert outcome == Accepted((said["id"],))  # type: ignore[arg-type]  # the id is a text
    receipt = f"id:{said['id']} sub:001 dlvrd:001 stat:DELIVRD err:000 text:Ho so"
    await peer.tell(deliver={**FROM, "esm_class": 4, "short_message": receipt})
    item = await bound.gets()
    assert isinstance(item, DeliveryReport)
    assert (item.telco_id, item.delivery) == (said["id"], Delivery.DELIVERED)


@pytest.mark.parametrize("long", ["udh8", "udh16", "sar", "payload"])
async def test_it_reads_our_long_texts(peer: Peer, long: str) -> None:
    text = "Ho so " + "0123456789" * 20
    async with door_to(peer, texts={"long": long}) as door:
        await door.bound()
        (outcome,) = await door.sends(replace(message(1), text=text, segments=2))
        assert isinstance(outcome, Accepted)
        parts = [await peer.says("submit_sm") for _ in outcome.telco_ids]
    assert "".join(str(part["text"]) + str(part["payload"]) for part in parts) == text
    assert any(part["udh"] for part in parts) is long.startswith("udh")


async def test_answers_in_another_order_belong_to_their_messages(peer: Peer, bound: Bound) -> None:
    await peer.tell(submits="reversed")
    outcomes = await bound.sends(*(message(number) for number in range(3)))
    assert outcomes == [Accepted((name,)) for name in ("a2", "a1", "a0")]  # type: ignore[arg-type]  # ids are texts
    await still_works(peer, bound)


async def test_an_answer_that_comes_twice_counts_once(peer: Peer, bound: Bound) -> None:
    await peer.tell(submits="twice")
    (outcome,) = await bound.sends(message(1))
    assert isinstance(outcome, Accepted)
    await still_works(peer, bound)


@pytest.mark.parametrize("submits", ["never", "wrong_sequence"])
async def test_what_has_no_answer_of_its_own_is_uncertain(
    peer: Peer, bound: Bound, submits: str
) -> None:
    await peer.tell(submits=submits)
    assert await bound.sends(message(1)) == [Uncertain("timed_out")]
    await still_works(peer, bound)


async def test_an_unbind_in_the_middle_leaves_what_is_open_uncertain_and_it_binds_again(
    peer: Peer, bound: Bound
) -> None:
    await peer.tell(submits="never")
    await peer.tell(end="unbind")
    (outcome,) = await bound.sends(message(1))
    assert type(outcome).__name__ in ("Uncertain", "Deferred")
    await peer.says("bind")
    await still_works(peer, bound)


async def test_a_line_that_is_cut_is_made_again(peer: Peer, bound: Bound) -> None:
    await peer.tell(end="destroy")
    await peer.says("bind")
    await still_works(peer, bound)


def header(length: int, command: int, sequence: int = 5, status: int = 0) -> bytes:
    return struct.pack(">IIII", length, command, status, sequence)


HUGE = DeliverSm(
    sequence=4, source_addr="84900000001", destination_addr="8083",
    tlvs=((Tag.MESSAGE_PAYLOAD, b"x" * 65_000), (0x1400, b"\xff" * 4_000)),
)  # fmt: skip

HARMLESS = {
    "a command that nobody knows": header(16, 0x777),
    "a command for an SMSC": header(16, 0x3),
    "an answer that nobody knows": header(16, 0x80000777),
    "an answer to nothing": header(16, 0x80000004, 999),
    "an answer to a bind, again": header(16, 0x80000009, 1),
    "a text that ends too soon": header(20, 0x5) + b"\0\1\1\0",
    "a length of a text that cannot be": encode(MO)[:-7] + b"\xc8MCKH 9",
    "a TLV that is longer than its PDU": (
        header(len(encode(MO)) + 4, 0x5) + encode(MO)[16:] + b"\x04\x24\xff\xff"
    ),
    "huge TLVs": encode(HUGE),
    "a PDU that is too long": header(200_000, 0x5) + b"\0" * 199_984,
    "a nack of nothing": header(16, 0x80000000, 0, 3),
    "an alert": header(16, 0x102),
}


@pytest.mark.parametrize("octets", HARMLESS.values(), ids=HARMLESS.keys())
async def test_the_same_line_goes_on_after(peer: Peer, bound: Bound, octets: bytes) -> None:
    await peer.tell(raw=octets.hex())
    await still_works(peer, bound)
    assert not [event for event in peer.heard if event["event"] in ("closed", "error")]


@pytest.mark.parametrize("length", [0, 15, 0x7FFFFFFF, 0xFFFFFFFF])
async def test_after_a_length_that_cannot_be_it_binds_again(
    peer: Peer, bound: Bound, length: int
) -> None:
    await peer.tell(raw=header(length, 0x5).hex())
    await peer.says("bind")
    await still_works(peer, bound)


async def test_after_half_a_pdu_and_silence_it_binds_again(peer: Peer) -> None:
    timers = {"reconnect_s": 0.1, "response_s": 0.2, "enquire_link_s": 0.2}
    async with door_to(peer, timers=timers) as door:
        await peer.says("bind")
        await door.bound()
        await peer.tell(raw=encode(MO)[:20].hex(), silent=True)
        await peer.says("closed")
        await peer.tell(silent=False)
        await peer.says("bind")
        await still_works(peer, door)


async def test_a_flood_is_answered_each_one_once(peer: Peer, bound: Bound) -> None:
    flood = 5_000
    one = replace(MO, short_message=b"MCKH 1")
    await peer.tell(raw=b"".join(encode(one, 1_000 + n) for n in range(flood)).hex())
    answered = [
        (await peer.says("pdu", lambda event: event["command"] == "deliver_sm_resp"))["sequence"]
        for _ in range(flood)
    ]
    assert sorted(answered, key=str) == sorted(range(1_000, 1_000 + flood), key=str)
    await still_works(peer, bound)
