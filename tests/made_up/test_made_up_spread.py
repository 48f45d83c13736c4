from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.made_up.spread import Span, moments

UNTIL = datetime(2026, 11, 26, 16, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


@given(st.integers(1, 40), st.integers(0, 3_000), st.integers(0, 99))
def test_exactly_so_many_moments_lie_within_the_days_and_in_order(
    days: int, count: int, seed: int
) -> None:
    made = list(moments(Span(UNTIL, days, ZONE), count, Random(seed)))  # noqa: S311  # seeded
    assert len(made) == count
    assert made == sorted(made)
    first = milliseconds(UNTIL) - days * 86_400_000
    assert all(first <= at < milliseconds(UNTIL) for at in made)


def test_most_texts_come_on_working_days_in_the_morning_and_the_afternoon() -> None:
    made = moments(Span(UNTIL, 28, ZONE), 20_000, Random(1))  # noqa: S311  # seeded
    local = [datetime.fromtimestamp(at / 1000, ZONE) for at in made]
    working = sum(at.weekday() < 5 for at in local)
    office = sum(7 <= at.hour < 17 for at in local)
    assert 0.8 < working / len(local) < 0.95
    assert 0.65 < office / len(local) < 0.85
    assert all(any(at.hour == hour for at in local) for hour in range(24))
