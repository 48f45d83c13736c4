"""A call such as the telco's, as a line for a shell."""

import shlex
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from sms_gateway.channels.http.example import example_of
from sms_gateway.channels.http.settings import HttpDoor
from sms_gateway.settings import decode

PASSWORD = "xylophone-0123456789"  # made up


def line(inbound: Mapping[str, object], access: Mapping[str, object]) -> list[str]:
    raw = {"kind": "http", "inbound": inbound, "access": access}
    settings = decode(raw, HttpDoor, "doors.x")
    text = example_of(settings, "/mo/x")("http://127.0.0.1:8080")
    assert PASSWORD not in text
    return shlex.split(text)


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
