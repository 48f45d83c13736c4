"""What the command line asks of the running service about webhooks."""

import msgspec
import structlog
from aiohttp import web

from sms_gateway.api.webhook_commands import WebhookCommands
from sms_gateway.domain.webhooks import NewWebhook
from sms_gateway.web.control import Handler, caller, said

_log = structlog.get_logger("control")


class _Add(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    url: str
    events: str
    agencies: str
    with_number: str
    with_text: str

    def __repr__(self) -> str:
        return "_Add()"


class _Of(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    hours: str = ""


def add_webhooks(app: web.Application, commands: WebhookCommands) -> None:
    """Add to the application behind the control socket.

    `POST /webhooks/add` with JSON `{"name", "url", "events", "agencies", "with_number",
    "with_text"}`, events and codes by lines, is answered by `{"secret"}`; `/webhooks/on`, `off`,
    `test` and `replay` with `{"name", "hours"}` by `{"name"}`, `{"status"}` or `{"count"}`.
    """
    app.router.add_post("/webhooks/add", _adding(commands))
    app.router.add_post("/webhooks/on", _switching(commands, enabled=True))
    app.router.add_post("/webhooks/off", _switching(commands, enabled=False))
    app.router.add_post("/webhooks/test", _testing(commands))
    app.router.add_post("/webhooks/replay", _replaying(commands))


def _adding(commands: WebhookCommands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Add)
        agencies = tuple(told.agencies.split("\n")) if told.agencies else None
        new = NewWebhook(
            told.name, told.url, tuple(told.events.split("\n")), agencies,
            told.with_number == "yes", told.with_text == "yes",
        )  # fmt: skip
        secret = await commands.add(new, caller(request))
        _log.info("webhook.added")
        return web.json_response({"secret": secret.value})

    return handle


def _switching(commands: WebhookCommands, *, enabled: bool) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Of)
        await commands.switch(told.name, caller(request), enabled=enabled)
        _log.info("webhook.switched", state="on" if enabled else "off")
        return web.json_response({"name": told.name})

    return handle


def _testing(commands: WebhookCommands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Of)
        return web.json_response({"status": await commands.test(told.name)})

    return handle


def _replaying(commands: WebhookCommands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Of)
        hours = int(told.hours) if told.hours.isdecimal() else None
        count = await commands.replay(told.name, hours, caller(request))
        _log.info("webhook.replayed", count=count)
        return web.json_response({"count": count})

    return handle
