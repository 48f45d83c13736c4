from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.channels.smpp.outcomes import joined
from sms_gateway.channels.smpp.reading import MAX_TEXT, PduReader
from sms_gateway.channels.smpp.settings import SmppDoor, Texts
from sms_gateway.channels.smpp.writing import PduWriter
from sms_gateway.domain.message import DeliveryReport, MobileOriginated
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, Uncertain
from sms_gateway.gsm.segment import count
from sms_gateway.ports import Unreadable
from sms_gateway.settings import decode as decode_settings
from sms_gateway.smpp.codec import decode, encode
from sms_gateway.smpp.pdus import DeliverSm, SubmitSm
from tests.channels.smpp.contract_case import SETTINGS
from tests.contracts.channel_case import CONTEXT, NOW
from tests.contracts.test_sender_contract import message

octet = st.integers(0, 255)
latin = st.text(st.characters(max_codepoint=255, exclude_characters="\0"), max_size=20)
tlvs = st.lists(
    st.tuples(st.integers(0, 0xFFFF) | st.sampled_from([0x20C, 0x20E, 0x20F, 0x424, 0x1E]),
              st.binary(max_size=40)),
    max_size=4,
).map(tuple)  # fmt: skip
deliveries = st.builds(
    DeliverSm,
    source_addr=latin | st.just("84900000001"),
    destination_addr=latin | st.just("8083"),
    esm_class=octet,
    data_coding=octet,
    short_message=st.binary(max_size=254)
    | st.text(max_size=60).map(lambda t: t.encode("utf-16-be")),
    tlvs=tlvs,
)


def settings_of(**changes: object) -> SmppDoor:
    return decode_settings({**SETTINGS, **changes}, SmppDoor, "doors.telco")


READER = PduReader(settings_of(echo_tlvs=[0x424]), CONTEXT, "doors.telco")
# `0@0@` in GSM-7 is `00` in UTF-16: no person writes an @ behind every letter, but this file does.
PLAIN = PduReader(settings_of(texts={"finds_ucs2": False}), CONTEXT, "doors.telco")


@given(deliveries)
def test_whatever_a_telco_delivers_is_a_text_a_report_or_kept_for_staff(pdu: DeliverSm) -> None:
    handed = READER.read(pdu, encode(pdu), "smsc")
    item = handed.item
    assert isinstance(item, MobileOriginated | DeliveryReport | Unreadable)
    if isinstance(item, MobileOriginated):
        assert len(item.text) <= MAX_TEXT
        assert item.sender.value
    assert handed.raw == b"smpp " + encode(pdu).hex().encode()


@pytest.mark.parametrize("coding_0", ["gsm7", "latin-1", "ascii", "utf-8"])
@given(octets=st.binary(max_size=254), coding=octet)
def test_no_octets_are_beyond_reading_in_any_alphabet(
    coding_0: str, octets: bytes, coding: int
) -> None:
    reader = PduReader(settings_of(texts={"coding_0": coding_0}), CONTEXT, "doors.telco")
    pdu = DeliverSm(
        source_addr="84900000001", destination_addr="8083", data_coding=coding, short_message=octets
    )
    assert reader.read(pdu, b"", "smsc").item is not None


texts = st.text(
    st.sampled_from("Ho so 170703-0001 dang xu ly, em@nha[]{}€ÀỆđ👍"), min_size=1, max_size=700
)


@pytest.mark.parametrize("way", ["udh8", "udh16", "sar", "payload"])
@given(text=texts)
def test_what_is_sent_in_parts_is_read_back_as_the_same_text(way: str, text: str) -> None:
    counted = count(text)
    mt = replace(
        message(1), text=text, alphabet=counted.alphabet.value, segments=counted.segments,
        valid_until=NOW + timedelta(hours=1),
    )  # fmt: skip
    pdus = PduWriter(settings_of(texts={"long": way}), "doors.telco").write(mt, NOW)
    parts: list[MobileOriginated] = []
    for pdu in pdus:
        sent = decode(encode(pdu, 1))
        assert isinstance(sent, SubmitSm)
        assert len(sent.short_message) <= 254
        came = DeliverSm(
            source_addr="84900000001",
            destination_addr="8083",
            esm_class=sent.esm_class,
            data_coding=sent.data_coding,
            short_message=sent.short_message,
            tlvs=sent.tlvs,
        )
        item = PLAIN.read(came, b"", "smsc").item
        assert isinstance(item, MobileOriginated)
        parts.append(item)
    assert "".join(part.text for part in parts) == text
    if len(parts) > 1:
        places = [part.part for part in parts]
        assert [place and (place.number, place.total) for place in places] == [
            (number, len(parts)) for number in range(1, len(parts) + 1)
        ]
        assert len({place and place.reference for place in places}) == 1


def test_a_part_has_the_same_reference_at_every_attempt() -> None:
    writer = PduWriter(settings_of(), "doors.telco")
    mt = replace(message(1), text="x" * 200, segments=2)
    assert writer.write(mt, NOW) == writer.write(replace(mt, attempt=2), NOW)


outcomes = st.sampled_from(
    [Accepted(), Deferred("throttled"), Rejected("no", permanent=False),
     Rejected("never", permanent=True), Uncertain("timed_out")]
)  # fmt: skip


@given(st.lists(outcomes, min_size=1, max_size=4))
def test_a_text_is_taken_only_where_all_its_parts_are(parts: list[Accepted]) -> None:
    found = joined(parts)
    assert isinstance(found, Accepted) == all(isinstance(one, Accepted) for one in parts)
    if any(isinstance(one, Uncertain) for one in parts):
        assert isinstance(found, Uncertain)
    if isinstance(found, Deferred):
        # Put off only where nothing of it is at the telco.
        assert all(isinstance(one, Deferred) for one in parts)


def test_the_texts_of_a_door_have_defaults_that_the_standard_names() -> None:
    assert Texts().coding_0 == "gsm7"
    assert Texts().ucs2_coding == 8
