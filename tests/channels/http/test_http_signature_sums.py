"""Sums over named fields as signatures, against recorded calls."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote_plus

import pytest
from msgspec.structs import replace

from sms_gateway.ports import WebhookRequest
from sms_gateway.settings import SettingsError
from tests.channels.http.calls import NOW, Opener, get, one_mo
from tests.channels.http.signed import (
    BODY,
    ESMS,
    ESMS_QUERY,
    ESMS_SIGN,
    JSON_FIELDS,
    ONEPAY,
    ONEPAY_SIGN,
    QUERY_FIELDS,
    denied,
    door,
    post,
)


def test_the_recorded_signature_of_md5_and_base64_holds(door_of: Opener) -> None:
    one = door(door_of, QUERY_FIELDS, ESMS)
    call = get("/mo/telco", ESMS_QUERY + quote_plus(ESMS_SIGN))
    assert one_mo(one.read(call, NOW)).text == "MCKH_12345"
    kept = one.redacted(call)
    assert b"0wZZ" not in kept
    assert b"content=MCKH_12345" in kept
    denied(one, replace(call, query=call.query.replace("12345", "12346")))
    denied(one, replace(call, query=ESMS_QUERY))
    denied(one, replace(call, query=ESMS_QUERY + quote_plus(ESMS_SIGN.lower())))


def test_a_plus_sign_of_base64_that_came_as_a_space_is_repaired(door_of: Opener) -> None:
    for number in range(100):
        query = f"cpid=1&smsid={number}&content=MCKH&receiverTime=2&sender=0900000001"
        made = hashlib.md5(f"1{number}MCKH2PRIVATEKEY-EXAMPLE".encode(), usedforsecurity=False)
        sign = base64.b64encode(made.digest()).decode()
        if "+" in sign:
            break
    else:
        pytest.fail("no signature with a plus sign")
    one = door(door_of, QUERY_FIELDS, ESMS)
    assert one_mo(one.read(get("/mo/telco", f"{query}&sign={sign}"), NOW)).text == "MCKH"


@pytest.mark.parametrize("space", ["%20", "+"])
@pytest.mark.parametrize("sign", [ONEPAY_SIGN, ONEPAY_SIGN.upper()])
def test_the_recorded_hmac_over_decoded_values_holds(
    door_of: Opener, space: str, sign: str
) -> None:
    fields = {"sender": "query:msisdn", "short_code": "const:8083", "text": "query:mo_message"}
    one = door(door_of, fields, ONEPAY)
    query = (
        f"access_key=AK_EXAMPLE&amount=1500&command_code=MCKH&error_code=0&error_message="
        f"&mo_message=MCKH{space}12345&msisdn=84900000001&request_id=req-0001"
        f"&request_time=2026-11-23T10%3A15%3A00Z&signature="
    )
    assert one_mo(one.read(get("/mo/telco", query + sign), NOW)).text == "MCKH 12345"
    denied(one, get("/mo/telco", query + sign[:-1]))
    denied(one, get("/mo/telco", query.replace("1500", "1501") + sign))


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "hmac-sha1", "hmac-sha256"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_a_sum_may_be_over_headers_the_whole_body_and_the_address(
    door_of: Opener, algorithm: str, encoding: str
) -> None:
    signature = {
        "scheme": "digest",
        "algorithm": algorithm,
        "over": "{{{header:X-Time}}}|{json:from}|{body}|{url}|{secret}|{header:X-None}",
        "encoding": encoding,
        "field": "header:X-Sign",
        "url": "https://sms.example.vn/",
        "secrets": ["hush"],
    }
    address = b"https://sms.example.vn/mo/telco?a=%20b"
    over = b"|".join([b"{7}", b"84900000001", BODY, address, b"hush", b""])
    if algorithm.startswith("hmac-"):
        made = hmac.digest(b"hush", over, algorithm[5:])
    else:
        made = hashlib.new(algorithm, over, usedforsecurity=False).digest()
    sign = made.hex() if encoding == "hex" else base64.b64encode(made).decode()
    one = door(door_of, JSON_FIELDS, signature)
    call = post({"x-time": "7", "x-sign": sign}, query="a=%20b")
    assert one_mo(one.read(call, NOW)).text == "MCKH_12345 đ"
    denied(one, replace(call, query="a=+b"))
    denied(one, replace(call, body=BODY + b" "))
    denied(one, replace(call, headers={"x-time": "8", "x-sign": sign}))


def test_a_sum_with_the_time_of_the_call_ages(door_of: Opener) -> None:
    signature = {
        "scheme": "digest",
        "over": "{header:x-time}{body}",
        "field": "header:x-sign",
        "time": "header:x-time",
        "within_s": 60,
        "secrets": ["hush"],
    }
    one = door(door_of, JSON_FIELDS, signature)

    def call(when: str) -> WebhookRequest:
        sign = hmac.digest(b"hush", when.encode() + BODY, "sha256").hex()
        return post({"x-time": when, "x-sign": sign})

    now = int(NOW.timestamp())
    for moment in (now, now - 60, now + 60):
        assert one_mo(one.read(call(str(moment)), NOW)).text == "MCKH_12345 đ"
    for when in (str(now - 61), str(now + 61), "", "soon", "9" * 30):
        denied(one, call(when))


@pytest.mark.parametrize(
    "wrong,says",
    [
        ({"scheme": "hmac"}, "expected one of digest"),
        ({"secrets": []}, "at least one"),
        ({"over": ""}, "names nothing of the call"),
        ({"over": "{secret}"}, "names nothing of the call"),
        ({"over": "{query:a}"}, "put {secret} into it"),
        ({"over": "{cookie:a}{secret}"}, "expected query:NAME"),
        ({"over": "{query!r:a}{secret}"}, "expected query:NAME"),
        ({"over": "{const:a}{secret}"}, "a field of the request"),
        ({"over": "{query:a{secret}"}, "brace"),
        ({"over": "{url}{secret}"}, "url: is missing"),
        ({"field": ""}, "field: expected query:NAME"),
        ({"field": "const:a"}, "a field of the request"),
        ({"claims": {"a": "b"}}, "claims: scheme digest does not read it"),
        ({"time": "query:t", "time_format": "x"}, "time_format: expected iso"),
        ({"time": "query:t", "time_zone": "Asia/Nowhere"}, "time_zone: no such zone"),
        ({"scheme": "twilio"}, "scheme twilio does not read it"),
        ({"scheme": "jwt"}, "scheme jwt does not read it"),
    ],
)
def test_a_signature_that_cannot_be_used_is_refused_at_the_start(
    door_of: Opener, wrong: Mapping[str, object], says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        door(door_of, QUERY_FIELDS, {**ESMS, **wrong})
    message = str(caught.value)
    assert message.startswith("doors.telco.access.signatures.telco")
    assert says in message
    assert "PRIVATEKEY" not in message
