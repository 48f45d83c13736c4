"""The signed calls of exchanges are such as the telcos' own SDKs take."""

from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator
from vonage_jwt import verify_signature

from tests.channels.presets.exchanges import Recorded, recorded

TOKENS = ("auth-token-example-0001", "auth-token-example-0002")


def signed(kind: str) -> list[Recorded]:
    """The calls that no stranger made."""
    found = [one for one in recorded(kind) if one.exchange.call]
    return [one for one in found if not one.name.startswith("stranger_")]


@pytest.mark.parametrize("one", signed("twilio"), ids=str)
def test_twilios_own_sdk_takes_the_signature(one: Recorded) -> None:
    call = one.exchange.call
    assert call
    form = dict(parse_qsl(call.body))
    url = f"https://sms.example.vn{call.path}"
    sign = call.headers["x-twilio-signature"]
    assert any(RequestValidator(token).validate(url, form, sign) for token in TOKENS)


@pytest.mark.parametrize("one", signed("vonage"), ids=str)
def test_vonages_own_sdk_takes_the_token(one: Recorded) -> None:
    call = one.exchange.call
    assert call
    token = call.headers["authorization"].removeprefix("Bearer ")
    assert verify_signature(token, "signature-secret-example-0123456789abcdef")
