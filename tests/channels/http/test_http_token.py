"""A token that is fetched before anything is sent."""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from msgspec.structs import replace

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.outcome import Accepted, Deferred, Rejected, SendOutcome, Uncertain
from sms_gateway.ports import Sender
from sms_gateway.settings import SettingsError
from tests.channels.http.test_http_sender import MESSAGE, telco
from tests.virtual_time import VirtualClock

TOKEN: Mapping[str, object] = {
    "format": "form",
    "form": {
        "grant_type": "client_credentials",
        "client_secret": "{secret.client}",
        "session_id": "{session}",
    },
}


@dataclass
class Telco:
    """Gives tokens tok-1, tok-2 and so on, and takes what comes with the last one.

    Attributes:
        answers: to requests for a token; the last one is repeated, `t` stands for the next token.
        fetched: the forms of those requests.
        sent: the JSON bodies of sends.
        gate: what a request for a token waits for.
    """

    answers: list[web.Response | str] = field(default_factory=lambda: ["t"])
    fetched: list[dict[str, str]] = field(default_factory=list)
    sent: list[dict[str, str]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    valid: str = ""
    life: object = 100

    async def handle(self, request: web.Request) -> web.Response:
        if request.path == "/token":
            return await self._token(request)
        body = await request.json()
        self.sent.append(body)
        if body["token"] != self.valid:
            return web.json_response({"error": "expired", "was": body["token"]}, status=401)
        return web.json_response({"error": "0"})

    async def _token(self, request: web.Request) -> web.Response:
        self.fetched.append({name: str(value) for name, value in (await request.post()).items()})
        self.arrived.set()
        await self.gate.wait()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, web.Response):
            return web.Response(
                status=answer.status, body=answer.body, headers={"Retry-After": "7"}
            )
        self.valid = f"tok-{len(self.fetched)}"
        return web.json_response({"access_token": self.valid, "expires_in": self.life})


@asynccontextmanager
async def door(
    one: Telco, clock: VirtualClock, *, closed: bool = False, **more: object
) -> AsyncIterator[Sender]:
    one.gate.set()
    async with telco(one.handle) as server:
        url = f"http://127.0.0.1:{unused_port()}" if closed else str(server.make_url("/token"))
        raw = {
            "url": str(server.make_url("/send")),
            "body": '{"token": "{token}", "text": "{text}", "session": "{session}"}',
            "secrets": {"client": "hush"},
            "token": {**TOKEN, "url": url},
            "result": {
                "rules": [
                    {"field": "json:error", "is": "expired", "means": "token"},
                    {"field": "json:error", "is": "0", "means": "accepted"},
                ]
            },
            **more,
        }
        context = DoorContext("VN", clock, ZoneInfo("Asia/Ho_Chi_Minh"))
        async with door_opener("http")(DoorName("out"), {"outbound": raw}, context) as opened:
            assert opened.sender is not None
            yield opened.sender


async def send(one: Sender, count: int = 1) -> list[SendOutcome]:
    outcomes: list[SendOutcome] = []
    messages = [replace(MESSAGE, id=MessageId(f"m{number}")) for number in range(count)]
    await one.send(messages, lambda _, outcome: outcomes.append(outcome))
    return outcomes


async def test_one_token_is_fetched_for_many_sends() -> None:
    one = Telco()
    async with door(one, VirtualClock()) as sender:
        assert await send(sender, 20) == [Accepted()] * 20
        assert await send(sender) == [Accepted()]
    assert len(one.fetched) == 1
    (form,) = one.fetched
    assert (form["grant_type"], form["client_secret"]) == ("client_credentials", "hush")
    assert {body["token"] for body in one.sent} == {"tok-1"}
    assert {body["session"] for body in one.sent} == {form["session_id"]}
    assert len(form["session_id"]) == 32


async def test_a_token_is_fetched_anew_when_its_life_is_nearly_over() -> None:
    one, clock = Telco(), VirtualClock()
    async with door(one, clock) as sender:
        await send(sender)
        await clock.advance(89)
        await send(sender)
        assert len(one.fetched) == 1
        await clock.advance(2)
        assert await send(sender) == [Accepted()]
    assert [body["token"] for body in one.sent] == ["tok-1", "tok-1", "tok-2"]
    assert one.fetched[0]["session_id"] != one.fetched[1]["session_id"]


