"""Telcos that only send what they have registered, and sums in our requests."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.channels.http.request import Outgoing, RequestWriter
from sms_gateway.channels.http.settings import Outbound
from sms_gateway.channels.http.token import NO_TOKEN
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import Rejected
from sms_gateway.settings import SettingsError, decode
from tests.channels.http.test_http_request import MESSAGE, NOW, URL, ZONE

AT = "doors.out.outbound"
VNPT: dict[str, Any] = {
    "body": json.dumps(
        {
            "RQST": {
                "name": "send_sms_list",
                "REQID": "{id}",
                "TEMPLATEID": "{template_id}",
                "PARAMS": "{params}",
                "MOBILELIST": "{to}",
                "DATACODING": "0",
            }
        }
    ),
    "param_item": '{"NUM": "{n}", "CONTENT": "{value}"}',
    "templates": {"S3": {"id": "771", "params": ["code", "date"]}, "H1": {"id": 5}},
}
FILLED = replace(
    MESSAGE, template="S3", params={"date": "04/12/2026", "code": "12345", "more": "x"}
)


def write(message: MobileTerminated = FILLED, **more: Any) -> Outgoing | Rejected:  # noqa: ANN401 - any keys of Outbound
    outbound = decode({"url": URL, **more}, Outbound, AT)
    return RequestWriter(outbound, (), ZONE, AT).write(message, NO_TOKEN, NOW)


def body(message: MobileTerminated = FILLED, **more: Any) -> Any:  # noqa: ANN401 - any keys, any JSON
    outgoing = write(message, **more)
    assert isinstance(outgoing, Outgoing)
    assert outgoing.body is not None
    return json.loads(outgoing.body)


def test_a_registered_template_goes_out_by_its_id_with_its_params_in_order() -> None:
    assert body(**VNPT) == {
        "RQST": {
            "name": "send_sms_list",
            "REQID": MESSAGE.id,
            "TEMPLATEID": "771",
            "PARAMS": [{"NUM": "1", "CONTENT": "12345"}, {"NUM": "2", "CONTENT": "04/12/2026"}],
            "MOBILELIST": "84900000001",
            "DATACODING": "0",
        }
    }


@settings(deadline=None)
@given(value=st.text(max_size=30))
def test_whatever_stands_in_a_value_stays_in_its_own_param(value: str) -> None:
    sent = body(replace(FILLED, params={"code": value, "date": ",;"}), **VNPT)
    assert [one["CONTENT"] for one in sent["RQST"]["PARAMS"]] == [
        value.encode("utf-8", "replace").decode(),
        ",;",
    ]


def test_a_template_without_params_has_an_empty_list_and_an_id_may_be_a_number() -> None:
    raw = {**VNPT, "body": '{"t": "{template_id}", "p": "{params}", "x": "{{params}}"}'}
    assert body(replace(FILLED, template="H1"), **raw) == {"t": 5, "p": [], "x": "{params}"}


def test_an_entry_may_be_a_bare_text_or_hold_the_name() -> None:
    bare = {**VNPT, "body": '["{params}"]', "param_item": '"{value}"'}
    assert body(**bare) == [["12345", "04/12/2026"]]
    named = {**VNPT, "body": '["{params}"]', "param_item": '{"{n}": 1, "k": "{name}={value}"}'}
    assert body(**named)[0][0]["k"] == "code=12345"


@pytest.mark.parametrize("template", ["", "S5", "s3"])
def test_a_reply_that_is_not_registered_is_rejected_and_not_sent(template: str) -> None:
    outcome = write(replace(FILLED, template=template), **VNPT)
    assert outcome == Rejected("no template registered", permanent=True, asked=False)


def test_a_reply_without_a_value_for_a_param_is_rejected() -> None:
    outcome = write(replace(FILLED, params={"code": "1"}), **VNPT)
    why = "no value for a parameter of the template"
    assert outcome == Rejected(why, permanent=True, asked=False)


def test_refused_characters_are_taken_out_of_params_too() -> None:
    sent = body(**VNPT, refused_characters="/")
    assert sent["RQST"]["PARAMS"][1]["CONTENT"] == "04 12 2026"


def test_the_id_of_a_template_may_stand_anywhere() -> None:
    more = {"templates": VNPT["templates"], "format": "form", "form": {"t": "{template_id}-{to}"}}
    outgoing = write(**more, headers={"X-T": "{template_id}"}, query={"t": "{template_id}"})
    assert isinstance(outgoing, Outgoing)
    assert outgoing.body == b"t=771-84900000001"
    assert (outgoing.headers["X-T"], outgoing.url.query["t"]) == ("771", "771")


@pytest.mark.parametrize(
    "wrong,says",
    [
        ({"templates": {}}, "param_item: only wanted with templates"),
        ({"param_item": ""}, "no such placeholder {params}"),
        ({"param_item": "{n}"}, "no JSON document"),
        ({"param_item": '"{text}"'}, "no such placeholder {text}"),
        ({"body": '["a {params}"]'}, "write it alone between its quotes"),
        ({"format": "text", "body": "{params}"}, "no such placeholder {params}"),
        ({"headers": {"a": "{params}"}}, "no such placeholder {params}"),
        ({"templates": {"S4": {"params": []}}}, "id: missing"),
        ({"templates": {"S44": {"id": 1}}}, "templates.S44: no such reply; did you mean S4"),
        ({"templates": {"": {"id": 1}}}, "templates.: no such reply"),
        ({"templates": {"alarm": {"id": 1}}}, "templates.alarm: no such reply"),
        (
            {"templates": {"S4": {"id": 1, "params": ["cod"]}}},
            "templates.S4.params: no such parameter cod; did you mean code?",
        ),
        (
            {"templates": {"S4": {"id": 1, "params": ["code", "date"]}}},
            "templates.S4.params: no such parameter date; ",
        ),
    ],
)
def test_templates_that_cannot_be_used_are_refused_at_the_start(
    wrong: dict[str, object], says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        write(**{**VNPT, **wrong})
    assert str(caught.value).startswith(AT)
    assert says in str(caught.value)


SECRETS = {"user": "province", "password": "hush"}


def test_a_password_may_go_out_as_the_sum_that_the_telco_wants() -> None:
    digests = {"password": {"algorithm": "md5", "over": "{secret.user}{secret.password}"}}
    sent = body(body='{"Password": "{digest.password}"}', secrets=SECRETS, digests=digests)
    made = hashlib.md5(b"provincehush", usedforsecurity=False).hexdigest()
    assert sent == {"Password": made}


def test_a_request_may_be_signed_with_its_message() -> None:
    digests = {
        "sign": {
            "algorithm": "hmac-sha256",
            "over": "{to}|{text}|{id}",
            "key": "password",
            "encoding": "base64",
        }
    }
    outgoing = write(
        format="none", headers={"X-Sign": "{digest.sign}"}, secrets=SECRETS, digests=digests
    )
    assert isinstance(outgoing, Outgoing)
    over = f"84900000001|{MESSAGE.text}|{MESSAGE.id}".encode()
    made = hmac.digest(b"hush", over, "sha256")
    assert outgoing.headers["X-Sign"] == base64.b64encode(made).decode()
    assert outgoing.headers["X-Sign"] in outgoing.unsaid
    assert outgoing.headers["X-Sign"] not in repr(outgoing)


@pytest.mark.parametrize(
    "digest,says",
    [
        ({"algorithm": "crc", "over": "{to}"}, "expected one of hmac-sha1"),
        ({"algorithm": "md5", "over": "{too}"}, "did you mean to"),
        ({"algorithm": "md5", "over": "{digest.a}"}, "no such placeholder"),
        ({"algorithm": "md5", "over": "{to}", "key": "password"}, "key: names a secret"),
        ({"algorithm": "hmac-sha1", "over": "{to}"}, "key: names a secret"),
        ({"algorithm": "hmac-sha1", "over": "{to}", "key": "pin"}, "name one of `secrets`"),
    ],
)
def test_a_sum_that_cannot_be_made_is_refused_at_the_start(
    digest: dict[str, object], says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        write(format="none", secrets=SECRETS, digests={"a": digest})
    assert says in str(caught.value)
    assert "hush" not in str(caught.value)


def test_an_allowed_class_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(SettingsError, match="no inside of a class"):
        write(format="none", allowed_characters="z-a")
