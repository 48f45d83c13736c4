"""Doors that want a signature, and the calls to them."""

from collections.abc import Mapping

from sms_gateway.ports import Refused, Webhook, WebhookRequest
from tests.channels.http.calls import NOW, Opener, webhook

QUERY_FIELDS = {"sender": "query:sender", "short_code": "const:8083", "text": "query:content"}
JSON_FIELDS = {"sender": "json:from", "short_code": "const:8083", "text": "json:text"}
FORM_FIELDS = {"sender": "form:From", "short_code": "const:8083", "text": "form:Body"}
BODY = b'{"from": "84900000001", "text": "MCKH_12345 \xc4\x91"}'

ESMS = {
    "scheme": "digest",
    "algorithm": "md5",
    "over": "{query:cpid}{query:smsid}{query:content}{query:receiverTime}{secret}",
    "encoding": "base64",
    "field": "query:sign",
    "secrets": ["next-year", "PRIVATEKEY-EXAMPLE"],
}
ESMS_QUERY = (
    "sender=84900000001&content=MCKH_12345&serviceNumber=8083&keyword=MCKH_12345&cpid=CP01"
    "&smsid=900001&receiverTime=20261123101500&sign="
)
ESMS_SIGN = "0wZZJnuhapifTlsQneCxPA=="

ONEPAY = {
    "scheme": "digest",
    "over": "access_key={query:access_key}&amount={query:amount}&command_code={query:command_code}"
    "&error_code={query:error_code}&error_message={query:error_message}"
    "&mo_message={query:mo_message}&msisdn={query:msisdn}&request_id={query:request_id}"
    "&request_time={query:request_time}",
    "field": "query:signature",
    "secrets": ["SECRET_EXAMPLE"],
}
ONEPAY_SIGN = "987c2852e070e288fb35181f3692b228d0018cf2d63666955bd4b82bfa895354"


def door(
    door_of: Opener, fields: Mapping[str, str], signature: Mapping[str, object], **more: object
) -> Webhook:
    access = {"signatures": {"telco": signature}}
    inbound = {"methods": ["GET", "POST"], "fields": fields}
    return webhook(door_of, {"inbound": inbound, "access": access, **more})


def denied(one: Webhook, request: WebhookRequest) -> None:
    outcome = one.read(request, NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.detail) == ("unauthorised", "signature telco")
    assert outcome.reply.status == 403
    assert not outcome.authenticated


def post(
    headers: Mapping[str, str], body: bytes = BODY, path: str = "/mo/telco", query: str = ""
) -> WebhookRequest:
    return WebhookRequest("POST", path, query, headers, body, "203.0.113.7")
