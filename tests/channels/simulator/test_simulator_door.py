import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode, TelcoId
from sms_gateway.domain.message import MobileOriginated, MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Accepted, Billing, SendOutcome
from sms_gateway.ports import AnswerStyle, Door, Refused, Stored, Webhook, WebhookRequest
from sms_gateway.settings import SettingsError
from tests.channels.simulator.contract_case import FORM, TEXT, mo, posted
from tests.virtual_time import StandingClock

NOW = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
ID = MessageId("01939a3e-0000-7000-8000-000000000001")
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "sec-fetch-site": "same-origin"}


CONTEXT = DoorContext("VN", StandingClock(), ZoneInfo("Asia/Ho_Chi_Minh"))


async def opened(raw: Mapping[str, object] | None = None) -> Door:
    settings = {"kind": "simulator"} if raw is None else raw
    async with door_opener("simulator")(DoorName("phone"), settings, CONTEXT) as door:
        return door


async def webhook(raw: Mapping[str, object] | None = None) -> Webhook:
    door = await opened(raw)
    assert door.webhook is not None
    return door.webhook


async def text_of(form: Mapping[str, str]) -> str:
    (item,) = await read(posted("/phone/messages", form))
    assert isinstance(item, MobileOriginated)
    return item.text


async def read(request: WebhookRequest) -> Sequence[object]:
    outcome = (await webhook()).read(request, NOW)
    assert not isinstance(outcome, Refused), outcome.detail
    return outcome


async def test_the_door_acknowledges_and_sends_the_reply_later() -> None:
    door = await opened()
    assert not door.inline
    assert door.webhook is not None
    assert door.webhook.style is AnswerStyle.ACKNOWLEDGE
    assert door.sender is not None
    assert door.answer_within == timedelta(seconds=CONTEXT.acknowledge_s)
    assert door.resend_uncertain
    assert door.sender.limits.dedupes_by_our_id


@pytest.mark.parametrize(
    "raw, problem",
    [
        ({"numbers": []}, "doors.phone.numbers"),
        ({"numbers": ["9" * 40]}, "doors.phone.numbers: is no phone number"),
        ({"short_code": "eighty"}, "doors.phone.short_code: is no number"),
        ({"sources": []}, "doors.phone.sources"),
        ({"sources": ["10.0.0.1/8"]}, "doors.phone.sources"),
        ({"source": ["10.0.0.0/8"]}, "did you mean sources"),
    ],
)
async def test_settings_that_cannot_be_used_are_refused_by_their_name(
    raw: Mapping[str, object], problem: str
) -> None:
    with pytest.raises(SettingsError, match=problem):
        await opened({"kind": "simulator", **raw})


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])
async def test_this_machine_may_text(peer: str) -> None:
    assert await read(replace(mo(), peer=peer))


async def test_other_machines_may_text_when_sources_and_hosts_name_them() -> None:
    door = await webhook({"sources": ["192.0.2.0/24"], "hosts": ["Phone.Example"]})
    request = replace(
        mo(), peer="192.0.2.9", headers={**mo().headers, "host": "phone.example:8080"}
    )
    assert not isinstance(door.read(request, NOW), Refused)
    refused = door.read(replace(request, peer="127.0.0.1"), NOW)
    assert isinstance(refused, Refused)
    assert refused.detail == "the caller's address is not in sources of this door"


@pytest.mark.parametrize("host", ["localhost:8080", "LOCALHOST", "[::1]:8080", "192.0.2.1"])
async def test_addresses_and_localhost_are_known_hosts(host: str) -> None:
    assert await read(replace(mo(), headers={**mo().headers, "host": host}))


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://127.0.0.1:8080"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
    ],
)
async def test_the_page_itself_may_text(headers: Mapping[str, str]) -> None:
    assert await read(replace(mo(), headers={**mo().headers, **headers}))


async def test_line_breaks_are_what_a_phone_writes_not_what_a_form_makes_of_them() -> None:
    assert "\r\n" in FORM["text"]
    assert await text_of(FORM) == TEXT


async def test_an_empty_text_is_a_text() -> None:
    assert await text_of({**FORM, "text": ""}) == ""


async def test_without_an_id_the_content_tells_repeated_deliveries() -> None:
    (item,) = await read(posted("/phone/messages", {**FORM, "id": ""}))
    assert isinstance(item, MobileOriginated)
    assert item.telco_id is None


async def test_a_script_hears_in_json_what_it_was_stored_as() -> None:
    reply = (await webhook()).reply([Stored(ID)], mo())
    assert reply.status == 200
    assert json.loads(reply.body) == {"status": "stored", "message_id": ID}


async def test_a_browser_is_led_back_to_the_page_and_its_number_stands_in_no_address() -> None:
    reply = (await webhook()).reply([Stored(ID)], posted("/phone/messages", FORM, **BROWSER))
    assert reply.status == 303
    assert reply.headers["Location"] == "/phone"
    cookie = reply.headers["Set-Cookie"]
    assert cookie.startswith("sms_gateway_phone=%2B84900000001/8083;")
    assert {"HttpOnly", "SameSite=Strict", "Path=/phone"} <= set(cookie.split("; "))


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_every_response_is_fenced_in(accept: str) -> None:
    door = await webhook()
    request = replace(mo(), headers={**mo().headers, "accept": accept})
    refused = door.read(replace(request, peer="203.0.113.7"), NOW)
    assert isinstance(refused, Refused)
    for reply in (door.reply([Stored(ID)], request), refused.reply):
        policy = reply.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Referrer-Policy"] == "no-referrer"


async def test_a_refusal_speaks_to_a_person_on_a_page_and_to_a_script_in_json() -> None:
    door = await webhook()
    for headers, words in [(BROWSER, "Số điện thoại không đúng."), ({}, '"error": "field from')]:
        request = posted("/phone/messages", {**FORM, "from": ""}, **headers)
        refused = door.read(request, NOW)
        assert isinstance(refused, Refused)
        assert refused.reply.status == 400
        assert words in refused.reply.body.decode()


async def test_what_is_kept_is_the_form_and_not_the_cookies() -> None:
    kept = (await webhook()).redacted(mo())
    assert kept.startswith(b"POST /phone/messages\ncontent-type: application/x-www-form")
    assert kept.endswith(b"\n\n" + mo().body)
    assert b"cookie" not in kept


async def test_each_segment_gets_a_made_up_id_of_its_own() -> None:
    message = MobileTerminated(
        id=ID,
        door=DoorName("phone"),
        recipient=Address("+84900000001"),
        short_code=ShortCode("8083"),
        text="x" * 200,
        alphabet="gsm7",
        segments=2,
        billing=Billing.FREE,
        valid_until=NOW,
        attempt=1,
    )
    fates: list[tuple[str, SendOutcome]] = []
    door = await opened()
    assert door.sender is not None
    await door.sender.send([message], lambda *fate: fates.append(fate))
    ids = (TelcoId(f"sim-{ID}-1"), TelcoId(f"sim-{ID}-2"))
    assert fates == [(ID, Accepted(ids))]
