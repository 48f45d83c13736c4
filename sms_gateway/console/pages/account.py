"""One's own account: password, second factor, and where one is signed in."""

from typing import Final, assert_never

import segno
from aiohttp import web

from sms_gateway.access import Changed, LockedOut, TooWeak, WrongPassword
from sms_gateway.console import places
from sms_gateway.console.languages import marked
from sms_gateway.console.pages.sign_in import MAX_PASSWORD, UNEQUAL, locked, weakness
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.access import SessionId
from sms_gateway.domain.staff import Permission, staff_actor

_WRONG_OLD: Final = marked("The old password is wrong.")
_WRONG_CODE: Final = marked("That code does not fit. Wait for the next one and type it.")
_MAX_CODE: Final = 12
_ID: Final = 36


async def show(visit: Visit) -> web.Response:
    """The page."""
    return await _page(visit, "")


async def _page(visit: Visit, why: str, status: int = 200) -> web.Response:
    sessions = await visit.desk.access.sessions(visit.person.id)
    own = None if visit.session is None else visit.session.id
    return visit.page("account.html", {"why": why, "sessions": sessions, "own": own}, status)


async def change_password(visit: Visit) -> web.Response:
    """Another password; the other sessions end."""
    new = visit.form.raw("password", MAX_PASSWORD + 1)
    if new != visit.form.raw("again", MAX_PASSWORD + 1):
        return await _page(visit, visit.say(UNEQUAL), 422)
    own = "" if visit.session is None else visit.session.id
    old = visit.form.raw("old", MAX_PASSWORD)
    result = await visit.desk.access.change_password(visit.person, old, new, own)
    match result:
        case Changed():
            return visit.to(places.ACCOUNT, done="password")
        case TooWeak():
            return await _page(visit, weakness(visit, result), 422)
        case WrongPassword():
            return await _page(visit, visit.say(_WRONG_OLD), 422)
        case LockedOut():
            return await _page(visit, locked(visit, result), 429)
        case _:
            assert_never(result)


async def end_session(visit: Visit) -> web.Response:
    """End one of one's own sessions; another person's is none of theirs."""
    wanted = visit.form.get("session", _ID)
    own = await visit.desk.access.sessions(visit.person.id)
    if wanted in {row.id for row in own}:
        await visit.desk.access.revoke(SessionId(wanted), staff_actor(visit.person))
    return visit.to(places.ACCOUNT, done="ended")


async def show_factor(visit: Visit) -> web.Response:
    """Begin to set up a second factor, or another one."""
    return visit.page("second_factor.html", {"offer": None, "picture": "", "why": ""})


async def offer_factor(visit: Visit) -> web.Response:
    """A new secret, as a picture and in letters."""
    offer = await visit.desk.access.begin_totp(visit.person)
    code = segno.make(offer.uri.value, error="m")
    picture = code.svg_inline(scale=5, border=3, dark="#000", light="#fff", omitsize=False)
    values = {"offer": offer.secret.value, "picture": picture, "why": ""}
    return visit.page("second_factor.html", values)


async def confirm_factor(visit: Visit) -> web.Response:
    """From now on signing in asks for a code."""
    code = visit.form.get("code", _MAX_CODE)
    own = "" if visit.session is None else visit.session.id
    if await visit.desk.access.confirm_totp(visit.person, code, own):
        return visit.to(places.ACCOUNT, done="factor")
    values = {"offer": "", "picture": "", "why": visit.say(_WRONG_CODE)}
    return visit.page("second_factor.html", values, 422)


_TITLE: Final = marked("Your account")
_FACTOR: Final = marked("Second factor")
ROUTES: Final = (
    Route("GET", places.ACCOUNT, Permission.OWN_ACCOUNT, _TITLE, show),
    Route("POST", f"{places.ACCOUNT}/password", Permission.OWN_ACCOUNT, _TITLE, change_password),
    Route("POST", f"{places.ACCOUNT}/sessions", Permission.OWN_ACCOUNT, _TITLE, end_session),
    Route("GET", places.SECOND_FACTOR, Permission.OWN_ACCOUNT, _FACTOR, show_factor, grants=True),
    Route(
        "POST",
        f"{places.SECOND_FACTOR}/offer",
        Permission.OWN_ACCOUNT,
        _FACTOR,
        offer_factor,
        grants=True,
    ),
    Route(
        "POST",
        f"{places.SECOND_FACTOR}/confirm",
        Permission.OWN_ACCOUNT,
        _FACTOR,
        confirm_factor,
        grants=True,
    ),
)
