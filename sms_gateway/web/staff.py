"""What the command line asks of the running service about those who work at the console."""

from typing import Annotated, Literal

import msgspec
import structlog
from aiohttp import web

from sms_gateway.access import Access, Amendment, Invited, NewPerson
from sms_gateway.access.commanded import done, end_sessions
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import AgencyId, Role
from sms_gateway.web.control import Handler, caller, said

_log = structlog.get_logger("control")

_Login = Annotated[str, msgspec.Meta(max_length=256)]
_Which = Literal["all", "some", "same"]


class _Add(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    login: _Login
    name: str
    role: Role
    language: Language
    agencies: str
    which: _Which


class _Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    login: _Login
    agencies: str
    which: _Which
    role: Role | None = None
    name: str | None = None


class _Of(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    login: _Login


def add_staff(app: web.Application, access: Access) -> None:
    """Add to the application behind the control socket.

    `POST /staff/add` with JSON `{"login", "name", "role", "language", "agencies", "which"}`, codes
    by lines where `which` is `some`, and `/staff/invite` with `{"login"}` are answered by
    `{"login", "token"}`; `/staff/change` with `{"login", "role", "name", "agencies", "which"}`,
    `/staff/disable`, `/staff/enable` and `/staff/unlink` with `{"login"}`, and
    `/staff/add-provided` with what `/staff/add` takes, by `{"login"}`; `/staff/end` with
    `{"login"}` ends somebody's sessions, `{"ended"}`.
    """
    app.router.add_post("/staff/add", _adding(access))
    app.router.add_post("/staff/invite", _inviting(access))
    app.router.add_post("/staff/change", _changing(access))
    app.router.add_post("/staff/disable", _switching(access, disabled=True))
    app.router.add_post("/staff/enable", _switching(access, disabled=False))
    app.router.add_post("/staff/add-provided", _adding_provided(access))
    app.router.add_post("/staff/unlink", _unlinking(access))
    app.router.add_post("/staff/end", _ending(access))


def _adding(access: Access) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        new = _newcomer(await said(request, _Add))
        invited = done(await access.invite(new, caller(request)))
        _log.info("staff.added")
        return _link(invited)

    return handle


def _adding_provided(access: Access) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        new = _newcomer(await said(request, _Add))
        person = done(await access.add_provided(new, caller(request)))
        _log.info("staff.added")
        return web.json_response({"login": person.login})

    return handle


def _unlinking(access: Access) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Of)
        login = done(await access.unlink(told.login, caller(request)))
        _log.info("staff.unlinked")
        return web.json_response({"login": login})

    return handle


def _inviting(access: Access) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Of)
        invited = done(await access.reinvite(told.login, caller(request)))
        _log.info("staff.invited")
        return _link(invited)

    return handle


def _changing(access: Access) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Change)
        agencies, same = _codes(told.which, told.agencies), told.which == "same"
        amendment = Amendment(told.role, told.name, agencies, same_agencies=same)
        person = done(await access.amend(told.login, amendment, caller(request)))
        _log.info("staff.changed")
        return web.json_response({"login": person.login})

    return handle


def _switching(access: Access, *, disabled: bool) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        login, by = (await said(request, _Of)).login, caller(request)
        result = await (access.disable(login, by) if disabled else access.enable(login, by))
        person = done(result)
        _log.info("staff.disabled" if disabled else "staff.enabled")
        return web.json_response({"login": person.login})

    return handle


def _ending(access: Access) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        told = await said(request, _Of)
        ended = await end_sessions(access, told.login, caller(request))
        _log.info("staff.sessions_ended", count=ended)
        return web.json_response({"ended": ended})

    return handle


def _newcomer(told: _Add) -> NewPerson:
    agencies = _codes(told.which, told.agencies)
    return NewPerson(told.login, told.name, told.role, agencies, told.language)


def _codes(which: _Which, lines: str) -> frozenset[AgencyId] | None:
    return frozenset(map(AgencyId, lines.split("\n"))) if which == "some" else None


def _link(invited: Invited) -> web.Response:
    return web.json_response({"login": invited.person.login, "token": invited.token.value})
