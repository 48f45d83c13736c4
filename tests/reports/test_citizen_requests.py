"""Requests of telcos in the file that citizens are given of their own data."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sms_gateway.domain.ids import CanonicalKey, DoorName, MessageId, ShortCode, TraceId
from sms_gateway.domain.msisdn import Address
from sms_gateway.reading import MoRow, Timeline
from sms_gateway.reports.citizen_rows import OwnPart, message_of

AT = datetime(2026, 11, 23, tzinfo=UTC)
MO = MoRow(
    id=MessageId("m"), door=DoorName("telco"), telco_id=None, sender=Address("+84900000001"),
    short_code=ShortCode("8083"), operator="", received_at=AT, trace_id=TraceId("m"),
    text="MCKH 1", outcome=None, reason="", intent="", code_key=CanonicalKey(""),
    dossier_id=None, agency="", answered_at=None, failures=0,
)  # fmt: skip
ALONE = Timeline(MO, (), (), (), (), (), raw=None, snapshot=None)


def whole(kept: bytes, _mo: MoRow) -> bytes | None:
    return kept


def given(raw: bytes, own: OwnPart = whole) -> object:
    return message_of(replace(ALONE, raw=raw), ZoneInfo("UTC"), own)["request"]


@pytest.mark.parametrize(
    "raw",
    [
        b"POST /mo\n\nfrom=%2B84900000001&to=8083&text=MCKH_170703-0001",
        b'POST /mo\n\n{"from": "0900000001", "text": "MCKH 1"}',
        b"smpp 0000003a00000005",
    ],
)
def test_a_request_that_tells_of_nobody_else_is_given(raw: bytes) -> None:
    assert given(raw) == raw.decode()


@pytest.mark.parametrize(
    "raw",
    [
        b'POST /mo\n\n[{"from": "84900000001"}, {"from": "84911222333", "text": "cua ai"}]',
        b"POST /mo\n\nfrom=84900000001&text=goi+%30911222333",
        b"POST /mo\n\n[400 octets left out: they may hold a secret]",
    ],
)
def test_a_call_that_may_hold_texts_of_others_is_given_to_nobody(raw: bytes) -> None:
    assert given(raw) is None


def test_of_a_call_with_texts_of_many_what_the_door_gives_is_given_or_nothing() -> None:
    # A number in Base64 is none that could be found in the call.
    others = b'[{"from": "84900000001", "text": "a"}, {"from": "ODQ5MTEyMjIzMzM=", "text": "b"}]'
    own = b'{"from": "84900000001", "text": "a"}'
    assert given(b"POST /mo\n\n" + others, lambda _kept, _mo: own) == own.decode()
    assert given(b"POST /mo\n\n" + others, lambda _kept, _mo: None) is None
    assert given(b"POST /mo", lambda _kept, _mo: others.replace(b"ODQ5", b"84911222333")) is None
