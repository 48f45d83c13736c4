"""One's own account: password, second factor, and where one is signed in."""

from typing import Final, assert_never

import segno
from aiohttp import web

from sms_gateway.access import (
    Changed,
    LockedOut,
    SecondFactorLost,
    TooWeak,
    TotpOffer,
    WrongPassword,
)
from sms_gateway.console import places
from sms_gateway.console.languages import marked
from sms_gateway.console.pages.sign_in import MAX_PASSWORD, UNEQUAL, WRONG_CODE, locked, weakness
from sms_gateway.console.provider_words import LOST_FACTOR
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.access import SessionId
from sms_gateway.domain.staff import Permission, staff_actor

_WRONG_OLD: Final = marked("The old password, or the code, is wrong.")
_WRONG_PROOF: Final = marked("That is not right. A code counts once: wait for the next one.")
_MAX_CODE: Final = 12
_ID: Final = 36


async def show(visit: Visit) -> web.Response:
    """The page."""
    return await _page(visit, "")


async def _page(visit: Visit, why: str, status: int = 200) -> web.Response:
    sessions = await visit.desk.access.sessions(visit.person.id)
    own = None if visit.session is None else visit.session.id
    values = {
        "why": why, "sessions": sessions, "own": own, "has_code": _has_code(visit),
        "has_password": _has_password(visit),
    }  # fmt: skip
    return visit.page("account.html", values, status)


def _has_code(visit: Visit) -> bool:
    return visit.session is not None and visit.session.has_second_factor


def _has_password(visit: Visit) -> bool:
    return visit.session is not None and visit.session.has_password


async def change_password(visit: Visit) -> web.Response:
    """Another password; the other sessions end."""
    new = visit.form.raw("password", MAX_PASSWORD + 1)
    if new != visit.form.raw("again", MAX_PASSWORD + 1):
        return await _page(visit, visit.say(UNEQUAL), 422)
    own = "" if visit.session is None else visit.session.id
    old = visit.form.raw("old", MAX_PASSWORD)
    code = visit.form.get("code", _MAX_CODE)
    result = await visit.desk.access.change_password(visit.person, old, new, own, code)
    match result:
        case Changed():
            return visit.to(places.ACCOUNT, done="password")
        case TooWeak():
            return await _page(visit, weakness(visit, result), 422)
        case WrongPassword():
            return await _page(visit, visit.say(_WRONG_OLD), 422)
        case SecondFactorLost():
            return await _page(visit, visit.say(LOST_FACTOR), 403)
        case LockedOut():
            return await _page(visit, locked(visit, result), 429)
        case _:
            assert_never(result)


async def choose_keys(visit: Visit) -> web.Response:
    """Whether single keys do something on their pages."""
    await visit.desk.access.set_keys(visit.person, off=not visit.form.has("keys"))
    return visit.to(places.ACCOUNT, done="keys")


async def end_session(visit: Visit) -> web.Response:
    """End one of one's own sessions; another person's is none of theirs."""
    wanted = visit.form.get("session", _ID)
    own = await visit.desk.access.sessions(visit.person.id)
    if wanted in {row.id for row in own}:
        await visit.desk.access.revoke(SessionId(wanted), staff_actor(visit.person))
    return visit.to(places.ACCOUNT, done="ended")


async def show_factor(visit: Visit) -> web.Response:
    """Begin to set up a second factor, or another one."""
    return _begin_factor(visit, "")


def _begin_factor(visit: Visit, why: str, status: int = 200) -> web.Response:
    values = {
        "offer": None, "picture": "", "why": why, "has_code": _has_code(visit),
        "has_password": _has_password(visit),
    }  # fmt: skip
    return visit.page("second_factor.html", values, status)


async def offer_factor(visit: Visit) -> web.Response:
    """A new secret, as a picture and in letters, for the code they have or their password."""
    form = visit.form
    proof = form.get("code", _MAX_CODE) if _has_code(visit) else form.raw("old", MAX_PASSWORD)
    began = None if visit.session is None else visit.session.started_at
    result = await visit.desk.access.begin_totp(visit.person, proof, began)
    match result:
        case TotpOffer():
            return _offered(visit, result)
        case WrongPassword():
            return _begin_factor(visit, visit.say(_WRONG_PROOF), 422)
        case SecondFactorLost():
            return _begin_factor(visit, visit.say(LOST_FACTOR), 403)
        case LockedOut():
            return _begin_factor(visit, locked(visit, result), 429)
        case _:
            assert_never(result)


def _offered(visit: Visit, offer: TotpOffer) -> web.Response:
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
    values = {"offer": "", "picture": "", "why": visit.say(WRONG_CODE)}
    return visit.page("second_factor.html", values, 422)


_TITLE: Final = marked("Your account")
_FACTOR: Final = marked("Second factor")
ROUTES: Final = (
    Route("GET", places.ACCOUNT, Permission.OWN_ACCOUNT, _TITLE, show),
    Route("POST", f"{places.ACCOUNT}/password", Permission.OWN_ACCOUNT, _TITLE, change_password),
    Route("POST", f"{places.ACCOUNT}/keys", Permission.OWN_ACCOUNT, _TITLE, choose_keys),
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
