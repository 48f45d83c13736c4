"""What the command line asks of the running service about the calendar."""

from datetime import date

import msgspec
import structlog
from aiohttp import web

from sms_gateway.commands import DayCommands
from sms_gateway.domain.calendar import DayKind
from sms_gateway.web.control import Handler, caller, said

_log = structlog.get_logger("control")


class _Set(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    day: date
    kind: DayKind
    note: str


class _Unset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    day: date


def add_calendar(app: web.Application, days: DayCommands) -> None:
    """Add to the application behind the control socket.

    `POST /calendar/set` with JSON `{"day", "kind", "note"}`, and `/calendar/unset` with `{"day"}`.
    """
    app.router.add_post("/calendar/set", _setting(days))
    app.router.add_post("/calendar/unset", _unsetting(days))


def _setting(days: DayCommands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        wanted = await said(request, _Set)
        await days.set_day(wanted.day, wanted.kind, wanted.note, caller(request))
        _log.info("calendar.day_set", reason=wanted.kind.value)
        return web.json_response({"day": wanted.day.isoformat()})

    return handle


def _unsetting(days: DayCommands) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        wanted = await said(request, _Unset)
        await days.unset_day(wanted.day, caller(request))
        _log.info("calendar.day_unset")
        return web.json_response({"day": wanted.day.isoformat()})

    return handle
