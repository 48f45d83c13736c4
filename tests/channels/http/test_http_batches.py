"""Several things at one address, several messages in one call, several parts of one text."""

import base64
import json
from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.message import DeliveryReport, MobileOriginated, PartOf
from sms_gateway.domain.outcome import Delivery
from sms_gateway.ports import (
    MAX_BATCH,
    MAX_REQUEST,
    Purpose,
    Refused,
    Stored,
    Unreadable,
    WebhookRequest,
)
from tests.channels.http.calls import (
    ANYWHERE,
    ID,
    NOW,
    Opener,
    found,
    get,
    items,
    one_mo,
    post,
    webhook,
)

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


def test_what_a_report_says_may_stand_in_several_of_its_fields(door_of: Opener) -> None:
    rules = [
        {"when": {"json:status.groupName": "DELIVERED", "json:error.id": "500"}, "means": "expired"}
    ]
    told = {**INFOBIP["reports"], "rules": rules}  # type: ignore[dict-item]  # a table
    reports = [
        {"messageId": "a", "status": {"groupName": "DELIVERED"}, "error": {"id": 500}},
        {"messageId": "b", "status": {"groupName": "DELIVERED"}, "error": {"id": 0}},
        {"messageId": "c", "status": {"groupName": "DELIVERED"}},
    ]
    dlr = post("/dlr/telco", {"results": reports}, Purpose.REPORTS, headers=LOGIN)
    found = items(webhook(door_of, {**INFOBIP, "reports": told}).read(dlr, NOW))
    assert [one.delivery for one in found if isinstance(one, DeliveryReport)] == [
        Delivery.EXPIRED,
        Delivery.DELIVERED,
        Delivery.DELIVERED,
    ]


LOGIN = {"authorization": "Basic " + base64.b64encode(b"info:new-pass").decode()}
GOOD = {"messageId": "m", "from": "84900000001", "to": "8083", "text": "MCKH 1"}


def results(*found: object) -> WebhookRequest:
    return post("/mo/telco", {"results": list(found)}, headers=LOGIN)


def test_one_unreadable_mo_of_several_does_not_keep_the_others_out(door_of: Opener) -> None:
    door = webhook(door_of, INFOBIP)
    for bad, said in (
        ({**GOOD, "from": ""}, "field sender is missing"),
        ({**GOOD, "text": "x" * 2_001}, "field text is longer than 2000 characters"),
        ("MCKH", "field items holds what is no object"),
        (None, "field items holds what is no object"),
    ):
        first, unread, last = found(door.read(results(GOOD, bad, GOOD), NOW))
        assert isinstance(unread, Unreadable)
        assert unread.detail == said
        assert first == last == one_mo(door.read(results(GOOD), NOW))
        assert json.loads(unread.raw) == bad


HALVES = [
    (b"MCKH 1 \\ud83d", "MCKH 1 \ufffd"),
    (b"MCKH 1 m\xe3", "MCKH 1 m\ufffd"),
    (b"\\udc00\\ud83d", "\ufffd\ufffd"),
    (b"\xff", "\ufffd"),
    (b"m\xc3\xa3 \\ud83d\\ude00 \xe3", "mã \U0001f600 \ufffd"),
]


@pytest.mark.parametrize("odd,text", HALVES)
def test_half_an_emoji_or_another_character_set_in_a_text_is_read_as_in_a_query(
    door_of: Opener, odd: bytes, text: str
) -> None:
    whole = results(GOOD, {**GOOD, "text": "ODD"})
    call = replace(whole, body=whole.body.replace(b"ODD", odd))
    good, read = items(webhook(door_of, INFOBIP).read(call, NOW))
    assert isinstance(read, MobileOriginated)
    assert read.text == text
    assert good == one_mo(webhook(door_of, INFOBIP).read(results(GOOD), NOW))


def test_half_an_emoji_or_another_character_set_troubles_its_own_mo_alone(door_of: Opener) -> None:
    door = webhook(door_of, INFOBIP)
    whole = results(GOOD, {**GOOD, "messageId": "ODD"})
    for odd, _ in HALVES:
        call = replace(whole, body=whole.body.replace(b"ODD", odd))
        mo, unread = found(door.read(call, NOW))
        assert isinstance(mo, MobileOriginated)
        assert isinstance(unread, Unreadable)
        assert unread.detail == "field message_id is not utf-8 text"
        assert unread.raw.decode()
    for nan in (b"NaN", b"Infinity", b"{"):
        broken = replace(whole, body=whole.body.replace(b'"ODD"', nan))
        assert isinstance(door.read(broken, NOW), Refused)


