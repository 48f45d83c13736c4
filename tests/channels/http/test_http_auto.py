"""Texts of a telco that writes them now plain, now in Base64."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.channels.http.values import MAX_TEXT
from sms_gateway.ports import Refused, WebhookRequest
from sms_gateway.settings import SettingsError
from tests.channels.http.calls import ANYWHERE, NOW, Opener, one_mo, webhook

FIELDS = {"sender": "json:from", "short_code": "const:8083", "text": "json:text"}


def read(door_of: Opener, text: str) -> str:
    inbound = {"fields": FIELDS, "text_encoding": "auto"}
    door = webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
    body = json.dumps({"from": "84900000001", "text": text}).encode()
    request = WebhookRequest("POST", "/mo/telco", "", {}, body, "203.0.113.7")
    return one_mo(door.read(request, NOW)).text


def packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "text", ["MCKH_12345", "mckh 170703-0001", "MCKH 12", "Mã số 12345", "MCKH", "?"]
)
def test_a_text_is_read_the_same_plain_and_in_base64(door_of: Opener, text: str) -> None:
    assert read(door_of, text) == text
    assert read(door_of, packed(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "MCKH", "TUNL", "TUNLSDEy", "TUNLSCAx", "huyy", "IEh IEhI", "12345678",
        "TUNLSF8xMjM0NQ", "TUNLSF8xMjM0NQ= ", "TUNLSF8xMjM0NR==", "AAAA1234", "////",
        "MDA=MDA=", "IA==", "đđđđ",
    ],
)  # fmt: skip
def test_what_is_not_surely_base64_of_a_text_stays_as_it_is(door_of: Opener, text: str) -> None:
    assert read(door_of, text) == text


@settings(deadline=None)
@given(code=st.text("0123456789-_/ abcdefABCDEF+", max_size=20))
def test_a_text_that_begins_with_the_keyword_is_never_taken_for_base64(
    door_of: Opener, code: str
) -> None:
    for keyword in ("MCKH", "mckh", "Mckh"):
        assert read(door_of, keyword + code) == keyword + code


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_is_taken(door_of: Opener, text: str) -> None:
    assert isinstance(read(door_of, text.encode("utf-8", "replace").decode()), str)


def test_a_text_that_is_too_long_is_refused_either_way(door_of: Opener) -> None:
    inbound = {"fields": FIELDS, "text_encoding": "auto"}
    door = webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
    for text in ("1 " * MAX_TEXT, packed("1 " * MAX_TEXT)):
        body = json.dumps({"from": "84900000001", "text": text}).encode()
        request = WebhookRequest("POST", "/mo/telco", "", {}, body, "203.0.113.7")
        outcome = door.read(request, NOW)
        assert isinstance(outcome, Refused)
        assert outcome.detail == f"field text is longer than {MAX_TEXT} characters"


def test_auto_wants_utf_8(door_of: Opener) -> None:
    inbound = {"fields": FIELDS, "text_encoding": "auto", "charset": "latin-1"}
    with pytest.raises(SettingsError, match="auto wants charset utf-8"):
        webhook(door_of, {"inbound": inbound, "access": ANYWHERE})
