"""A call such as the telco's, as a line for a shell."""

import shlex
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest

from sms_gateway.channels.http.example import example_of
from sms_gateway.channels.http.settings import HttpDoor
from sms_gateway.channels.presets import KINDS, laid_over
from sms_gateway.settings import decode
from tests.channels.presets.exchanges import door_of

BEYOND = "not with curl, for {}: text its number and wait with --receive"
FIELDS = {"sender": "json:from", "short_code": "const:8083", "text": "json:text"}
PASSWORD = "xylophone-0123456789"  # made up


def told(inbound: Mapping[str, object], access: Mapping[str, object]) -> str:
    raw = {"kind": "http", "inbound": inbound, "access": access}
    settings = decode(raw, HttpDoor, "doors.x")
    text = example_of(settings, "/mo/x")("http://127.0.0.1:8080")
    assert PASSWORD not in text
    return text


def line(inbound: Mapping[str, object], access: Mapping[str, object]) -> list[str]:
    return shlex.split(told(inbound, access))


def test_a_call_with_a_query_shows_each_field_and_hides_secrets() -> None:
    fields = {"sender": "query:from", "short_code": "query:to", "text": "query:msg"}
    access = {"fields": {"pw": {"field": "query:password", "secrets": [PASSWORD]}}}
    words = line({"methods": ["GET"], "fields": fields}, access)
    assert words[:3] == ["curl", "-X", "GET"]
    url = urlsplit(words[-1])
    assert (url.netloc, url.path) == ("127.0.0.1:8080", "/mo/x")
    assert parse_qs(url.query) == {
        "from": ["84900000001"],
        "to": ["8083"],
        "msg": ["MCKH 170703-0001"],
        "password": ["SECRET"],
    }


def test_json_is_nested_as_the_door_reads_it_and_basic_has_its_user() -> None:
    fields = {"sender": "json:mo.from", "short_code": "json:mo.to", "text": "json:text"}
    access = {"basic": {"telco": {"user": "telco", "passwords": [PASSWORD]}}}
    words = line({"fields": fields}, access)
    assert words[words.index("-u") + 1] == "telco:SECRET"
    assert words[words.index("-d") + 1] == (
        '{"mo": {"from": "84900000001", "to": "8083"}, "text": "MCKH 170703-0001"}'
    )
    assert "Content-Type: application/json" in words


def test_a_form_and_a_header_are_said_as_such() -> None:
    fields = {"sender": "form:from", "short_code": "form:to", "text": "form:text"}
    access = {"fields": {"pw": {"field": "header:X-Token", "secrets": [PASSWORD]}}}
    words = line({"fields": fields}, access)
    assert words.count("--data-urlencode") == 3
    assert words[words.index("-H") + 1] == "X-Token: SECRET"


def test_a_signed_call_cannot_be_made_by_hand_and_the_line_says_so() -> None:
    signature = {"scheme": "standard-webhooks", "secrets": [PASSWORD]}
    access = {"signatures": {"telco": signature}}
    assert told({"fields": FIELDS}, access) == BEYOND.format("its calls are signed")


def test_a_call_in_xml_is_said_to_be_no_line_for_a_shell() -> None:
    fields = {**FIELDS, "text": "xml:mo.text", "sender": "xml:mo.from"}
    assert told({"fields": fields}, {}) == BEYOND.format("its calls are XML")


def test_a_secret_in_the_xml_of_a_call_makes_it_xml() -> None:
    access = {"fields": {"pw": {"field": "xml:mo.password", "secrets": [PASSWORD]}}}
    assert told({"fields": FIELDS}, access) == BEYOND.format("its calls are XML")


def test_a_call_with_several_texts_is_said_to_be_no_line_for_a_shell() -> None:
    inbound = {"items": "json:results", "fields": FIELDS}
    assert told(inbound, {}) == BEYOND.format("its calls carry a list of texts")


WHY = {
    "esms": "signed", "gapit": "XML", "infobip": "a list of texts", "moreceiver": "XML",
    "onepay": "signed", "twilio": "signed", "viettel": "XML", "vonage": "signed",
}  # fmt: skip
"""Presets whose call is no line for a shell."""


@pytest.mark.parametrize("kind", KINDS)
def test_each_preset_shows_its_whole_call_or_says_why_it_cannot(kind: str) -> None:
    settings = decode(laid_over("x", door_of(kind)), HttpDoor, "doors.x")
    if settings.inbound:
        words = example_of(settings, "/mo/x")("http://127.0.0.1:8080")
        assert words.startswith("not with curl") == (kind in WHY)
        assert WHY.get(kind, "curl -X") in words
