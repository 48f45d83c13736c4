"""What one text came with, out of a request that was kept."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeGuard

import pytest
from msgspec.structs import replace

from sms_gateway.domain.ids import CanonicalKey, DoorName, MessageId, TelcoId, TraceId
from sms_gateway.domain.message import MobileOriginated
from sms_gateway.ports import Door, WebhookRequest
from sms_gateway.reading import MoRow
from tests.channels.http.calls import ANYWHERE, NOW, Opener, found, get, items, one_mo, webhook
from tests.channels.http.test_http_batches import GOOD, INFOBIP, results

OTHER = {"messageId": "o", "from": "84911222333", "to": "8083", "text": "cua nguoi khac"}
PIN = {"cidrs": ANYWHERE["cidrs"], "fields": {"p": {"field": "json:pin", "secrets": ["hush"]}}}
ONE: Mapping[str, object] = {
    "inbound": {
        "methods": ["GET", "POST"],
        "fields": {"sender": "query:from", "short_code": "const:8083", "text": "query:text"},
    },
    "access": ANYWHERE,
}
XML: Mapping[str, object] = {
    "inbound": {
        "items": "xml:mos.mo",
        "fields": {"sender": "xml:from", "short_code": "const:8083", "text": "xml:text"},
    },
    "access": ANYWHERE,
    "answer": {"style": "acknowledge"},
    "outbound": {"url": "https://sms.example/send", "body": '{"to": "{to}", "text": "{text}"}'},
}


def row(mo: MobileOriginated) -> MoRow:
    """The text as the log has it."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return MoRow(
        id=MessageId("m"), door=DoorName("telco"), telco_id=mo.telco_id, sender=mo.sender,
        short_code=mo.short_code, operator="", received_at=at, trace_id=TraceId("m"),
        text=mo.text, outcome=None, reason="", intent="", code_key=CanonicalKey(""),
        dossier_id=None, agency="", answered_at=None, failures=0,
    )  # fmt: skip


def is_mo(one: object) -> TypeGuard[MobileOriginated]:
    return isinstance(one, MobileOriginated)


def own(door: Door, request: WebhookRequest, mo: MobileOriginated) -> bytes | None:
    assert door.webhook is not None
    assert door.own_request is not None
    return door.own_request(door.webhook.redacted(request), row(mo))


def test_of_a_call_with_several_texts_each_has_its_own_item(door_of: Opener) -> None:
    call = results(GOOD, {"from": "", "text": "84922333444"}, OTHER)
    door = door_of(INFOBIP)
    mos = [one for one in found(webhook(door_of, INFOBIP).read(call, NOW)) if is_mo(one)]
    pieces = [json.loads(own(door, call, one) or b"null") for one in mos]
    assert pieces == [GOOD, OTHER]


def test_a_call_of_one_text_is_its_own_as_a_whole(door_of: Opener) -> None:
    call = get("/mo/telco", "from=84900000001&text=MCKH%201+m%C3%A3&x=%20")
    (mo,) = items(webhook(door_of, ONE).read(call, NOW))
    assert isinstance(mo, MobileOriginated)
    kept = webhook(door_of, ONE).redacted(call)
    assert own(door_of(ONE), call, mo) == kept


def test_secrets_stay_out_of_an_item(door_of: Opener) -> None:
    raw = {**INFOBIP, "access": PIN}
    call = results({**GOOD, "pin": "hush"}, OTHER)
    mo = one_mo(webhook(door_of, INFOBIP).read(results(GOOD), NOW))
    piece = own(door_of(raw), call, mo)
    assert piece is not None
    assert b"hush" not in piece
    assert b"84900000001" in piece


def test_an_item_of_xml_is_found_too(door_of: Opener) -> None:
    body = (
        "<mos><mo><from>84900000001</from><text>MCKH 1</text></mo>"
        "<mo><from>84911222333</from><text>mã khác</text></mo></mos>"
    )
    call = WebhookRequest("POST", "/mo/telco", "", {}, body.encode(), "127.0.0.1")
    _, mo = items(webhook(door_of, XML).read(call, NOW))
    assert isinstance(mo, MobileOriginated)
    piece = own(door_of(XML), call, mo)
    assert piece is not None
    assert "mã khác" in piece.decode()
    assert b"84900000001" not in piece


GONE = [b"", b"\n\n", b"POST /mo\n\n{", b"smpp 00ff", b"POST /mo\n\n[7 octets left out]"]


@pytest.mark.parametrize("kept", GONE)
def test_what_cannot_be_read_any_more_is_nobodys(door_of: Opener, kept: bytes) -> None:
    mo = row(one_mo(webhook(door_of, INFOBIP).read(results(GOOD), NOW)))
    for raw in (INFOBIP, ONE, XML):
        divide = door_of(raw).own_request
        assert divide is not None
        assert divide(kept, mo) is None


@pytest.mark.parametrize(
    "other", [{"text": "MCKH 2"}, {"telco_id": TelcoId("z")}], ids=["text", "id"]
)
def test_a_text_that_is_not_in_the_call_has_no_part_in_it(
    door_of: Opener, other: Mapping[str, str]
) -> None:
    mo = one_mo(webhook(door_of, INFOBIP).read(results(GOOD), NOW))
    assert own(door_of(INFOBIP), results(GOOD, OTHER), replace(mo, **other)) is None
