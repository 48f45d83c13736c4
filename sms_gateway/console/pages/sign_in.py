"""Signing in and out, an invitation, and the language."""

from collections.abc import Mapping
from typing import Final, assert_never
from urllib.parse import urlencode

from aiohttp import hdrs, web

from sms_gateway.access import (
    Accepted,
    Invitation,
    LockedOut,
    NoSuchInvitation,
    NotSignedIn,
    SecondFactorLost,
    SecondFactorNeeded,
    SignedIn,
    TooWeak,
    Weakness,
)
from sms_gateway.console import places
from sms_gateway.console.cookies import (
    came_by_provider,
    drop_session,
    forget_provider,
    keep_language,
    keep_session,
    session_token,
)
from sms_gateway.console.languages import PageLanguage, marked
from sms_gateway.console.places import safe_next
from sms_gateway.console.provider_words import LOST_FACTOR
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import Permission

MAX_PASSWORD: Final = 256
_MAX_LOGIN: Final = 64
MAX_CODE: Final = 12

_WRONG: Final = marked("Name, password or code is wrong. Try again.")
_CODE: Final = marked("Type your password and the code of your authenticator.")
_LOCKED: Final = marked("Too many tries. Wait until %(time)s, or ask an administrator.")
WRONG_CODE: Final = marked("That code does not fit. Wait for the next one and type it.")
UNEQUAL: Final = marked("The two passwords are not the same. Type them again.")
_NO_INVITATION: Final = marked(
    "This link was used, or is too old. Ask an administrator for another one."
)


async def show(visit: Visit) -> web.Response:
    """The form."""
    if visit.session is not None:
        return visit.to(safe_next(visit.query.raw("next")))
    return refused_form(visit, "")


async def sign_in(visit: Visit) -> web.Response:
    """Sign in, with a session that was not there before."""
    result = await visit.desk.access.sign_in(
        visit.form.get("login", _MAX_LOGIN),
        visit.form.raw("password", MAX_PASSWORD),
        visit.form.get("code", MAX_CODE),
        visit.desk.around.proxies.caller(visit.request),
    )
    match result:
        case SignedIn():
            response = visit.to(safe_next(visit.form.raw("next")))
            keep_session(response, result.token)
            forget_provider(response)
            # The browser forgets its old session, so that nobody else shall use it either.
            if visit.session is not None:
                await visit.desk.access.sign_out(session_token(visit.request))
            return response
        case SecondFactorNeeded():
            return refused_form(visit, visit.say(_CODE), 401)
        case SecondFactorLost():
            return refused_form(visit, visit.say(LOST_FACTOR), 403)
        case NotSignedIn():
            return refused_form(visit, visit.say(_WRONG), 401)
        case LockedOut():
            return refused_form(visit, locked(visit, result), 429)
        case _:
            assert_never(result)


def refused_form(visit: Visit, why: str, status: int = 200, wanted: str = "") -> web.Response:
    """The page to sign in, with why it was not done; empty for nothing.

    Args:
        visit: see there.
        why: see above.
        status: of the answer.
        wanted: the page to go to after that; empty where the call itself says it.
    """
    posted = visit.request.method == hdrs.METH_POST
    wanted = safe_next(wanted or (visit.form if posted else visit.query).raw("next"))
    desk = visit.desk.provided
    by_password = visit.query.get("by") == "password" or visit.form.has("password")
    values = {
        "why": why,
        "login": visit.form.get("login", _MAX_LOGIN),
        "next": wanted,
        "button": "" if desk is None else desk.button(visit.language),
        "go": f"{places.PROVIDER}?{urlencode({'next': wanted})}",
        "by_password": desk is None or desk.settings.passwords or by_password,
        "here": places.SIGN_IN,
    }
    return visit.page("sign_in.html", values, status)


async def sign_out(visit: Visit) -> web.Response:
    """End the session."""
    await visit.desk.access.sign_out(session_token(visit.request))
    # The page behind that leads to the provider, where they came by it.
    response = visit.to(places.SIGNED_OUT if came_by_provider(visit.request) else places.SIGN_IN)
    drop_session(response)
    return response


async def choose_language(visit: Visit) -> web.Response:
    """The other language, here and at the next sign-in."""
    english = visit.form.get("language") == PageLanguage.EN
    response = visit.to(safe_next(visit.form.raw("next")))
    keep_language(response, PageLanguage.EN if english else PageLanguage.VI)
    if visit.session is not None:
        chosen = Language.EN if english else Language.VI
        await visit.desk.access.set_language(visit.person, chosen)
    return response


async def show_invitation(visit: Visit) -> web.Response:
    """The form for a first password; looking at it does not use the link."""
    invitation = await visit.desk.access.invited(visit.part("token"))
    if invitation is None:
        return _invited(visit, None, visit.say(_NO_INVITATION), 404)
    return _invited(visit, invitation)


def _invited(
    visit: Visit, invitation: Invitation | None, why: str = "", status: int = 200
) -> web.Response:
    values = {"invitation": invitation, "why": why, "alone": _alone(visit, invitation)}
    return visit.page("invite.html", values, status)


def _alone(visit: Visit, invitation: Invitation | None) -> bool:
    """Whether they come in by the provider alone: a password would open nothing."""
    desk = visit.desk.provided
    return bool(desk and invitation and desk.alone(invitation.person.login))


async def accept(visit: Visit) -> web.Response:
    """Set the first password."""
    token = visit.part("token")
    invitation = await visit.desk.access.invited(token)
    if _alone(visit, invitation):
        return _invited(visit, invitation, status=409)
    password = visit.form.raw("password", MAX_PASSWORD + 1)
    if password != visit.form.raw("again", MAX_PASSWORD + 1):
        return _invited(visit, invitation, visit.say(UNEQUAL), 422)
    result = await visit.desk.access.accept(token, password)
    match result:
        case Accepted():
            desk = visit.desk.provided
            hidden = desk is not None and not desk.settings.passwords
            by = {"by": "password"} if hidden else {}
            return visit.to(places.SIGN_IN, done="welcome", **by)
        case TooWeak():
            return _invited(visit, invitation, weakness(visit, result), 422)
        case NoSuchInvitation():
            return _invited(visit, None, visit.say(_NO_INVITATION), 404)
        case _:
            assert_never(result)


def locked(visit: Visit, result: LockedOut) -> str:
    """How long to wait, in the language of the page."""
    until = result.until.astimezone(visit.desk.around.zone)
    return visit.say(_LOCKED) % {"time": f"{until:%H:%M}"}


_WEAK: Final[Mapping[Weakness, str]] = {
    Weakness.TOO_SHORT: marked("The password is too short: take at least 12 characters."),
    Weakness.TOO_LONG: marked("The password is too long: take at most 256 characters."),
    Weakness.HOLDS_LOGIN: marked("The password holds your name: take another one."),
    Weakness.COMMON: marked("Many people use that password: take another one."),
}


def weakness(visit: Visit, result: TooWeak) -> str:
    """Why a password will not do, in the language of the page."""
    return visit.say(_WEAK[result.why])


ROUTES: Final = (
    Route("GET", places.SIGN_IN, None, marked("Sign in"), show),
    Route("POST", places.SIGN_IN, None, marked("Sign in"), sign_in),
    Route(
        "POST", places.SIGN_OUT, Permission.OWN_ACCOUNT, marked("Sign out"), sign_out, grants=True
    ),
    Route("POST", places.LANGUAGE, None, marked("Language"), choose_language),
    Route("GET", places.INVITE, None, marked("Your account"), show_invitation),
    Route("POST", places.INVITE, None, marked("Your account"), accept),
)
