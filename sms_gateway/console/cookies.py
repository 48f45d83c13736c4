"""The cookies of the console."""

from typing import Final

from aiohttp import web

from sms_gateway.console.languages import PageLanguage
from sms_gateway.domain.secret import Secret

# `__Host-`: only from us, only over TLS or this machine, for no other host (RFC 6265bis 4.1.3.2).
SESSION: Final = "__Host-sms-gateway"
_PROVIDER: Final = "__Host-sms-gateway-provider"
_CAME_BY: Final = "__Host-sms-gateway-came-by"
_LANGUAGE: Final = "__Host-language"
_A_YEAR: Final = 365 * 24 * 3600
_LONGEST: Final = 200
_LONGEST_CARRIED: Final = 4000
_CARRIED_S: Final = 600


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


def provider_cookie(request: web.BaseRequest) -> str:
    """What a browser carries that left for the provider, or an empty text."""
    carried = request.cookies.get(_PROVIDER, "")
    return carried if len(carried) <= _LONGEST_CARRIED else ""


def keep_provider_cookie(response: web.StreamResponse, carried: str) -> None:
    """Have the browser carry it; Lax, for it comes back by a link of the provider."""
    response.set_cookie(
        _PROVIDER,
        carried,
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",
        max_age=_CARRIED_S,
    )


def drop_provider_cookie(response: web.StreamResponse) -> None:
    """Have the browser forget it: it was used."""
    response.del_cookie(_PROVIDER, path="/", secure=True, httponly=True, samesite="Lax")


def came_by_provider(request: web.BaseRequest) -> bool:
    """Whether who is, or just was, signed in in this browser came by the provider."""
    return bool(request.cookies.get(_CAME_BY))


def note_provider(response: web.StreamResponse) -> None:
    """Have the browser remember that, for as long as it is open."""
    response.set_cookie(_CAME_BY, "1", path="/", secure=True, httponly=True, samesite="Lax")


def forget_provider(response: web.StreamResponse) -> None:
    """Have the browser forget it."""
    response.del_cookie(_CAME_BY, path="/", secure=True, httponly=True, samesite="Lax")


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