@pytest.mark.parametrize("life", [None, "soon", -1, 1.5])
async def test_a_life_that_is_not_told_is_that_of_the_settings(life: object) -> None:
    one, clock = Telco(life=life), VirtualClock()
    async with door(one, clock) as sender:
        await send(sender)
        await clock.advance(3_200)
        await send(sender)
    assert len(one.fetched) == 1


async def test_a_token_that_the_telco_calls_expired_is_fetched_once_and_the_reply_sent_again() -> (
    None
):
    one = Telco()
    async with door(one, VirtualClock()) as sender:
        await send(sender)
        one.valid = "another"
        assert await send(sender, 5) == [Accepted()] * 5
    assert len(one.fetched) == 2


async def test_a_new_token_that_is_refused_as_well_puts_the_reply_off() -> None:
    one = Telco()
    rules = [{"field": "status", "matches": "401|200", "means": "token"}]
    async with door(one, VirtualClock(), result={"rules": rules}) as sender:
        assert await send(sender) == [Deferred("token_refused")]
    assert len(one.sent) == 2
    assert len(one.fetched) == 2


@pytest.mark.parametrize(
    "answer,reason",
    [
        (web.Response(status=500), "token_refused"),
        (web.Response(status=401, text='{"access_token": "t"}'), "token_refused"),
        (web.Response(status=302), "token_refused"),
        (web.Response(text="<html>"), "token_unreadable"),
        (web.Response(text='{"access_token": ""}'), "token_unreadable"),
        (web.Response(text='{"access_token": "a\\nb"}'), "token_unreadable"),
        (web.Response(text='{"access_token": "' + "a" * 5_000 + '"}'), "token_unreadable"),
        (web.Response(body=b"x" * 70_000), "token_unreadable"),
    ],
)
async def test_without_a_token_nothing_is_sent_and_nothing_is_lost(
    answer: web.Response, reason: str
) -> None:
    one = Telco(answers=[answer, "t"])
    async with door(one, VirtualClock()) as sender:
        (outcome,) = await send(sender)
        assert isinstance(outcome, Deferred)
        assert outcome.reason == reason
        assert bool(outcome.retry_after) is (reason == "token_refused")
        assert one.sent == []
        assert await send(sender) == [Accepted()]


async def test_a_telco_that_gives_no_token_is_asked_once_and_not_by_each_send() -> None:
    one = Telco(answers=[web.Response(status=503)])
    async with door(one, VirtualClock()) as sender:
        one.gate.clear()
        sending = asyncio.create_task(send(sender, 10))
        await one.arrived.wait()
        one.gate.set()
        assert {type(outcome) for outcome in await sending} == {Deferred}
    assert len(one.fetched) == 1


async def test_nobody_there_to_give_a_token_puts_the_reply_off() -> None:
    async with door(Telco(), VirtualClock(), closed=True) as sender:
        assert await send(sender) == [Deferred("token_unreachable")]


async def test_a_send_that_is_cancelled_while_it_waits_for_its_token_never_left_us() -> None:
    one = Telco()
    outcomes: list[SendOutcome] = []
    async with door(one, VirtualClock()) as sender:
        one.gate.clear()
        sending = asyncio.create_task(
            sender.send([MESSAGE], lambda _, outcome: outcomes.append(outcome))
        )
        await one.arrived.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert outcomes == [Deferred("shutdown")]
        one.gate.set()
        assert await send(sender) == [Accepted()]


async def test_a_send_that_is_cancelled_between_an_expired_token_and_a_new_one_never_left_us() -> (
    None
):
    one = Telco()
    outcomes: list[SendOutcome] = []
    async with door(one, VirtualClock()) as sender:
        await send(sender)
        one.valid = "another"
        one.arrived.clear()
        one.gate.clear()
        sending = asyncio.create_task(
            sender.send([MESSAGE], lambda _, outcome: outcomes.append(outcome))
        )
        await one.arrived.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert outcomes == [Deferred("shutdown")]


