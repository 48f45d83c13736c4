"""The routes of the console, and what stands before each of them."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import urlencode

import structlog
from aiohttp import hdrs, web

from sms_gateway.access import Session
from sms_gateway.console import places
from sms_gateway.console.actors import NOBODY
from sms_gateway.console.cookies import session_token, wanted_language
from sms_gateway.console.desk import Desk
from sms_gateway.console.forms import NO_FIELDS, Fields, form_of, query_of
from sms_gateway.console.guards import (
    CSRF_FIELD,
    CSRF_HEADER,
    csrf_matches,
    from_own_page,
    harden,
    harden_rest,
)
from sms_gateway.console.languages import marked, page_language
from sms_gateway.console.refusing import refused
from sms_gateway.console.static import Static
from sms_gateway.console.uploads import MULTIPART, upload_of
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.waiting import to_do
from sms_gateway.domain.staff import Permission
from sms_gateway.ports import StoreDownError
from sms_gateway.web.server import Handler

_log = structlog.get_logger("console")

_SIGNED_OUT: Final = marked("You were signed out, or this page is too old. Open it anew.")
_NOT_YOURS: Final = marked("Your role does not open this page. An administrator can change that.")
_STORE_DOWN: Final = marked("The database does not answer at the moment. Try again in a minute.")
_BROKE: Final = marked("Something went wrong on our side. It is in the log.")
_TOO_MUCH: Final = marked("What your browser sent is too long, or took too long.")
_BUSY: Final = marked("Files of others are being read. Try again in a minute.")
_NOT_FOUND: Final = marked("There is no such page, or it is not yours to see.")
_ENDS: Final = frozenset({
    *(Permission.ANSWER, Permission.SETTLE, Permission.DECIDE_NOTICES),
    *(Permission.CHANGE_CITIZENS, Permission.ERASE),
})  # fmt: skip
"""Acts by which less may wait for a person."""


def add_console(app: web.Application, desk: Desk, static: Static, routes: Iterable[Route]) -> None:
    """Serve the console at the staff's listener.

    Args:
        app: of that listener.
        desk: what pages reach.
        static: styles and scripts.
        routes: the pages.
    """
    for route in routes:
        app.router.add_route(route.method, route.path, _serve(desk, route))
    app.router.add_get(f"{places.STATIC}/{{name}}", _served(desk, static))
    app.router.add_route("*", places.HOME + "{rest:.*}", _serve(desk, _nowhere()))
    app.router.add_route("*", places.PREFIX, _serve(desk, _nowhere()))
    app.on_response_prepare.append(_rest_hardened(desk))


def _rest_hardened(desk: Desk) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    async def hardened(request: web.Request, response: web.StreamResponse) -> None:
        if f"{request.path}/".startswith(places.HOME):
            harden_rest(response, tls=desk.around.tls)

    return hardened


def _served(desk: Desk, static: Static) -> Handler:
    async def served(request: web.Request) -> web.StreamResponse:
        response = static.response(request)
        harden(response, tls=desk.around.tls, kept=response.status == web.HTTPOk.status_code)
        return response

    return served


def _nowhere() -> Route:
    return Route("GET", places.HOME, None, marked("No such page"), _lost)


async def _lost(visit: Visit) -> web.Response:
    return refused(visit, _NOT_FOUND, 404)


def _serve(desk: Desk, route: Route) -> Handler:
    async def serve(request: web.Request) -> web.StreamResponse:
        response = await _answered(desk, route, request)
        if not response.prepared:
            harden(response, tls=desk.around.tls)
        return response

    return serve


async def _answered(desk: Desk, route: Route, request: web.Request) -> web.StreamResponse:
    visit = _visit(desk, route, request, None, NO_FIELDS)
    try:
        session = await desk.access.session(session_token(request), awake=not route.quiet)
        visit = _visit(desk, route, request, session, NO_FIELDS)
        if request.method == hdrs.METH_POST:
            if not from_own_page(request, tls=desk.around.tls):
                return refused(visit, _SIGNED_OUT, 403)
            if session and route.takes_file and request.content_type == MULTIPART:
                return await _with_file(visit, session)
            form = await form_of(request, desk.around.seconds)
            if form is None:
                return refused(visit, _TOO_MUCH, 413)
            visit = _visit(desk, route, request, session, form)
        return await _allowed(await _framed(visit))
    except StoreDownError:
        return refused(visit, _STORE_DOWN, 503)
    except (web.HTTPException, ConnectionError):
        raise
    except Exception as error:  # noqa: BLE001  # a bug costs one page
        # Never the exception's text: it may quote a citizen.
        _log.error("request.broke", method=request.method, exc_info=error)
        return refused(visit, _BROKE, 500)


async def _with_file(visit: Visit, session: Session) -> web.StreamResponse:
    """A page that takes a file, which is read from who may have the page, few at a time."""
    route, desk = visit.route, visit.desk
    if session.needs_second_factor or route.permission is None or not visit.may(route.permission):
        return refused(visit, _NOT_YOURS, 403)
    if not desk.uploads.take(session.person.id):
        return refused(visit, _BUSY, 503)
    try:
        form = await upload_of(visit.request, partial(csrf_matches, session.csrf))
        if form is None:
            return refused(visit, _TOO_MUCH, 413)
        return await _allowed(await _framed(replace(visit, form=form)))
    finally:
        desk.uploads.give_back(session.person.id)


async def _framed(visit: Visit) -> Visit:
    """With what each page shows beside its own: the numbers in the list of pages, and names."""
    names = NOBODY if visit.session is None else await visit.desk.names.now()
    waits, proposals = await _waits(visit), await _proposals(visit)
    return replace(visit, waits=waits, proposals=proposals, names=names)


async def _waits(visit: Visit) -> int:
    """What the list of pages counts; not for a piece of a page, which has no list."""
    session = visit.session
    if session is None or not _listed(visit, session) or not visit.may(Permission.READ_MESSAGES):
        return 0
    return to_do(await visit.desk.waiting.of(session.person))


async def _proposals(visit: Visit) -> int:
    """The same of wordings that somebody proposed."""
    session = visit.session
    if session is None or not _listed(visit, session):
        return 0
    return await visit.desk.rule_desk.proposals.of(session.person)


def _listed(visit: Visit, session: Session) -> bool:
    """Whether the page shows the list of pages."""
    return not (visit.route.quiet or visit.is_fragment or session.needs_second_factor)


async def _allowed(visit: Visit) -> web.StreamResponse:
    """The page, where whoever calls may have it."""
    route, session = visit.route, visit.session
    if session is None:
        return await route.handler(visit) if route.permission is None else _to_sign_in(visit)
    if visit.request.method == hdrs.METH_POST and not _proved(visit, session):
        return refused(visit, _SIGNED_OUT, 403)
    if route.permission is None:
        return await route.handler(visit)
    if session.needs_second_factor and not route.grants:
        return visit.to(places.SECOND_FACTOR)
    if not visit.may(route.permission):
        return refused(visit, _NOT_YOURS, 403)
    answer = await route.handler(visit)
    posted = visit.request.method == hdrs.METH_POST and not visit.is_fragment
    if posted and route.permission in _ENDS:
        # The page that follows counts without what was just ended.
        visit.desk.waiting.forget()
    return answer


def _proved(visit: Visit, session: Session) -> bool:
    sent = visit.request.headers.get(CSRF_HEADER) or visit.form.raw(CSRF_FIELD)
    return csrf_matches(session.csrf, sent)


def _to_sign_in(visit: Visit) -> web.Response:
    """To the sign-in page, and from there back to this one."""
    wanted = visit.request.rel_url.raw_path_qs
    if visit.request.method != hdrs.METH_GET:
        wanted = places.HOME
    address = f"{places.SIGN_IN}?{urlencode({'next': wanted})}"
    if visit.is_fragment:
        # A piece of a page must not become the sign-in page within it.
        return web.Response(status=401, headers={"HX-Redirect": address})
    return web.Response(status=303, headers={hdrs.LOCATION: address})


def _visit(
    desk: Desk, route: Route, request: web.Request, session: Session | None, form: Fields
) -> Visit:
    language = wanted_language(request)
    if session is not None:
        language = page_language(session.person.language)
    return Visit(request, desk, route, session, language, query_of(request), form, desk.clock.now())
