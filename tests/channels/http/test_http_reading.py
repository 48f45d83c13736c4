"""How the fields of a call are read."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.domain.message import MobileOriginated
from sms_gateway.ports import Door, Refused, Webhook, WebhookRequest

Opener = Callable[[Mapping[str, object]], Door]

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
ANYWHERE = {"cidrs": ["0.0.0.0/0", "::/0"]}
PLACES = ("query", "form", "json", "header")


def webhook(door_of: Opener, place: str = "json", **inbound: object) -> Webhook:
    fields = {
        "sender": f"{place}:from",
        "short_code": f"{place}:to",
        "text": f"{place}:text",
        "message_id": f"{place}:id",
        "operator": f"{place}:net",
        "time": f"{place}:at",
    }
    door = door_of({"inbound": {"fields": fields, **inbound}, "access": ANYWHERE})
    assert door.webhook is not None
    return door.webhook


def call(place: str, **fields: str) -> WebhookRequest:
    values = {"from": "84900000001", "to": "8083", "text": "MCKH 1", **fields}
    pairs = "&".join(f"{name}={quote_plus(value)}" for name, value in values.items())
    return WebhookRequest(
        method="POST",
        path="/mo/telco",
        query=pairs if place == "query" else "",
        headers=values if place == "header" else {},
        body={"form": pairs.encode(), "json": json.dumps(values).encode()}.get(place, b""),
        peer="203.0.113.7",
    )


def raw(query: str = "", body: bytes = b"") -> WebhookRequest:
    return WebhookRequest("POST", "/mo/telco", query, {}, body, "203.0.113.7")


def taken(door: Webhook, request: WebhookRequest) -> MobileOriginated:
    outcome = door.read(request, NOW)
    assert not isinstance(outcome, Refused), outcome.detail
    (item,) = outcome
    assert isinstance(item, MobileOriginated)
    return item


def refused(door: Webhook, request: WebhookRequest) -> Refused:
    outcome = door.read(request, NOW)
    assert isinstance(outcome, Refused)
    assert outcome.reason == "unreadable"
    assert outcome.reply.status == 400
    return outcome


@pytest.mark.parametrize("place", PLACES)
def test_fields_are_read_from_query_form_json_and_headers(door_of: Opener, place: str) -> None:
    request = call(place, text="MCKH 1 + mã số", id="a-1", net="VMS")
    mo = taken(webhook(door_of, place), request)
    assert (mo.text, mo.telco_id, mo.operator) == ("MCKH 1 + mã số", "a-1", "VMS")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name,field", [("from", "sender"), ("to", "short_code"), ("id", "")])
def test_an_empty_field_is_an_absent_one(
    door_of: Opener, place: str, name: str, field: str
) -> None:
    door, request = webhook(door_of, place), call(place, **{name: ""})
    if field:
        refusal = refused(door, request)
        assert refusal.detail == f"field {field} is missing"
        assert json.loads(refusal.reply.body) == {"error": "unreadable", "field": field}
    else:
        assert taken(door, request).telco_id is None


def test_an_empty_text_is_a_text_and_an_absent_one_is_not(door_of: Opener) -> None:
    door = webhook(door_of)
    assert taken(door, call("json", text="")).text == ""
    body = b'{"from": "84900000001", "to": "8083"}'
    assert refused(door, raw(body=body)).detail == "field text is missing"


@pytest.mark.parametrize("value", ["null", "1.5", "true", "[]", "{}", '"\\ud800"', "1e999"])
def test_json_values_other_than_text_and_whole_numbers_are_no_sender(
    door_of: Opener, value: str
) -> None:
    body = f'{{"from": {value}, "to": 8083, "text": "x"}}'.encode()
    refused(webhook(door_of), raw(body=body))


def test_deep_json_is_refused(door_of: Opener) -> None:
    refused(webhook(door_of), raw(body=b"[" * 16_000))
    refused(webhook(door_of), raw(body=b'{"from":' * 1_500 + b"1" + b"}" * 1_500))


def test_a_byte_order_mark_before_json_is_no_harm(door_of: Opener) -> None:
    request = call("json")
    assert taken(webhook(door_of), raw(body=b"\xef\xbb\xbf" + request.body)).text == "MCKH 1"


@pytest.mark.parametrize(
    "body",
    [
        b'{"from":"84900000001","to":"8083","text":"A","text":"B"}',
        b'{"from":"84900000001","to":"8083","text":"A","te\\u0078t":"B"}',
    ],
)
def test_a_json_key_given_twice_with_different_values_is_refused(
    door_of: Opener, body: bytes
) -> None:
    assert "text is given twice" in refused(webhook(door_of), raw(body=body)).detail


def test_a_json_object_on_the_way_to_a_field_may_not_be_there_twice_either(
    door_of: Opener,
) -> None:
    fields = {"sender": "json:mo.from", "short_code": "const:8083", "text": "json:mo.text"}
    door = door_of({"inbound": {"fields": fields}, "access": ANYWHERE}).webhook
    assert door is not None
    one = b'"mo":{"from":"84900000001","text":"A"}'
    assert taken(door, raw(body=b"{" + one + b"," + one + b"}")).text == "A"
    other = one.replace(b"A", b"B")
    assert "given twice" in refused(door, raw(body=b"{" + one + b"," + other + b"}")).detail


def test_a_json_key_given_twice_with_the_same_value_is_taken(door_of: Opener) -> None:
    body = b'{"from":"84900000001","to":"8083","text":"text","text":"text","x":1,"x":2}'
    assert taken(webhook(door_of), raw(body=body)).text == "text"


@pytest.mark.parametrize("place", ["query", "form"])
def test_a_query_or_form_field_given_twice_must_be_equal(door_of: Opener, place: str) -> None:
    def twice(pairs: str) -> WebhookRequest:
        return raw(pairs) if place == "query" else raw(body=pairs.encode())

    door, start = webhook(door_of, place), "from=84900000001&to=8083&text=A+B&text="
    assert taken(door, twice(start + "A%20B&other=1&other=2")).text == "A B"
    assert "text is given twice" in refused(door, twice(start + "A")).detail


def test_a_query_of_very_many_fields_is_refused(door_of: Opener) -> None:
    refused(webhook(door_of, "query"), raw(call("query").query + "&" * 200))


def test_octets_that_are_no_text_are_refused_only_where_they_are_read(door_of: Opener) -> None:
    door, query = webhook(door_of, "query"), call("query").query
    assert taken(door, raw(query + "&other=%FF")).text == "MCKH 1"
    assert "field operator" in refused(door, raw(query + "&net=%FF")).detail
    assert "field operator" in refused(door, raw(query + "&net=\udcff")).detail


def test_a_door_may_speak_another_character_set(door_of: Opener) -> None:
    door = webhook(door_of, "query", charset="latin-1")
    query = "from=84900000001&to=8083&text=" + quote("é".encode("latin-1"))
    assert taken(door, raw(query)).text == "é"


@pytest.mark.parametrize(
    "written,code",
    [
        ("8083", "8083"),
        ("848083", "8083"),
        ("+848083", "8083"),
        ("00848083", "8083"),
        ("048083", "8083"),
        ("8480831", "80831"),
        ("8483", "8483"),
        ("84123", "84123"),
        ("84900000001", "84900000001"),
        (" 8083 ", "8083"),
    ],
)
def test_a_short_code_loses_plus_and_country_code(door_of: Opener, written: str, code: str) -> None:
    assert taken(webhook(door_of), call("json", to=written)).short_code == code


@pytest.mark.parametrize("written", ["MCKH", "80 83", "+", "8" * 16, "८०८३"])
def test_what_is_no_number_is_no_short_code(door_of: Opener, written: str) -> None:
    assert "short_code" in refused(webhook(door_of), call("json", to=written)).detail


def test_a_text_has_at_most_2000_characters(door_of: Opener) -> None:
    door = webhook(door_of)
    assert len(taken(door, call("json", text="x" * 2_000)).text) == 2_000
    refused(door, call("json", text="x" * 2_001))


@settings(deadline=None)
@given(text=st.text(max_size=200))
def test_base64_of_any_text_is_read_back(door_of: Opener, text: str) -> None:
    door = webhook(door_of, "query", text_encoding="base64")
    packed = base64.b64encode(text.encode()).decode()
    assert taken(door, call("query", text=packed)).text == text
    query = call("query").query.replace("MCKH+1", packed)  # plus signs left as they are
    assert taken(door, raw(query)).text == text


@pytest.mark.parametrize(
    "packed",
    [
        "TUNLSB",  # no padding, and bits behind the end
        "TUNLSB==",  # bits behind the end
        "TUNL=SA=",
        "MCKH_170703-0001",
        "_-__",  # the alphabet of addresses
        "ТUNL",  # a Cyrillic letter
    ],
)
def test_base64_has_one_right_form(door_of: Opener, packed: str) -> None:
    door = webhook(door_of, text_encoding="base64")
    assert "text" in refused(door, call("json", text=packed)).detail


@pytest.mark.parametrize(
    "pattern,written,read",
    [
        ("iso", "2026-11-23T10:15:00Z", "2026-11-23T10:15:00+00:00"),
        ("iso", "2026-11-23 10:15:00", "2026-11-23T03:15:00+00:00"),
        ("unix", "1795403700", "2026-11-23T03:15:00+00:00"),
        ("unix_ms", "1795403700500", "2026-11-23T03:15:00.500000+00:00"),
        ("%d/%m/%Y %H:%M", "23/11/2026 10:15", "2026-11-23T03:15:00+00:00"),
    ],
)
def test_times_are_read_in_the_telcos_form_and_zone(
    door_of: Opener, pattern: str, written: str, read: str
) -> None:
    door = webhook(door_of, time_format=pattern)
    assert taken(door, call("json", at=written)).telco_time == datetime.fromisoformat(read)


@pytest.mark.parametrize("pattern", ["iso", "unix", "unix_ms", "%d/%m/%Y"])
@pytest.mark.parametrize("written", ["soon", "9" * 40, "0001-01-01", "31/02/2026", "٣"])
def test_a_time_that_cannot_be_read_does_not_stop_a_text(
    door_of: Opener, pattern: str, written: str
) -> None:
    door = webhook(door_of, time_format=pattern)
    assert taken(door, call("json", at=written)).telco_time is None


def test_an_operator_is_cleaned_and_cut_and_an_id_is_not(door_of: Opener) -> None:
    door = webhook(door_of)
    assert taken(door, call("json", net="V\nT" + "L" * 50)).operator == "VT" + "L" * 38
    refused(door, call("json", id="a\nb"))
    refused(door, call("json", id="a" * 101))


def test_a_sender_may_be_a_number_or_a_name_but_not_nonsense(door_of: Opener) -> None:
    door = webhook(door_of)
    assert taken(door, call("json", **{"from": "VIETTEL"})).sender.value == "VIETTEL"
    assert "sender" in refused(door, call("json", **{"from": "x" * 40})).detail
