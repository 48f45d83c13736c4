"""What the command line asks of the running service about complaints."""

from typing import Annotated

import msgspec
import structlog
from aiohttp import web

from sms_gateway.complaints import ComplaintCommands, Wanted
from sms_gateway.domain.ids import NumberHash
from sms_gateway.web.control import Handler, caller, said

_log = structlog.get_logger("control")


class _Open(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    channel: str
    what: str
    message: str
    number: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{32})?$")]


class _Close(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    complaint: str
    outcome: str


def add_complaints(app: web.Application, commands: ComplaintCommands) -> None:
    """Add to the application behind the control socket.

    `POST /complaints/open` with JSON `{"channel", "what", "message", "number"}`, the last two may
    be empty and a number is a hash, is answered by `{"complaint", "due_at"}`; `/complaints/close`
    with `{"complaint", "outcome"}`.
    """
    app.router.add_post("/complaints/open", _opening(commands))
    app.router.add_post("/complaints/close", _closing(commands))


def _opening(commands: ComplaintCommands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Open)
        number = NumberHash(told.number) if told.number else None
        wanted = Wanted(told.channel, told.what, told.message, number)
        complaint = await commands.open(wanted, caller(request))
        _log.info("complaint.opened")
        return web.json_response(
            {"complaint": complaint.id, "due_at": complaint.due_at.isoformat()}
        )

    return handle


def _closing(commands: ComplaintCommands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Close)
        await commands.close(told.complaint, told.outcome, caller(request))
        _log.info("complaint.closed")
        return web.json_response({"complaint": told.complaint})

    return handle
