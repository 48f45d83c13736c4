"""Dialects of domain 2 that settings alone describe, with the exchanges recorded there."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from sms_gateway.domain.message import DeliveryReport
from sms_gateway.domain.outcome import Billing, Delivery
from sms_gateway.ports import Late, NoReply, Purpose, Refused, Stored, WebhookRequest
from tests.channels.http.calls import (
    ID,
    NOW,
    Opener,
    answered,
    get,
    items,
    one_mo,
    parsed,
    post,
    webhook,
)

LOCAL: Mapping[str, object] = {
    "inbound": {
        "path": "/mo/local",
        "fields": {
            "message_id": "json:id",
            "sender": "json:from",
            "short_code": "json:to",
            "text": "json:text",
        },
    },
    "access": {"cidrs": ["127.0.0.0/8", "::1"]},
}

IPACIFIC: Mapping[str, object] = {
    "inbound": {
        "methods": ["GET"],
        "fields": {
            "sender": "query:userId",
            "short_code": "query:serviceNumber",
            "text": "query:info",
        },
    },
    "access": {
        "fields": {
            "user": {"field": "query:user", "secrets": ["U"]},
            "password": {"field": "query:password", "secrets": ["P", "P2"]},
        }
    },
    "answer": {
        "format": "text",
        "body": "0;{billing};{reply}",
        "forbidden": ";|\r\n",
        "billing": {"charge": 71, "free": 72, "refund": 72},
    },
}

ESMS: Mapping[str, object] = {
    "inbound": {
        "path": "/mo/esms/{secret}",
        "methods": ["GET"],
        "fields": {
            "sender": "query:sender",
            "text": "query:content",
            "short_code": "query:serviceNumber",
            "message_id": "query:smsid",
            "time": "query:receiverTime",
        },
        "time_format": "%Y%m%d%H%M%S",
    },
    "access": {"path_secrets": ["0123456789abcdef"]},
    "answer": {
        "format": "xml",
        "body": "<ClientResponse><Message>{reply}</Message><Smsid>{telco_id}</Smsid>"
        "<Receiver>{sender}</Receiver></ClientResponse>",
    },
    "reports": {
        "path": "/dlr/esms/{secret}",
        "methods": ["GET"],
        "fields": {
            "telco_id": "query:SMSID",
            "status": "query:SendStatus",
            "error": "query:error_info",
        },
        "words": {"1": "enroute", "2": "enroute", "4": "rejected", "5": "delivered"},
    },
}

ONEPAY: Mapping[str, object] = {
    "inbound": {
        "methods": ["GET"],
        "fields": {
            "sender": "query:msisdn",
            "text": "query:mo_message",
            "short_code": "const:8083",
            "message_id": "query:request_id",
            "time": "query:request_time",
        },
        "echo": {"command": "query:command_code"},
    },
    "access": {"fields": {"key": {"field": "query:access_key", "secrets": ["AK_EXAMPLE"]}}},
    "answer": {
        "body": '{"status": "{status}", "sms": "{reply}", "type": "text", "for": "{echo.command}"}',
        "status": {"answered": 1, "stored": 0, "late": 0, "no_reply": 0},
    },
}


def test_the_local_door_answers_json_with_json(door_of: Opener) -> None:
    door = webhook(door_of, LOCAL)
    body = {"id": "a-1", "from": "0900000001", "to": "8083", "text": "MCKH_170703-0001"}
    call = post("/mo/local", body)
    mo = one_mo(door.read(call, NOW))
    assert (mo.telco_id, mo.sender.digits, mo.short_code) == ("a-1", "84900000001", "8083")
    assert mo.text == "MCKH_170703-0001"
    reply = door.reply([answered('Ho so "170703-0001"\n{reply}')], call)
    assert (reply.status, reply.content_type) == (200, "application/json")
    assert json.loads(reply.body) == {
        "status": "answered",
        "reply": 'Ho so "170703-0001"\n{reply}',
        "billing": "charge",
        "message_id": ID,
    }


@pytest.mark.parametrize(
    "result,word", [(Stored(ID), "stored"), (Late(ID), "late"), (NoReply(ID), "no_reply")]
)
def test_the_local_door_says_when_there_is_no_reply(
    door_of: Opener, result: Stored | Late | NoReply, word: str
) -> None:
    body = {"from": 84900000001, "to": 8083, "text": "MCKH"}
    call = post("/mo/local", body)
    door = webhook(door_of, LOCAL)
    assert one_mo(door.read(call, NOW)).telco_id is None
    assert json.loads(door.reply([result], call).body) == {
        "status": word,
        "reply": "",
        "billing": "free",
        "message_id": ID,
    }


def test_the_local_door_hears_only_loopback(door_of: Opener) -> None:
    door = webhook(door_of, LOCAL)
    body = b'{"from": "0900000001", "to": "8083", "text": "x"}'
    for peer, taken in [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.2", True),
        ("203.0.113.7", False),
        ("::ffff:203.0.113.7", False),
        ("", False),
    ]:
        outcome = door.read(WebhookRequest("POST", "/mo/local", "", {}, body, peer), NOW)
        assert isinstance(outcome, Refused) is not taken, peer


def test_a_get_dialect_is_read_and_answered_in_its_own_text(door_of: Opener) -> None:
    door = webhook(door_of, IPACIFIC)
    query = (
        "userId=84900000001&serviceNumber=8083&commandCode=MCKH&info=MCKH_12345&user=U&password=P"
    )
    call = get("/mo/telco", query)
    mo = one_mo(door.read(call, NOW))
    assert (mo.sender.digits, mo.short_code, mo.text) == ("84900000001", "8083", "MCKH_12345")
    charged = door.reply([answered("Ho so 12345; hen: 04/12|2026\nHoi 0258")], call)
    assert charged.body == b"0;71;Ho so 12345  hen: 04/12 2026 Hoi 0258"
    assert charged.content_type.startswith("text/plain")
    refunded = door.reply([answered("Khong thay", Billing.REFUND)], call)
    assert refunded.body == b"0;72;Khong thay"
    assert b"=P" not in door.redacted(call)
    assert b"info=MCKH_12345" in door.redacted(call)


def test_a_get_dialect_with_xml_answers_echoes_the_telcos_id(door_of: Opener) -> None:
    door = webhook(door_of, ESMS)
    call = get(
        "/mo/esms/0123456789abcdef",
        "sender=84900000001&content=MCKH_12345&serviceNumber=8083&keyword=MCKH_12345&cpid=CP01"
        "&smsid=900001&receiverTime=20261123101500&sign=0wZZJnuhapifTlsQneCxPA%3D%3D",
    )
    mo = one_mo(door.read(call, NOW))
    assert mo.telco_id == "900001"
    assert mo.telco_time == datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
    body = door.reply([answered("Ho so <12345> & con")], call).body
    assert {node.tag: node.text for node in parsed(body)} == {
        "Message": "Ho so <12345> & con",
        "Smsid": "900001",
        "Receiver": "84900000001",
    }


def test_a_delivery_report_by_get_is_read(door_of: Opener) -> None:
    door = webhook(door_of, ESMS)
    call = get(
        "/dlr/esms/0123456789abcdef",
        "SMSID=s-77&SendFailed=0&SendStatus=5&SendSuccess=1&TotalPrice=470.0000&TypeId=2"
        "&phonenumber=0900000001",
        purpose=Purpose.REPORTS,
    )
    (report,) = items(door.read(call, NOW))
    assert isinstance(report, DeliveryReport)
    assert (report.telco_id, report.delivery) == ("s-77", Delivery.DELIVERED)
    assert door.reply([Stored(ID)], call).body == b"OK"


def test_a_word_that_is_not_in_the_list_leaves_the_delivery_unknown(door_of: Opener) -> None:
    door = webhook(door_of, ESMS)
    path = "/dlr/esms/0123456789abcdef"
    call = get(path, "SMSID=s-77&SendStatus=7", purpose=Purpose.REPORTS)
    (report,) = items(door.read(call, NOW))
    assert isinstance(report, DeliveryReport)
    assert report.delivery is Delivery.UNKNOWN


def test_a_json_answer_may_hold_numbers_and_echoed_fields(door_of: Opener) -> None:
    door = webhook(door_of, ONEPAY)
    call = get(
        "/mo/telco",
        "access_key=AK_EXAMPLE&amount=1500&command_code=MCKH&error_code=0&error_message="
        "&mo_message=MCKH%2012345&msisdn=84900000001&request_id=req-0001"
        "&request_time=2026-11-23T10:15:00Z",
    )
    mo = one_mo(door.read(call, NOW))
    assert (mo.text, mo.telco_id) == ("MCKH 12345", "req-0001")
    assert mo.telco_time == datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
    assert json.loads(door.reply([answered("Ho so 12345 ...")], call).body) == {
        "status": 1,
        "sms": "Ho so 12345 ...",
        "type": "text",
        "for": "MCKH",
    }
