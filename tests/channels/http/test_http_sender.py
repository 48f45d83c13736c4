"""What a sender does on the wire, against a telco on loopback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiohttp import BasicAuth, web
from aiohttp.test_utils import TestServer

from sms_gateway.channels import DoorContext, door_opener
from sms_gateway.channels.http.session import MAX_RESPONSE
from sms_gateway.domain.ids import DoorName, MessageId, ShortCode
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import (
    Accepted,
    Billing,
    Deferred,
    Rejected,
    SendOutcome,
    Uncertain,
)
from sms_gateway.ports import Sender

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

MESSAGE = MobileTerminated(
    id=MessageId("01939a3e-0000-7000-8000-000000000001"),
    door=DoorName("out"),
    recipient=Address("+84900000001"),
    short_code=ShortCode("8083"),
    text="Ho so 12345",
    alphabet="gsm7",
    segments=1,
    billing=Billing.CHARGE,
    valid_until=datetime(2026, 11, 23, 4, 15, tzinfo=UTC) + timedelta(hours=1),
    attempt=1,
)


@asynccontextmanager
async def telco(handler: Handler) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handler)
    server = TestServer(app, shutdown_timeout=0)
    await server.start_server()
    try:
        yield server
    finally:
        await server.close()


@asynccontextmanager
async def sender(
    handler: Handler, context: DoorContext, **outbound: object
) -> AsyncIterator[Sender]:
    async with telco(handler) as server:
        raw = {"url": str(server.make_url("/send")), "body": '{"text": "{text}"}', **outbound}
        async with door_opener("http")(DoorName("out"), {"outbound": raw}, context) as door:
            assert door.sender is not None
            yield door.sender


async def send(one: Sender) -> SendOutcome:
    outcomes: list[SendOutcome] = []
    await one.send([MESSAGE], lambda _, outcome: outcomes.append(outcome))
    (outcome,) = outcomes
    return outcome


CODE = {"code": "text", "accepted": ["OK"]}


async def test_the_request_is_written_as_the_settings_say(context: DoorContext) -> None:
    seen: list[tuple[str, str, str, str]] = []

    async def handle(request: web.Request) -> web.Response:
        seen.append(
            (
                request.method,
                request.path_qs,
                request.headers["Authorization"],
                await request.text(),
            )
        )
        return web.Response(text="OK")

    query = {"to": "{to}"}
    async with sender(handle, context, query=query, bearer="token", result=CODE) as one:
        assert await send(one) == Accepted()
    assert seen == [("POST", "/send?to=84900000001", "Bearer token", '{"text":"Ho so 12345"}')]


async def test_a_telco_that_repeats_a_secret_of_ours_does_not_bring_it_into_the_log(
    context: DoorContext,
) -> None:
    async def handle(request: web.Request) -> web.Response:
        sent = await request.json()
        return web.Response(text=f"no account {sent['key']}")

    settings = {
        "body": '{"key": "{secret.key}", "text": "{text}"}',
        "secrets": {"key": "kX9-pq7"},
        "result": CODE,
    }
    async with sender(handle, context, **settings) as one:
        assert await send(one) == Rejected("no account ***", permanent=True)


async def test_our_user_that_a_telco_repeats_is_hidden_too_for_it_may_be_a_token(
    context: DoorContext,
) -> None:
    async def handle(request: web.Request) -> web.Response:
        user = BasicAuth.decode(request.headers["Authorization"]).login
        return web.Response(text=f"no text of {user[:8]}")

    basic = {"user": "tok-0017", "password": "x"}
    async with sender(handle, context, basic=basic, result=CODE) as one:
        assert await send(one) == Rejected("no text of ***", permanent=True)


async def test_a_redirect_is_never_followed(context: DoorContext) -> None:
    paths: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with sender(handle, context) as one:
        assert await send(one) == Deferred("door_refused http 307")
    assert paths == ["/send"]


async def test_a_get_on_a_kept_connection_that_breaks_is_not_sent_twice(
    context: DoorContext,
) -> None:
    calls: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        calls.append(request.path)
        if len(calls) > 1:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(text="OK")

    async with sender(handle, context, method="GET", format="none", body="") as one:
        assert await send(one) == Accepted()
        assert await send(one) == Uncertain("disconnected")
    assert calls == ["/send", "/send"]


async def test_a_wait_that_the_telco_names_is_handed_on(context: DoorContext) -> None:
    async def handle(_: web.Request) -> web.Response:
        return web.Response(status=503, headers={"Retry-After": "9"})

    async with sender(handle, context) as one:
        assert await send(one) == Deferred("throttled", timedelta(seconds=9))


async def test_an_answer_that_is_too_large_leaves_the_fate_unknown_where_a_word_is_wanted(
    context: DoorContext,
) -> None:
    async def handle(_: web.Request) -> web.Response:
        return web.Response(body=b"OK" + b" " * MAX_RESPONSE)

    async with sender(handle, context, result=CODE) as one:
        assert await send(one) == Uncertain("unreadable_answer")
    async with sender(handle, context) as one:
        assert await send(one) == Accepted()


async def test_an_answer_that_breaks_off_still_has_its_status(context: DoorContext) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"OK")
        assert request.transport is not None
        request.transport.close()
        return response

    async with sender(handle, context, result=CODE) as one:
        assert await send(one) == Uncertain("unreadable_answer")
    async with sender(handle, context) as one:
        assert await send(one) == Accepted()


async def test_an_answer_that_is_no_http_leaves_the_fate_unknown(context: DoorContext) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"220 smtp.example ready\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        raw = {"url": f"http://127.0.0.1:{port}/", "body": "{}"}
        async with door_opener("http")(DoorName("out"), {"outbound": raw}, context) as door:
            assert door.sender is not None
            assert await send(door.sender) == Uncertain("disconnected")


async def test_a_telco_without_tls_gets_nothing_over_https(context: DoorContext) -> None:
    heard: list[bytes] = []
    done = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(65_536))
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()
        done.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        raw = {"url": f"https://127.0.0.1:{port}/", "body": '{"text": "{text}"}'}
        async with door_opener("http")(DoorName("out"), {"outbound": raw}, context) as door:
            assert door.sender is not None
            assert await send(door.sender) == Deferred("unreachable")
            await done.wait()
    assert b"Ho so" not in b"".join(heard)