async def test_a_late_word_about_an_old_token_does_not_cost_the_new_one() -> None:
    one = Telco()
    handle, taken = one.handle, asyncio.Event()
    late: list[str] = []

    async def in_turn(request: web.Request) -> web.Response:
        if request.path != "/token" and one.valid == "another":
            late.append("")
            if len(late) == 2:
                # The other one has its new token, and was taken with it.
                await taken.wait()
                return web.json_response({"error": "expired", "was": "tok-1"}, status=401)
        response = await handle(request)
        if request.path != "/token" and one.valid == "tok-2":
            taken.set()
        return response

    one.handle = in_turn  # type: ignore[method-assign]  # a telco that is slow with one of two
    async with door(one, VirtualClock()) as sender:
        await send(sender)
        one.valid = "another"
        assert await send(sender, 2) == [Accepted()] * 2
    assert len(one.fetched) == 2


async def test_a_telco_that_repeats_the_token_does_not_bring_it_into_a_reason() -> None:
    one = Telco()
    rules = [{"field": "json:was", "matches": ".", "means": "rejected"}]
    async with door(one, VirtualClock(), result={"rules": rules}) as sender:
        await send(sender)
        one.valid = "another"
        assert await send(sender) == [Rejected("***", permanent=True)]


async def test_a_token_may_be_asked_for_in_json_with_basic_and_go_out_as_bearer() -> None:
    seen: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        seen.append(request.headers["Authorization"])
        if request.path == "/token":
            assert await request.json() == {"scope": "sms", "key": "hush"}
            return web.Response(text="<r><t>abc</t><life>60</life></r>")
        return web.Response()

    async with telco(handle) as server:
        raw = {
            "url": str(server.make_url("/send")),
            "format": "none",
            "headers": {"Authorization": "Bearer {token}"},
            "secrets": {"key": "hush"},
            "token": {
                "url": str(server.make_url("/token")),
                "format": "json",
                "body": '{"scope": "sms", "key": "{secret.key}"}',
                "basic": {"user": "u", "password": "hush"},
                "field": "xml:t",
                "lifetime_field": "xml:life",
            },
        }
        context = DoorContext("VN", VirtualClock(), ZoneInfo("UTC"))
        async with door_opener("http")(DoorName("out"), {"outbound": raw}, context) as opened:
            assert opened.sender is not None
            assert await send(opened.sender) == [Accepted()]
    assert seen == ["Basic " + base64.b64encode(b"u:hush").decode(), "Bearer abc"]


async def test_what_is_lost_on_the_way_with_its_token_stays_uncertain() -> None:
    async def handle(request: web.Request) -> web.Response:
        if request.path == "/token":
            return web.json_response({"access_token": "a"})
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    one = Telco()
    one.handle = handle  # type: ignore[method-assign]  # a telco that breaks off
    async with door(one, VirtualClock()) as sender:
        assert await send(sender) == [Uncertain("disconnected")]


@pytest.mark.parametrize(
    "wrong,says",
    [
        ({"url": "ftp://a"}, "token.url: expected an address"),
        ({"form": {}}, "set form for format form"),
        ({"body": "{}"}, "set form for format form"),
        ({"format": "json"}, "set form for format form"),
        ({"form": {"a": "{to}"}}, "no such placeholder {to}"),
        ({"form": {"a": "{secret.clients}"}}, "did you mean secret.client"),
        ({"field": "query:a"}, "token.field: expected json:PATH"),
        ({"field": "json:a.*.b"}, "token.field: * has a meaning in outbound.result only"),
        ({"lifetime_field": "json:*"}, "token.lifetime_field: * has a meaning in"),
        ({"lifetime_field": "a"}, "token.lifetime_field: expected json:PATH"),
    ],
)
async def test_a_token_that_cannot_be_asked_for_is_refused_at_the_start(
    wrong: dict[str, object], says: str
) -> None:
    token = {**TOKEN, "url": "https://sms.example/token", **wrong}
    with pytest.raises(SettingsError) as caught:
        async with door(Telco(), VirtualClock(), token=token):
            pass
    assert says in str(caught.value)
    assert "hush" not in str(caught.value)


async def test_a_rule_about_the_token_wants_one() -> None:
    with pytest.raises(SettingsError, match="one means token, and there is none"):
        async with door(Telco(), VirtualClock(), token=None, body='{"a": "b"}'):
            pass
