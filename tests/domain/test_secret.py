import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.domain.outcome import Delivery
from sms_gateway.domain.secret import Secret


def test_a_secret_is_never_shown() -> None:
    secret = Secret("open sesame")
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r}", repr({"key": secret})):
        assert "open" not in shown


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters()))
def test_a_secret_matches_itself_and_nothing_else(value: str, offered: str) -> None:
    assert Secret(value).matches(value)
    assert Secret(value).matches(offered) == (value == offered)


@pytest.mark.parametrize(
    "delivery, final",
    [
        (Delivery.ENROUTE, False),
        (Delivery.UNKNOWN, False),
        (Delivery.DELIVERED, True),
        (Delivery.EXPIRED, True),
        (Delivery.UNDELIVERABLE, True),
        (Delivery.REJECTED, True),
    ],
)
def test_a_later_report_may_only_replace_one_that_is_not_final(
    delivery: Delivery, *, final: bool
) -> None:
    assert delivery.final is final
