"""Signing in by the provider: to it, back from it, and a code of ours where one is wanted."""

import hmac
from typing import Final, assert_never

import structlog
from aiohttp import web

from sms_gateway.access import (
    CodeNeeded,
    LockedOut,
    NotLetIn,
    SignedIn,
    WrongCode,
)
from sms_gateway.console import places
from sms_gateway.console.cookies import (
    drop_provider_cookie,
    keep_provider_cookie,
    keep_session,
    note_provider,
    session_token,
)
from sms_gateway.console.languages import marked
from sms_gateway.console.leaving import Left, ask, asked, leave, left
from sms_gateway.console.pages.sign_in import MAX_CODE, WRONG_CODE, locked, refused_form
from sms_gateway.console.provider_desk import ProviderDesk
from sms_gateway.console.provider_words import NOT_BEGUN, REFUSED
from sms_gateway.console.refusing import refused
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.identity import Identity, Unproved
from sms_gateway.oidc import OWN_FAULT, Brought, Flow, Refusal

_log = structlog.get_logger("console")

_NONE: Final = marked("Nobody signs in by a sign-in service here.")
_MAX_CODE: Final = 4000
_MAX_STATE: Final = 100


async def go(visit: Visit) -> web.Response:
    """To the provider."""
    desk = visit.desk.provided
    if desk is None:
        return refused(visit, _NONE, 404)
    gone, carried = leave(visit, visit.query.raw("next"))
    address = await desk.provider.address(gone.flow, visit.language)
    if isinstance(address, Refusal):
        if times := desk.seldom.due(address):
            _log.warning("oidc.refused", reason=address, count=times)
        return refused_form(visit, visit.say(REFUSED[address]), 502)
    response = visit.to(address)
    keep_provider_cookie(response, carried)
    return response


async def come(visit: Visit) -> web.Response:
    """Back from the provider."""
    desk, gone = visit.desk.provided, left(visit)
    if desk is None:
        return refused(visit, _NONE, 404)
    if gone is None or not _brings(visit, gone.flow):
        if visit.session is not None:
            # Their browser went back, or loaded the page again.
            return visit.to(places.HOME)
        return refused_form(visit, visit.say(NOT_BEGUN), 400)
    return await _came(visit, desk, gone)


def _brings(visit: Visit, flow: Flow) -> bool:
    """Whether this browser brings back what it left with: nobody else's answer counts in it."""
    state = visit.query.raw("state", _MAX_STATE).encode("utf-8", "replace")
    return hmac.compare_digest(state, flow.state.encode())


async def _came(visit: Visit, desk: ProviderDesk, gone: Left) -> web.Response:
    async def prove() -> Identity | Unproved:
        return await _proved(visit, desk, gone.flow)

    caller = visit.desk.around.proxies.caller(visit.request)
    result = await visit.desk.access.sign_in_provided(prove, caller)
    match result:
        case SignedIn():
            return await _in(visit, result, gone.wanted)
        case CodeNeeded():
            response = _code_form(visit, "")
            keep_provider_cookie(response, ask(visit, result, gone.wanted))
            return response
        case NotLetIn():
            return _out(visit, result.why, gone.wanted, 403)
        case Unproved():
            return _out(visit, result.reason, gone.wanted, 403 if result.counts else 502)
        case LockedOut():
            return refused_form(visit, locked(visit, result), 429, gone.wanted)
        case _:
            assert_never(result)


async def _proved(visit: Visit, desk: ProviderDesk, flow: Flow) -> Identity | Unproved:
    query = visit.query
    brought = Brought(query.raw("code", _MAX_CODE), query.raw("error"), query.raw("iss"))
    found = await desk.provider.identity(flow, brought)
    if isinstance(found, Identity):
        return found
    if times := desk.seldom.due(found):
        _log.warning("oidc.refused", reason=found, count=times)
    return Unproved(found, found not in OWN_FAULT)


async def prove(visit: Visit) -> web.Response:
    """The code of our own second factor."""
    whom = asked(visit)
    if visit.desk.provided is None or whom is None:
        return refused_form(visit, visit.say(NOT_BEGUN), 400)
    caller = visit.desk.around.proxies.caller(visit.request)
    code = visit.form.get("code", MAX_CODE)
    result = await visit.desk.access.confirm_provided(whom.identity, code, caller)
    match result:
        case SignedIn():
            return await _in(visit, result, whom.wanted)
        case WrongCode():
            return _code_form(visit, visit.say(WRONG_CODE), 401)
        case NotLetIn():
            return _out(visit, result.why, whom.wanted, 403)
        case LockedOut():
            return _code_form(visit, locked(visit, result), 429)
        case _:
            assert_never(result)


def _code_form(visit: Visit, why: str, status: int = 200) -> web.Response:
    # Who chooses the other language there begins again: their answer was used.
    return visit.page("sign_in_code.html", {"why": why, "here": places.SIGN_IN}, status)


async def _in(visit: Visit, result: SignedIn, wanted: str) -> web.Response:
    response = visit.to(wanted)
    keep_session(response, result.token)
    note_provider(response)
    drop_provider_cookie(response)
    if visit.session is not None:
        await visit.desk.access.sign_out(session_token(visit.request))
    return response


def _out(visit: Visit, reason: str, wanted: str, status: int) -> web.Response:
    response = refused_form(visit, visit.say(REFUSED[reason]), status, wanted)
    drop_provider_cookie(response)
    return response


_TITLE: Final = marked("Sign in")
ROUTES: Final = (
    Route("GET", places.PROVIDER, None, _TITLE, go),
    Route("GET", places.FROM_PROVIDER, None, _TITLE, come),
    Route("POST", places.PROVIDER_CODE, None, _TITLE, prove),
)
