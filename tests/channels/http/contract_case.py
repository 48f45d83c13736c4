"""What the channel contracts need to know of doors of kind `http`."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from msgspec.structs import replace

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.domain.ids import DoorName, ShortCode, TelcoId
from sms_gateway.domain.message import DeliveryReport, MobileOriginated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Delivery
from sms_gateway.ports import Purpose, Sender, WebhookRequest

SETTINGS: Mapping[str, object] = {
    "kind": "http",
    "inbound": {
        "path": "/mo/telco/{secret}",
        "fields": {
            "message_id": "json:mo.id",
            "sender": "json:mo.from",
            "short_code": "json:mo.to",
            "text": "json:mo.text",
            "operator": "query:operator",
        },
    },
    "access": {
        "path_secrets": ["path-secret-0123456789", "path-secret-9876543210"],
        "fields": {
            "password": {"field": "json:password", "secrets": ["body-secret"]},
            "key": {"field": "query:key", "secrets": ["query-secret"]},
        },
    },
    "reports": {
        "path": "/dlr/telco/{secret}",
        "methods": ["GET"],
        "fields": {"telco_id": "query:id", "status": "query:state"},
        "access": {"path_secrets": ["report-secret-0123456789"]},
    },
}

SECRETS: Sequence[bytes] = (
    b"path-secret-0123456789",
    b"body-secret",
    b"query-secret",
    b"report-secret-0123456789",
    b"Basic dTpw",
)

MO: MobileOriginated | None = MobileOriginated(
    telco_id=TelcoId("7001"),
    sender=Address("+84900000001"),
    short_code=ShortCode("8083"),
    text="MCKH_170703-0001 đã",
    operator="VIETTEL",
)

BATCH: Mapping[str, object] | None = {
    "kind": "http",
    "secret_fields": ["pin"],
    "inbound": {
        "path": "/mo/telco",
        "items": "json:results",
        "fields": {
            "message_id": "json:id",
            "sender": "json:from",
            "short_code": "json:to",
            "text": "json:text",
            "operator": "query:operator",
        },
    },
    "access": {"fields": {"key": {"field": "query:key", "secrets": ["query-secret"]}}},
    "answer": {"style": "acknowledge", "format": "text", "body": "OK"},
    "outbound": {"url": "https://sms.example/send", "body": '{"to": "{to}", "text": "{text}"}'},
}

REPORT: DeliveryReport | None = DeliveryReport(TelcoId("n-42"), Delivery.DELIVERED)


def mo() -> WebhookRequest:
    body = {
        "password": "body-secret",
        "mo": {"id": 7001, "from": "84900000001", "to": "+848083", "text": "MCKH_170703-0001 đã"},
    }
    return WebhookRequest(
        method="POST",
        path="/mo/telco/path-secret-0123456789",
        query="operator=VIETTEL&key=query-secret",
        headers={"content-type": "application/json", "authorization": "Basic dTpw"},
        body=json.dumps(body).encode(),
        peer="203.0.113.7",
    )


def report() -> WebhookRequest:
    return WebhookRequest(
        method="GET",
        path="/dlr/telco/report-secret-0123456789",
        query="id=n-42&state=DELIVRD",
        headers={},
        body=b"",
        peer="203.0.113.7",
        purpose=Purpose.REPORTS,
    )


def batch(texts: Sequence[str | None]) -> WebhookRequest:
    results = [
        {"id": 7001, "from": "84900000001", "to": "848083", "pin": "body-secret"}
        | ({} if text is None else {"text": text})
        for text in texts
    ]
    body = json.dumps({"results": results}).encode()
    return replace(mo(), path="/mo/telco", body=body)


def strangers() -> Sequence[WebhookRequest]:
    """Calls with one wrong secret each."""
    return [
        replace(mo(), path="/mo/telco/path-secret-0123456780"),
        replace(mo(), query="operator=VIETTEL&key=guess"),
        replace(mo(), query=""),
        replace(mo(), body=mo().body.replace(b"body-secret", b"guess")),
        replace(report(), path="/dlr/telco/path-secret-0123456789"),
    ]


def garbage() -> Sequence[WebhookRequest]:
    """Calls with all secrets right that cannot be read."""
    body = mo().body
    return [
        replace(mo(), body=b'{"password": "body-secret"}'),
        replace(mo(), body=body.replace(b'"84900000001"', b"[84900000001]")),
        replace(mo(), body=body.replace(b'"+848083"', b'"eighty"')),
        replace(mo(), body=body.replace(b'"text"', b'"message"')),
        replace(mo(), query="operator=%FF&key=query-secret"),
        replace(report(), query="id=n-42"),
        replace(report(), query="id=&state=DELIVRD"),
    ]


OUTBOUND: Mapping[str, object] = {
    "body": '{"to": "{to}", "text": "{text}", "id": "{id}"}',
    "slots": 3,
    "total_s": 60,
    "result": {
        "code": "json:code",
        "accepted": ["00"],
        "duplicate": ["24"],
        "throttled": ["29"],
        "rejected": ["99"],
        "telco_id": "json:id",
    },
}

BEHAVIOURS = frozenset(
    {"accepts", "duplicate", "throttles", "rejects", "closes", "times_out", "holds", "unreachable"}
)
"""What a telco behind this kind of door can do."""


@dataclass
class Stage:
    """A sender, and the telco it talks to.

    Attributes:
        sender: under test.
        arrived: one entry per message that the telco has.
    """

    sender: Sender
    arrived: asyncio.Queue[str]


_CODES = {"accepts": "00", "duplicate": "24", "throttles": "29", "rejects": "99"}


def _telco(behaviour: str, arrived: asyncio.Queue[str]) -> web.Application:
    async def handle(request: web.Request) -> web.StreamResponse:
        sent = await request.json()
        arrived.put_nowait(sent["id"])
        if behaviour == "closes":
            assert request.transport is not None
            request.transport.abort()
        if behaviour in _CODES:
            return web.json_response({"code": _CODES[behaviour], "id": "t-" + sent["id"]})
        await asyncio.Event().wait()
        raise AssertionError

    app = web.Application()
    app.router.add_post("/send", handle)
    return app


@asynccontextmanager
async def stage(behaviour: str, context: DoorContext) -> AsyncIterator[Stage]:
    """A sender whose telco does one of `BEHAVIOURS`."""
    arrived: asyncio.Queue[str] = asyncio.Queue()
    server = TestServer(_telco(behaviour, arrived), shutdown_timeout=0)
    await server.start_server()
    port = unused_port() if behaviour == "unreachable" else server.port
    outbound = {**OUTBOUND, "url": f"http://127.0.0.1:{port}/send"}
    if behaviour == "times_out":
        outbound["total_s"] = 0.1
    try:
        opener = door_opener("http")
        async with opener(DoorName("out"), {"outbound": outbound}, context) as door:
            assert door.sender is not None
            yield Stage(door.sender, arrived)
    finally:
        await server.close()
