"""What the command line asks of the running service about tokens."""

import msgspec
import structlog
from aiohttp import web

from sms_gateway.api.tokens import TokenCommands
from sms_gateway.domain.api import NewToken
from sms_gateway.web.control import Handler, caller, said

_log = structlog.get_logger("control")


class _Add(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    scopes: str
    agencies: str
    days: str


class _Revoke(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str


def add_api_tokens(app: web.Application, commands: TokenCommands) -> None:
    """Add to the application behind the control socket.

    `POST /api-tokens/add` with JSON `{"name", "scopes", "agencies", "days"}`, scopes and codes by
    lines, no codes for all agencies and no days for ever, is answered by `{"token"}`;
    `/api-tokens/revoke` with `{"name"}` by the same.
    """
    app.router.add_post("/api-tokens/add", _adding(commands))
    app.router.add_post("/api-tokens/revoke", _revoking(commands))


def _adding(commands: TokenCommands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Add)
        agencies = tuple(told.agencies.split("\n")) if told.agencies else None
        days = int(told.days) if told.days.isdecimal() else None
        new = NewToken(told.name, tuple(told.scopes.split("\n")), agencies, days)
        token = await commands.add(new, caller(request))
        _log.info("api.token_added")
        return web.json_response({"token": token.value})

    return handle


def _revoking(commands: TokenCommands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Revoke)
        await commands.revoke(told.name, caller(request))
        _log.info("api.token_revoked")
        return web.json_response({"name": told.name})

    return handle