def test_a_report_that_cannot_be_read_does_not_keep_the_others_out(door_of: Opener) -> None:
    door = webhook(door_of, INFOBIP)
    reports = [{"messageId": "a", "status": {"groupName": "DELIVERED"}}, {"messageId": "b"}]
    dlr = post("/dlr/telco", {"results": reports}, Purpose.REPORTS, headers=LOGIN)
    report, unread = found(door.read(dlr, NOW))
    assert isinstance(report, DeliveryReport)
    assert unread == Unreadable("field status is missing", b'{"messageId":"b"}')


ACKNOWLEDGES = {**INFOBIP, "answer": {"style": "acknowledge", "acknowledge_refused": True}}
BAD = {**GOOD, "from": ""}


def test_a_call_of_which_nothing_is_taken_is_refused_as_a_whole(door_of: Opener) -> None:
    door, kind = webhook(door_of, INFOBIP), webhook(door_of, ACKNOWLEDGES)
    for call in (
        results(BAD, "MCKH"),
        post("/mo/telco", {"results": {"0": GOOD}}, headers=LOGIN),
        post("/mo/telco", {"messages": [GOOD]}, headers=LOGIN),
    ):
        outcome, acknowledged = door.read(call, NOW), kind.read(call, NOW)
        assert isinstance(outcome, Refused)
        assert isinstance(acknowledged, Refused)
        assert outcome.authenticated
        assert (outcome.reply.status, acknowledged.reply.status) == (400, 200)


def test_a_refused_call_in_which_others_may_stand_is_never_acknowledged(door_of: Opener) -> None:
    door = webhook(door_of, ACKNOWLEDGES)
    whole = results(GOOD)
    twice = whole.body.replace(b'"from":', b'"from": "84900000002", "from":')
    for call in (
        results(*[GOOD] * 101),
        replace(whole, body=whole.body[:-2]),
        replace(whole, body=twice),
        replace(whole, body=whole.body + b" " * MAX_BATCH),
    ):
        outcome = door.read(call, NOW)
        assert isinstance(outcome, Refused)
        assert outcome.authenticated
        assert 400 <= outcome.reply.status < 500


def test_a_hundred_long_texts_fit_into_a_call_and_no_other_call_may_be_so_large(
    door_of: Opener,
) -> None:
    batch = webhook(door_of, INFOBIP)
    many = results(*[{**GOOD, "messageId": f"{n}", "text": "MCKH " * 400} for n in range(100)])
    assert MAX_REQUEST * 12 < len(many.body) < MAX_BATCH
    assert len(items(batch.read(many, NOW))) == 100
    assert {route.largest for route in batch.routes} == {MAX_BATCH}
    assert len(items(batch.read(replace(many, body=many.body.ljust(MAX_BATCH)), NOW))) == 100
    outcome = batch.read(replace(many, body=many.body.ljust(MAX_BATCH + 1)), NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.detail, outcome.reply.status) == ("field body is over 262144 octets", 413)
    long_query = batch.read(replace(many, query="a" * (MAX_REQUEST + 1)), NOW)
    assert isinstance(long_query, Refused)
    assert long_query.detail == "field query is over 16384 octets"
    one = webhook(door_of, SPEEDSMS)
    assert {route.largest for route in one.routes} == {MAX_REQUEST}
    single = post("/hook/speedsms", {"phone": "84900000001", "content": "x" * MAX_REQUEST})
    outcome = one.read(single, NOW)
    assert isinstance(outcome, Refused)
    assert outcome.detail == "field body is over 16384 octets"


def test_each_address_of_a_door_has_a_limit_of_its_own(door_of: Opener) -> None:
    reports = {"items": "json:results", "fields": {"telco_id": "json:id", "status": "json:s"}}
    door = webhook(door_of, {**SPEEDSMS, "reports": reports})
    assert {route.purpose: route.largest for route in door.routes} == {
        Purpose.MESSAGES: MAX_REQUEST,
        Purpose.REPORTS: MAX_BATCH,
    }


def test_an_item_that_is_nested_too_deeply_is_no_fault_of_ours(door_of: Opener) -> None:
    door = webhook(door_of, {**INFOBIP, "secret_fields": ["pin"]})
    deep = "[" * 700 + "]" * 700
    body = f'{{"results": [{json.dumps(GOOD)}, {{"from": {deep}}}]}}'.encode()
    outcome = door.read(replace(results(), body=body), NOW)
    assert isinstance(outcome, Refused) or isinstance(outcome[1], Unreadable)


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
