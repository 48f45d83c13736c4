"""Requests of telcos in the file that citizens are given of their own data."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sms_gateway.domain.ids import CanonicalKey, DoorName, MessageId, ShortCode, TraceId
from sms_gateway.domain.msisdn import Address
from sms_gateway.reading import MoRow, Timeline
from sms_gateway.reports.citizen_rows import message_of

AT = datetime(2026, 11, 23, tzinfo=UTC)
MO = MoRow(
    id=MessageId("m"), door=DoorName("telco"), telco_id=None, sender=Address("+84900000001"),
    short_code=ShortCode("8083"), operator="", received_at=AT, trace_id=TraceId("m"),
    text="MCKH 1", outcome=None, reason="", intent="", code_key=CanonicalKey(""),
    dossier_id=None, agency="", answered_at=None, failures=0,
)  # fmt: skip
ALONE = Timeline(MO, (), (), (), (), (), raw=None, snapshot=None)


def given(raw: bytes) -> object:
    return message_of(replace(ALONE, raw=raw), ZoneInfo("UTC"))["request"]


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
