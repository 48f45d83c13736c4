"""Signing out at the provider too (OpenID Connect RP-Initiated Logout 1.0): to it, and back."""

from typing import Final

from aiohttp import web

from sms_gateway.console import places
from sms_gateway.console.cookies import (
    came_by_provider,
    drop_provider_cookie,
    forget_provider,
    keep_provider_cookie,
)
from sms_gateway.console.languages import marked
from sms_gateway.console.leaving import leave_out, left_so
from sms_gateway.console.visit import Route, Visit


async def go(visit: Visit) -> web.Response:
    """To the provider, for who came by it and is signed out here.

    It is a page that leads on, no redirect: browsers let the form of another page lead to us alone.
    """
    desk = visit.desk.provided
    if desk is None or visit.session is not None or not came_by_provider(visit.request):
        return visit.to(places.SIGN_IN)
    state, carried = leave_out(visit)
    address = await desk.sign_out_address(state, visit.language)
    if address:
        response = visit.page(
            "sign_out_provided.html", {"address": address, "here": places.SIGN_IN}
        )
        keep_provider_cookie(response, carried)
    else:
        response = visit.to(places.SIGN_IN, done="signed_out_here")
    forget_provider(response)
    return response


async def come(visit: Visit) -> web.Response:
    """Back from the provider, where nobody is signed in any more."""
    done = {"done": "signed_out"} if left_so(visit, visit.query.raw("state", _MAX_STATE)) else {}
    response = visit.to(places.SIGN_IN, **done)
    drop_provider_cookie(response)
    return response


_MAX_STATE: Final = 100
_TITLE: Final = marked("Sign out")
ROUTES: Final = (
    Route("GET", places.SIGNED_OUT, None, _TITLE, go),
    Route("GET", places.OUT_OF_PROVIDER, None, _TITLE, come),
)
