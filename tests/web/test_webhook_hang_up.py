"""A caller that hangs up before its response: the reply's fate is written down, whoever called."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

import pytest
from aiohttp import web

from sms_gateway.clock import SystemClock
from sms_gateway.dispatch.settling import Settler
from sms_gateway.domain.ids import DoorName, MessageId
from sms_gateway.domain.message import Item
from sms_gateway.domain.outcome import Billing
from sms_gateway.domain.records import Settlement
from sms_gateway.intake.accept import InResponse, Intake, Taken
from sms_gateway.ports import Answered, AnswerStyle, Door, Inbox, Purpose, Route, WebhookReply
from sms_gateway.web.metrics import Metrics
from sms_gateway.web.peers import Proxies
from sms_gateway.web.webhooks import Shell, WebhookHandler

MO, MT = MessageId("mo"), MessageId("mt")


class _Webhook:
    routes = (Route("POST", "/mo", Purpose.MESSAGES),)
    style = AnswerStyle.INLINE

    def read(self, *_: object) -> Sequence[Item]:
        return ()

    def reply(self, *_: object) -> WebhookReply:
        return WebhookReply(200, "text/plain", b"reply")

    def redacted(self, _: object) -> bytes:
        return b""


class _Intake:
    """Answers when it is told to."""

    def __init__(self, *, fetched: bool) -> None:
        self.called = asyncio.Event()
        self.leave = asyncio.Event()
        self._reply = InResponse(MT, 1, fetched)

    async def accept(self, *_: object) -> Taken:
        self.called.set()
        await self.leave.wait()
        return Taken([Answered(MO, "reply", Billing.FREE)], [self._reply])


class _Settler:
    def __init__(self) -> None:
        self.settled: asyncio.Queue[str] = asyncio.Queue()

    def settle(self, settlement: Settlement) -> None:
        self.settled.put_nowait(settlement.state)

    def fetched(self, _: MessageId) -> None:
        self.settled.put_nowait("fetched")


def handler_of(intake: _Intake, settler: _Settler) -> WebhookHandler:
    door = Door(DoorName("local"), "test", _Webhook(), None, timedelta(seconds=2))
    shell = Shell(
        intake=cast("Intake", intake),
        settler=cast("Settler", settler),
        inbox=cast("Inbox", None),
        metrics=Metrics([door.name]),
        clock=SystemClock(),
        new_id=lambda: MessageId("new"),
        proxies=Proxies(()),
        read_seconds=2.0,
    )
    return WebhookHandler(shell, door, _Webhook(), _Webhook.routes[0])


@pytest.mark.parametrize("fetched", [False, True])
async def test_a_reply_whose_caller_hung_up_is_uncertain_also_when_the_call_was_a_repeated_one(
    *, fetched: bool
) -> None:
    intake, settler, closed = _Intake(fetched=fetched), _Settler(), asyncio.Event()
    handler = handler_of(intake, settler)

    async def serve(request: web.Request) -> web.StreamResponse:
        transport = request.transport
        answer = asyncio.ensure_future(handler.answer(request))
        await intake.called.wait()
        assert transport is not None
        transport.abort()
        asyncio.get_running_loop().call_soon(closed.set)
        await closed.wait()
        intake.leave.set()
        return await answer

    app = web.Application()
    app.router.add_post("/mo", serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    _, writer = await asyncio.open_connection(*runner.addresses[0][:2])
    try:
        writer.write(b"POST /mo HTTP/1.1\r\nHost: g\r\nContent-Length: 2\r\n\r\n{}")
        state = await asyncio.wait_for(settler.settled.get(), 5)
    finally:
        writer.transport.abort()
        await runner.cleanup()
    assert state == "uncertain"
