"""What of a request is kept."""

import json
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.ports import Door, Webhook, WebhookRequest

Opener = Callable[[Mapping[str, object]], Door]

ANYWHERE = {"cidrs": ["0.0.0.0/0", "::/0"]}


def webhook(door_of: Opener, place: str, **more: object) -> Webhook:
    fields = {"sender": f"{place}:from", "short_code": "const:8083", "text": f"{place}:text"}
    door = door_of({"inbound": {"fields": fields}, "access": ANYWHERE, **more})
    assert door.webhook is not None
    return door.webhook


def secret_in(place: str) -> Mapping[str, object]:
    return {"fields": {"p": {"field": f"{place}:Password", "secrets": ["hush"]}}}


def call(
    query: str = "", body: bytes = b"", headers: Mapping[str, str] | None = None
) -> WebhookRequest:
    return WebhookRequest("POST", "/mo/telco", query, headers or {}, body, "203.0.113.7")


@settings(deadline=None)
@given(body=st.binary(max_size=100), query=st.text(max_size=50))
def test_a_door_without_secret_fields_keeps_every_octet(
    door_of: Opener, body: bytes, query: str
) -> None:
    kept = webhook(door_of, "json").redacted(call(query, body))
    assert kept.endswith(b"\n\n" + body)
    assert query.encode("utf-8", "surrogatepass") in kept


def test_only_the_headers_that_are_read_are_kept_and_never_authorization(door_of: Opener) -> None:
    access = {"fields": {"k": {"field": "header:X-Key", "secrets": ["hush"]}}}
    door = webhook(door_of, "header", access=access)
    headers = {
        "from": "0900000001",
        "x-key": "hush",
        "authorization": "Basic hush",
        "via": "p",
        "content-type": "text/plain",
    }
    kept = door.redacted(call(headers=headers))
    assert kept == b"POST /mo/telco\ncontent-type: text/plain\nfrom: 0900000001\n\n"


def test_a_secret_in_the_path_is_kept_as_its_placeholder(door_of: Opener) -> None:
    fields = {"sender": "json:from", "short_code": "const:8083", "text": "json:text"}
    raw = {
        "inbound": {"path": "/mo/{secret}/in", "fields": fields},
        "access": {"path_secrets": ["hush-0123456789abcdef"]},
    }
    door = door_of(raw).webhook
    assert door is not None
    request = WebhookRequest("POST", "/mo/hush-0123456789abcdef/in", "", {}, b"{}", "::1")
    assert door.redacted(request) == b"POST /mo/{secret}/in\n\n{}"


@pytest.mark.parametrize("name", ["Password", "password", "%50assword", "Pass%77ord"])
def test_a_secret_in_a_query_or_form_goes_however_its_name_is_written(
    door_of: Opener, name: str
) -> None:
    pairs = f"a=1&{name}=hush&b=%20&{name}=hush&c"
    scrubbed = f"a=1&{name}=***&b=%20&{name}=***&c".encode()
    query = webhook(door_of, "query", access=secret_in("query"))
    assert query.redacted(call(pairs)) == b"POST /mo/telco?" + scrubbed + b"\n\n"
    form = webhook(door_of, "form", access=secret_in("form"))
    assert form.redacted(call(body=pairs.encode())) == b"POST /mo/telco\n\n" + scrubbed


@pytest.mark.parametrize("key", ['"Password"', '"password"', '"Passwor\\u0064"'])
@pytest.mark.parametrize("value", ['"hush"', '["hush"]', '{"is": "hush"}'])
def test_a_secret_in_json_goes_at_any_depth(door_of: Opener, key: str, value: str) -> None:
    door = webhook(door_of, "json", access=secret_in("json"))
    body = f'{{"text": "MCKH", "list": [{{{key}: {value}}}], {key}: {value}}}'
    kept = door.redacted(call(body=body.encode()))
    assert b"hush" not in kept
    assert json.loads(kept.split(b"\n\n")[1])["text"] == "MCKH"


def test_a_secret_in_a_json_list_goes_with_the_whole_list(door_of: Opener) -> None:
    access = {"fields": {"p": {"field": "json:keys.0", "secrets": ["hush"]}}}
    kept = webhook(door_of, "json", access=access).redacted(call(body=b'{"keys": ["hush"]}'))
    assert kept == b'POST /mo/telco\n\n{"keys":"***"}'


@pytest.mark.parametrize("place", ["json", "form"])
@pytest.mark.parametrize(
    "body",
    [
        b'{"Password": "hush"',
        b"<Password>hush</Password>",
        b"Password: hush",
    ],
)
def test_of_a_body_that_may_hold_a_secret_and_cannot_be_read_only_the_size_is_kept(
    door_of: Opener, place: str, body: bytes
) -> None:
    door = webhook(door_of, place, access=secret_in(place))
    kept = door.redacted(call(body=body))
    assert b"hush" not in kept
    assert f"[{len(body)} octets left out".encode() in kept


def test_further_fields_may_be_named_as_secret(door_of: Opener) -> None:
    door = webhook(door_of, "json", secret_fields=["Pin"])
    kept = door.redacted(call("pin=hush&a=1", b'{"pin": "hush", "a": 1}'))
    assert kept == b'POST /mo/telco?pin=***&a=1\n\n{"pin":"***","a":1}'
    assert door.redacted(call(body=b"pin=hush&a=1")).endswith(b"\n\npin=***&a=1")
