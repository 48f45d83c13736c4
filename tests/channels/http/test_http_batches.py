"""Several things at one address, several messages in one call, several parts of one text."""

import base64
import json
from collections.abc import Mapping

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import DeliveryReport, MobileOriginated, PartOf
from sms_gateway.domain.outcome import Delivery
from sms_gateway.ports import Purpose, Refused, Stored
from tests.channels.http.calls import ANYWHERE, ID, NOW, Opener, get, items, one_mo, post, webhook

OUTBOUND = {"url": "https://sms.example/send", "body": '{"to": "{to}", "text": "{text}"}'}

SPEEDSMS: Mapping[str, object] = {
    "inbound": {
        "path": "/hook/speedsms",
        "fields": {"sender": "json:phone", "text": "json:content", "short_code": "const:8083"},
    },
    "access": ANYWHERE,
    "answer": {"style": "acknowledge", "format": "text"},
    "outbound": OUTBOUND,
    "reports": {
        "path": "/hook/speedsms",
        "when": {"json:type": "report"},
        "fields": {"telco_id": "json:tranId", "status": "json:status"},
        "words": {"0": "delivered"},
    },
}

INFOBIP: Mapping[str, object] = {
    "inbound": {
        "items": "json:results",
        "fields": {
            "sender": "json:from",
            "short_code": "json:to",
            "text": "json:text",
            "message_id": "json:messageId",
            "time": "json:receivedAt",
        },
    },
    "access": {"basic": {"infobip": {"user": "info", "passwords": ["old-pass", "new-pass"]}}},
    "answer": {"style": "acknowledge", "body": '{"ok": true, "id": "{message_id}"}'},
    "outbound": OUTBOUND,
    "reports": {
        "items": "json:results",
        "fields": {
            "telco_id": "json:messageId",
            "status": "json:status.groupName",
            "error": "json:error.id",
            "time": "json:doneAt",
        },
        "words": {"DELIVERED": "delivered", "UNDELIVERABLE": "undeliverable"},
    },
}


def test_one_address_may_take_mos_and_delivery_reports(door_of: Opener) -> None:
    door = webhook(door_of, SPEEDSMS)
    assert [(route.method, route.path) for route in door.routes] == [("POST", "/hook/speedsms")]
    inbound = {"type": "sms", "phone": "84900000001", "content": "MCKH 12345"}
    mo = one_mo(door.read(post("/hook/speedsms", inbound), NOW))
    assert (mo.text, mo.short_code, mo.telco_id) == ("MCKH 12345", "8083", None)
    status = {"type": "report", "tranId": 501, "phone": "84900000001", "status": 0}
    call = post("/hook/speedsms", status)
    (report,) = items(door.read(call, NOW))
    assert isinstance(report, DeliveryReport)
    assert (report.telco_id, report.delivery) == ("501", Delivery.DELIVERED)
    assert door.reply([Stored(ID)], call).body == b"OK"


def test_one_call_may_carry_several_mos_and_several_reports(door_of: Opener) -> None:
    door = webhook(door_of, INFOBIP)
    login = {"authorization": "Basic " + base64.b64encode(b"info:old-pass").decode()}
    results = [
        {
            "messageId": f"m-{number}",
            "from": f"8490000000{number}",
            "to": "8083",
            "text": f"MCKH {number}",
            "receivedAt": "2026-11-23T10:15:00.000+0000",
        }
        for number in (1, 2)
    ]
    call = post("/mo/telco", {"results": results, "messageCount": 2}, headers=login)
    mos = items(door.read(call, NOW))
    assert [mo.text for mo in mos if isinstance(mo, MobileOriginated)] == ["MCKH 1", "MCKH 2"]
    reply = door.reply([Stored(ID), Stored(MessageId("x"))], call)
    assert json.loads(reply.body) == {"ok": True, "id": ID}
    assert items(door.read(post("/mo/telco", {"results": []}, headers=login), NOW)) == []
    assert door.reply([], post("/mo/telco", {"results": []}, headers=login)).status == 200
    reports = [
        {"messageId": "a", "status": {"groupName": "DELIVERED"}, "error": {"id": 0}},
        {"messageId": "b", "status": {"groupName": "UNDELIVERABLE"}, "error": {"id": 500}},
    ]
    dlr = post("/dlr/telco", {"results": reports}, Purpose.REPORTS, headers=login)
    assert [
        (report.telco_id, report.delivery, report.error)
        for report in items(door.read(dlr, NOW))
        if isinstance(report, DeliveryReport)
    ] == [("a", Delivery.DELIVERED, "0"), ("b", Delivery.UNDELIVERABLE, "500")]


def test_one_unreadable_mo_of_several_refuses_the_whole_call(door_of: Opener) -> None:
    door = webhook(door_of, INFOBIP)
    login = {"authorization": "Basic " + base64.b64encode(b"info:new-pass").decode()}
    good = {"messageId": "m", "from": "84900000001", "to": "8083", "text": "MCKH 1"}
    for results in ([good, {**good, "from": ""}], [good, "MCKH"], {"0": good}, [good] * 101):
        outcome = door.read(post("/mo/telco", {"results": results}, headers=login), NOW)
        assert isinstance(outcome, Refused)
        assert outcome.authenticated


def test_parts_of_a_long_text_are_told_apart_from_whole_ones(door_of: Opener) -> None:
    fields = {
        "sender": "query:from",
        "text": "query:text",
        "short_code": "const:8083",
        "part_reference": "query:ref",
        "part_total": "query:total",
        "part_number": "query:part",
    }
    raw = {"inbound": {"methods": ["GET"], "fields": fields}, "access": ANYWHERE}
    door = webhook(door_of, raw)

    def read(query: str) -> object:
        return door.read(get("/mo/telco", "from=84900000001&text=x&" + query), NOW)

    assert one_mo(read("ref=300&total=2&part=1")).part == PartOf(300, 2, 1)
    assert one_mo(read("")).part is None
    assert one_mo(read("ref=0&total=1&part=1")).part is None
    for wrong in ("ref=1&total=2&part=3", "ref=1&total=2", "ref=x&total=2&part=1", "total=256"):
        assert isinstance(read(wrong), Refused), wrong
