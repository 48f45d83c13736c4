"""What the command line asks of the running service about incident windows."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
import structlog
from aiohttp import web

from sms_gateway.commands import CommandError
from sms_gateway.domain.message import Language
from sms_gateway.notices.announcing import Announcer
from sms_gateway.ports import CasesDownError
from sms_gateway.web.control import Handler, caller, said
from sms_gateway.windows.acts import Wanted, WindowActs
from sms_gateway.windows.announcing import announcement

_log = structlog.get_logger("control")

_Id = Annotated[str, msgspec.Meta(max_length=64)]
_Flag = Literal["yes", "no"]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Add(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    starts_at: _Moment
    cause: str
    document: str
    planned: _Flag
    stops: _Flag
    ends_at: _Moment | None = None


class _End(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    window: _Id
    ends_at: _Moment | None = None


class _Announced(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    window: _Id
    where: str


class _Send(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    window: _Id


class _Cause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dossiers: str
    window: _Id
    cause: str
    note: str


def add_windows(app: web.Application, acts: WindowActs, announcer: Announcer) -> None:
    """Add to the application behind the control socket.

    `POST /windows/add` with JSON `{"starts_at", "ends_at", "cause", "document", "planned",
    "stops"}`, `/windows/end` with `{"window", "ends_at"}`, `/windows/announced` with `{"window",
    "where"}`, `/windows/cause` with `{"dossiers", "window", "cause", "note"}`, codes by lines. An
    end that is left out is open, or now. `/windows/send` with `{"window"}` is answered by
    `{"batch", "texts"}`.
    """
    app.router.add_post("/windows/add", _adding(acts))
    app.router.add_post("/windows/end", _ending(acts))
    app.router.add_post("/windows/announced", _announcing(acts))
    app.router.add_post("/windows/cause", _giving(acts))
    app.router.add_post("/windows/send", _holding(acts, announcer))


def _adding(acts: WindowActs) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Add)
        wanted = Wanted(
            told.starts_at, told.ends_at, told.cause, told.document,
            planned=told.planned == "yes", stops=told.stops == "yes",
        )  # fmt: skip
        window = await acts.add(wanted, caller(request))
        _log.info("windows.added", window=window)
        return web.json_response({"window": window})

    return handle


def _ending(acts: WindowActs) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _End)
        ends_at = await acts.end(told.window, told.ends_at, caller(request))
        _log.info("windows.end_set", window=told.window)
        return web.json_response({"ends_at": ends_at.isoformat() if ends_at else ""})

    return handle


def _announcing(acts: WindowActs) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Announced)
        await acts.announced(told.window, told.where, caller(request))
        _log.info("windows.announced", window=told.window)
        return web.json_response({"window": told.window})

    return handle


def _giving(acts: WindowActs) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Cause)
        dossiers = told.dossiers.splitlines()
        given = await acts.give(dossiers, told.window, told.cause, told.note, caller(request))
        _log.info("windows.cause_given", count=given)
        return web.json_response({"given": given})

    return handle


def _holding(acts: WindowActs, announcer: Announcer) -> Handler:
    rules = announcer.maker.rules
    hotline, zone = rules.agencies.default_hotline, rules.zone

    async def handle(request: web.Request) -> web.StreamResponse:
        window = await acts.find((await said(request, _Send)).window)
        if not window.is_ahead(acts.now()):
            message = "only a planned outage that lies ahead is announced"
            raise CommandError(message)
        words = {one: announcement(window, one, hotline, zone) for one in Language}
        try:
            held = await announcer.hold(window.id, words)
        except CasesDownError as error:
            message = f"the dossiers cannot be read now ({error}): try again, it goes on from there"
            raise CommandError(message) from error
        _log.info("windows.announcement_held", window=window.id, count=held.texts)
        return web.json_response({"batch": held.batch, "texts": held.texts})

    return handle
