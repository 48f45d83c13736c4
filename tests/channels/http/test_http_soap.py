"""SOAP dialects of domain 2 that settings alone describe: what comes in, what is answered, sent."""

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web

from sms_gateway.channels import DoorContext
from sms_gateway.domain.outcome import Accepted, Billing
from sms_gateway.ports import Stored, WebhookRequest
from tests.channels.http.calls import ANYWHERE, ID, NOW, Opener, answered, one_mo, parsed, webhook
from tests.channels.http.test_http_sender import MESSAGE, send, sender

ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body>'
    "</s:Envelope>"
)


def call(method: str, values: Mapping[str, str]) -> WebhookRequest:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    body = ENVELOPE.format(f'<n:{method} xmlns:n="urn:n">{inner}</n:{method}>')
    return WebhookRequest("POST", "/mo/telco", "", {}, body.encode(), "203.0.113.7")


@pytest.mark.parametrize(
    "method,names",
    [
        ("moReceiver", ("User_ID", "Service_ID", "Message", "Request_ID", "")),
        ("moReceiverStandard", ("User_ID", "Service_ID", "Message", "Request_ID", "Operator")),
        ("receiverMO", ("User_Id", "Service_Id", "Message", "Request_Id", "Mobile_Operator")),
        ("receiverMO", ("UserId", "PrefixId", "MessageIn", "RequestId", "TelcoId")),
        ("GetSmsContent", ("user_id", "service_id", "info", "request_id", "")),
        ("GetMOData", ("UserID", "ServiceID", "Content", "RequestID", "Operator")),
        ("moreceiver", ("in0", "in1", "in3", "in4", "in5")),
        ("ReceiveMO", ("src", "dest", "msgbody", "moid", "")),
        ("messageReceiver", ("UserID", "ServiceID", "Info", "RequestID", "")),
    ],
)
def test_each_method_of_the_family_is_read_by_its_own_names(
    door_of: Opener, method: str, names: tuple[str, str, str, str, str]
) -> None:
    fields = {
        field: f"xml:{method}.{name}"
        for field, name in zip(
            ("sender", "short_code", "text", "message_id", "operator"), names, strict=True
        )
        if name
    }
    raw = {"inbound": {"fields": fields}, "access": ANYWHERE}
    values = dict(
        zip(names, ("84900000001", "+848083", "mckh 12345", "70001", "VIETTEL"), strict=True)
    )
    values.pop("", None)
    mo = one_mo(webhook(door_of, raw).read(call(method, values), NOW))
    assert (mo.sender.digits, mo.short_code, mo.text) == ("84900000001", "8083", "mckh 12345")
    assert (mo.telco_id, mo.operator) == ("70001", "VIETTEL" if names[4] else "")


def test_a_synchronous_soap_answer_holds_reply_and_billing(door_of: Opener) -> None:
    fields = {
        "sender": "xml:messageReceiver.UserID",
        "short_code": "xml:messageReceiver.ServiceID",
        "text": "xml:messageReceiver.Info",
        "message_id": "xml:messageReceiver.RequestID",
    }
    answer = {
        "format": "xml",
        "body": ENVELOPE.format(
            "<messageReceiverResponse><CommandCode>1</CommandCode><MessageType>{billing}"
            "</MessageType><MessageContent>{reply}</MessageContent></messageReceiverResponse>"
        ),
        "billing": {"charge": 1, "free": 0, "refund": 2},
    }
    one = webhook(door_of, {"inbound": {"fields": fields}, "access": ANYWHERE, "answer": answer})
    values = {"UserID": "84900000001", "ServiceID": "8083", "Info": "MCKH 1", "RequestID": "7"}
    request = call("messageReceiver", values)
    reply = one.reply([answered("Khong thay <1> & 2", Billing.REFUND)], request)
    found = {node.tag: node.text for node in parsed(reply.body).iter()}
    assert (found["MessageType"], found["MessageContent"]) == ("2", "Khong thay <1> & 2")
    assert reply.content_type == "text/xml; charset=utf-8"
    assert b">1<" in one.reply([Stored(ID)], request).body


HBCOM: dict[str, Any] = {
    "format": "xml",
    "body": ENVELOPE.format(
        "<i:SendMT xmlns:i='urn:i'><arg0>{to}</arg0><arg1>{text}</arg1><arg5>{reply_to}</arg5>"
        "<arg9>{secret.user}</arg9><arg10>{digest.password}</arg10></i:SendMT>"
    ),
    "headers": {"SOAPAction": '""'},
    "secrets": {"user": "province", "password": "hush"},
    "digests": {"password": {"algorithm": "md5", "over": "{secret.user}{secret.password}"}},
    "refused_characters": "'",
    "one_mt_per_mo": True,
    "result": {
        "code": "xml:SendMTResponse.return",
        "accepted": [0],
        "temporary": [1, -1],
        "rejected": [3, 4, 9],
        "rules": [{"field": "xml:SendMTResponse.return", "is": 2, "means": "door"}],
    },
}


async def test_a_soap_reply_with_a_hashed_password_is_sent_and_its_answer_read(
    context: DoorContext,
) -> None:
    seen: list[dict[str | None, str | None]] = []

    async def handle(request: web.Request) -> web.Response:
        assert request.headers["SOAPAction"] == '""'
        assert request.content_type == "text/xml"
        root = ET.fromstring(await request.read())  # noqa: S314 - written by the door under test
        seen.append({node.tag: node.text for node in root.iter()})
        body = "<n:SendMTResponse xmlns:n='urn:i'><return>0</return></n:SendMTResponse>"
        return web.Response(text=ENVELOPE.format(body), content_type="text/xml")

    async with sender(handle, context, **HBCOM) as one:
        assert await send(one) == Accepted()
        assert one.limits.answers_only
    (sent,) = seen
    assert (sent["arg0"], sent["arg1"]) == ("84900000001", MESSAGE.text)
    assert sent["arg10"] == hashlib.md5(b"provincehush", usedforsecurity=False).hexdigest()
