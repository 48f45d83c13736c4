"""The two cookies of the console."""

from typing import Final

from aiohttp import web

from sms_gateway.console.languages import PageLanguage
from sms_gateway.domain.secret import Secret

# `__Host-`: only from us, only over TLS or this machine, for no other host (RFC 6265bis 4.1.3.2).
SESSION: Final = "__Host-sms-gateway"
_LANGUAGE: Final = "__Host-language"
_A_YEAR: Final = 365 * 24 * 3600
_LONGEST: Final = 200


def session_token(request: web.BaseRequest) -> str:
    """The token of the session, or an empty text."""
    token = request.cookies.get(SESSION, "")
    return token if len(token) <= _LONGEST else ""


def keep_session(response: web.StreamResponse, token: Secret) -> None:
    """Have the browser keep a session for as long as it is open."""
    response.set_cookie(SESSION, token.value, path="/", secure=True, httponly=True, samesite="Lax")


def drop_session(response: web.StreamResponse) -> None:
    """Have the browser forget it."""
    response.del_cookie(SESSION, path="/", secure=True, httponly=True, samesite="Lax")


def wanted_language(request: web.BaseRequest) -> PageLanguage:
    """The language that was chosen in this browser; Vietnamese where none was."""
    chosen = request.cookies.get(_LANGUAGE, "")
    return PageLanguage.EN if chosen == PageLanguage.EN else PageLanguage.VI


def keep_language(response: web.StreamResponse, language: PageLanguage) -> None:
    """Have the browser keep a language."""
    response.set_cookie(
        _LANGUAGE,
        language,
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",
        max_age=_A_YEAR,
    )
