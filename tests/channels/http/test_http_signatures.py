"""Signatures of calls, against the telcos' own libraries as signers."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote, urlencode

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from multidict import MultiDict
from standardwebhooks.webhooks import Webhook as Signer
from twilio.request_validator import RequestValidator
from vonage_jwt.verify_jwt import verify_signature

from sms_gateway.ports import MAX_REQUEST, Refused
from sms_gateway.settings import SettingsError
from tests.channels.http.calls import NOW, Opener, get, one_mo
from tests.channels.http.signed import (
    BODY,
    ESMS,
    ESMS_QUERY,
    ESMS_SIGN,
    FORM_FIELDS,
    JSON_FIELDS,
    ONEPAY,
    QUERY_FIELDS,
    denied,
    door,
    post,
)

WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


def standard(when: timedelta = timedelta(), key: str = WHSEC, body: bytes = BODY) -> dict[str, str]:
    moment = (NOW + when).replace(tzinfo=None)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int((NOW + when).timestamp())),
        "webhook-signature": Signer(key).sign("msg_1", moment, body.decode()),
    }


def test_what_the_library_of_standard_webhooks_signs_is_taken(door_of: Opener) -> None:
    one = door(door_of, JSON_FIELDS, {"scheme": "standard-webhooks", "secrets": [WHSEC, OTHER]})
    for key in (WHSEC, OTHER):
        assert one_mo(one.read(post(standard(key=key)), NOW)).text == "MCKH_12345 đ"
    several = standard()
    several["webhook-signature"] = f"v1a,x v1,AAAA {several['webhook-signature']} v2,"
    assert one_mo(one.read(post(several), NOW)).text == "MCKH_12345 đ"
    for late in (-300, 300):
        assert one_mo(one.read(post(standard(timedelta(seconds=late))), NOW)).telco_id is None


def test_a_standard_webhook_that_is_old_changed_or_not_signed_is_refused(door_of: Opener) -> None:
    one = door(door_of, JSON_FIELDS, {"scheme": "standard-webhooks", "secrets": [WHSEC]})
    good = standard()
    denied(one, post(good, BODY + b" "))
    denied(one, post(standard(key=OTHER)))
    for seconds in (-301, 301):
        denied(one, post(standard(timedelta(seconds=seconds))))
    for name in good:
        denied(one, post({key: value for key, value in good.items() if key != name}))
        denied(one, post({**good, name: good[name] + "1"}))
    denied(
        one, post({**good, "webhook-signature": good["webhook-signature"].replace("v1,", "v2,")})
    )
    denied(one, post({**good, "webhook-timestamp": "99999999999999999999"}))


TWILIO = {"scheme": "twilio", "url": "https://sms.example.vn", "secrets": ["old", "auth-token"]}
FORM = {
    "From": "+84900000001",
    "Body": "MCKH 12345 đ + &=",
    "MessageSid": "SM1",
    "AccountSid": "AC1",
    "Empty": "",
}
ADDRESS = "https://sms.example.vn/mo/telco"


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS.replace(".vn", ".vn:443")])
@pytest.mark.parametrize("query", ["", "a=1&b=%20"])
def test_what_the_library_of_twilio_signs_is_taken(
    door_of: Opener, address: str, query: str
) -> None:
    one = door(door_of, FORM_FIELDS, TWILIO)
    url = address + (f"?{query}" if query else "")
    sign = RequestValidator("auth-token").compute_signature(url, FORM)
    call = post({"x-twilio-signature": sign}, urlencode(FORM).encode(), query=query)
    assert one_mo(one.read(call, NOW)).text == FORM["Body"]
    denied(one, replace(call, query=query + "&c"))
    denied(one, replace(call, body=call.body + b"&More=1"))
    denied(one, replace(call, headers={}))


def test_twilios_sha256_and_its_sum_of_a_body_that_is_no_form(door_of: Opener) -> None:
    one = door(door_of, JSON_FIELDS, {**TWILIO, "algorithm": "hmac-sha256"})
    query = f"bodySHA256={hashlib.sha256(BODY).hexdigest()}"
    validator = RequestValidator("auth-token")
    sign = validator.compute_signature(f"{ADDRESS}?{query}", {}, "HMAC_SHA256")
    call = post({"x-twilio-signature": sign}, query=query)
    assert validator.validate(f"{ADDRESS}?{query}", BODY.decode(), sign, "HMAC_SHA256")
    assert one_mo(one.read(call, NOW)).text == "MCKH_12345 đ"
    denied(one, replace(call, body=BODY + b" "))


@settings(deadline=None)
@given(form=st.dictionaries(st.text(max_size=4), st.text(max_size=8), max_size=5))
def test_any_form_is_summed_as_the_library_of_twilio_does(
    door_of: Opener, form: dict[str, str]
) -> None:
    form = {k: v for k, v in (form | FORM).items() if (k + v).isprintable()} | {
        "From": "0900000001"
    }
    sign = RequestValidator("auth-token").compute_signature(ADDRESS, form)
    call = post({"x-twilio-signature": sign}, urlencode(form).encode())
    assert one_mo(door(door_of, FORM_FIELDS, TWILIO).read(call, NOW)).sender.digits == "84900000001"


VONAGE = {
    "scheme": "jwt",
    "claims": {"api_key": "abcd1234"},
    "secrets": ["old-key-0123456789", "k" * 32],
}
IAT = int(NOW.timestamp())
CLAIMS = {
    "iat": IAT,
    "jti": "c1",
    "iss": "Vonage",
    "api_key": "abcd1234",
    "payload_hash": hashlib.sha256(BODY).hexdigest(),
}


def bearer(
    claims: Mapping[str, object], key: str = "k" * 32, algorithm: str = "HS256"
) -> dict[str, str]:
    return {"authorization": f"Bearer {jwt.encode(dict(claims), key, algorithm)}"}


def test_what_the_library_that_vonage_signs_with_makes_is_taken(door_of: Opener) -> None:
    headers = bearer(CLAIMS)
    assert verify_signature(headers["authorization"][7:], "k" * 32)
    one = door(door_of, JSON_FIELDS, VONAGE)
    assert one_mo(one.read(post(headers), NOW)).text == "MCKH_12345 đ"
    assert b"Bearer" not in one.redacted(post(headers))


@pytest.mark.parametrize(
    "wrong",
    [
        {"iat": IAT - 301},
        {"iat": IAT + 301},
        {"iat": str(IAT)},
        {"iat": True},
        {"iat": None},
        {"exp": IAT},
        {"exp": "never"},
        {"nbf": IAT + 301},
        {"jti": ""},
        {"jti": None},
        {"api_key": "other"},
        {"api_key": None},
        {"payload_hash": None},
        {"payload_hash": hashlib.sha256(b"").hexdigest()},
    ],
)
def test_a_token_whose_claims_do_not_fit_is_refused(
    door_of: Opener, wrong: Mapping[str, object]
) -> None:
    claims = {name: value for name, value in {**CLAIMS, **wrong}.items() if value is not None}
    encoded = jwt.api_jws.encode(json.dumps(claims).encode(), "k" * 32, "HS256")
    denied(door(door_of, JSON_FIELDS, VONAGE), post({"authorization": f"Bearer {encoded}"}))


def test_a_token_of_another_algorithm_or_key_is_refused(door_of: Opener) -> None:
    one = door(door_of, JSON_FIELDS, VONAGE)
    denied(one, post(bearer(CLAIMS, key="x" * 32)))
    denied(one, post(bearer(CLAIMS, "", "none")))
    denied(one, post(bearer(CLAIMS, "k" * 64, "HS512")))
    good = bearer(CLAIMS)["authorization"]
    head, claims, sign = good[7:].split(".")
    for broken in (
        good[7:],
        f"Basic {good[7:]}",
        f"Bearer {head}.{claims}.",
        f"Bearer {head}.{claims}",
        f"Bearer {head}.{claims}.{'B' if sign[0] == 'A' else 'A'}{sign[1:]}",
        f"Bearer {claims}.{head}.{sign}",
        f"{good}.{sign}",
    ):
        denied(one, post({"authorization": broken}))
    denied(one, replace(post(bearer(CLAIMS)), body=BODY + b" "))


SCHEMES: list[Mapping[str, object]] = [
    ESMS,
    ONEPAY,
    {"scheme": "standard-webhooks", "secrets": [WHSEC]},
    TWILIO,
    VONAGE,
]


@settings(deadline=None)
@given(
    header=st.text(max_size=60) | st.text("v1,.AZaz09_- Bear", max_size=60),
    query=st.text(max_size=40) | st.just("sign=%FF&content=%FF"),
    body=st.binary(max_size=40),
)
def test_whatever_comes_as_a_signature_is_refused_and_never_breaks(
    door_of: Opener, header: str, query: str, body: bytes
) -> None:
    names = ("authorization", "x-twilio-signature", "webhook-signature", "webhook-id")
    headers = {**dict.fromkeys(names, header), "webhook-timestamp": str(IAT)}
    for signature in SCHEMES:
        one = door(door_of, QUERY_FIELDS, signature)
        assert isinstance(one.read(post(headers, body, query=query), NOW), Refused)
        one.redacted(post(headers, body, query=query))


def test_a_body_that_is_too_large_proves_nothing_where_it_is_signed(door_of: Opener) -> None:
    large = b"x" * (MAX_REQUEST + 1)
    outcome = door(door_of, JSON_FIELDS, VONAGE).read(post(bearer(CLAIMS), large), NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.authenticated) == ("too_large", False)
    one = door(door_of, QUERY_FIELDS, ESMS)
    signed = replace(get("/mo/telco", ESMS_QUERY + quote(ESMS_SIGN)), body=large)
    outcome = one.read(signed, NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.authenticated) == ("too_large", True)
    denied(one, replace(signed, query=ESMS_QUERY))


@pytest.mark.parametrize(
    "signature,says",
    [
        ({"scheme": "standard-webhooks", "secrets": ["whsec_hush!"]}, "wants whsec_ and Base64"),
        ({"scheme": "standard-webhooks", "secrets": ["whsec_aHVzaA=="]}, "wants whsec_ and Base64"),
        ({**TWILIO, "url": ""}, "url: expected what stands before the path"),
        ({**TWILIO, "url": "ftp://hush"}, "url: expected what stands before the path"),
        ({**TWILIO, "url": "https://u:hush@a.vn"}, "url: expected what stands before the path"),
        ({**TWILIO, "algorithm": "md5"}, "hmac-sha1 or hmac-sha256"),
        ({**VONAGE, "claims": {"iat": "1"}}, "are checked anyway"),
    ],
)
def test_each_scheme_says_what_its_settings_lack(
    door_of: Opener, signature: Mapping[str, object], says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        door(door_of, JSON_FIELDS, signature)
    assert says in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "head", [{"alg": "RS256"}, {"alg": "none"}, {}, {"alg": "HS256", "crit": []}]
)
def test_a_token_that_names_another_algorithm_is_refused_even_if_our_key_signed_it(
    door_of: Opener, head: Mapping[str, object]
) -> None:
    def packed(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    signed = f"{packed(json.dumps(head).encode())}.{packed(json.dumps(CLAIMS).encode())}"
    sign = packed(hmac.digest(b"k" * 32, signed.encode(), "sha256"))
    one = door(door_of, JSON_FIELDS, VONAGE)
    denied(one, post({"authorization": f"Bearer {signed}.{sign}"}))


def test_a_large_body_is_not_looked_into_even_if_it_is_signed(door_of: Opener) -> None:
    large = b"x" * (MAX_REQUEST + 1)
    claims = {**CLAIMS, "payload_hash": hashlib.sha256(large).hexdigest()}
    outcome = door(door_of, JSON_FIELDS, VONAGE).read(post(bearer(claims), large), NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.authenticated) == ("too_large", False)


def test_a_field_that_twilio_sends_twice_is_summed_as_its_library_does(door_of: Opener) -> None:
    pairs = [*FORM.items(), ("Media", "b"), ("Media", "a"), ("Media", "b")]
    sign = RequestValidator("auth-token").compute_signature(ADDRESS, MultiDict(pairs))
    call = post({"x-twilio-signature": sign}, urlencode(pairs).encode())
    assert one_mo(door(door_of, FORM_FIELDS, TWILIO).read(call, NOW)).text == FORM["Body"]
