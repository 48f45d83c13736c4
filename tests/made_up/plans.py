"""A small made-up log for tests."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sms_gateway.domain.numbers import Hasher
from sms_gateway.domain.secret import Secret
from sms_gateway.made_up.messages import Plan
from sms_gateway.made_up.spread import Span

HASHER = Hasher(Secret("07" * 32))
PLAN = Plan(
    messages=3_000,
    seed=7,
    span=Span(datetime(2026, 11, 26, tzinfo=UTC), 30, ZoneInfo("Asia/Ho_Chi_Minh")),
    known=50,
    doors=("viettel", "mobifone"),
    run="made-up",
    hasher=HASHER,
    agency="000.00.12.H32",
)
