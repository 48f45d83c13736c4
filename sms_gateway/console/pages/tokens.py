"""Tokens of other systems: who may ask the gateway, and what for."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from sms_gateway.console.agencies_chosen import chosen, ticked
from sms_gateway.console.forms import Fields
from sms_gateway.console.languages import marked
from sms_gateway.console.partner_words import NO_TOKEN, SCOPES
from sms_gateway.console.places import TOKENS
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.domain.api import NewToken, TokenWhyNot
from sms_gateway.domain.staff import Permission, staff_actor

_MAX_NAME: Final = 65
_MAX_DAYS: Final = 5
_NO_DAYS: Final = -1
"""Stands for days that are no number: no token counts for so many."""

_STATUS: Final[Mapping[TokenWhyNot, int]] = {TokenWhyNot.NAME_TAKEN: 409}
_ENDED: Final = marked("No token of that name counts any more.")


async def show(visit: Visit) -> web.Response:
    """All of them, and the form for another one."""
    return await _page(visit)


async def _page(visit: Visit, why: str = "", status: int = 200) -> web.Response:
    around = visit.desk.around
    values = {
        "tokens": [(one, one.counts(visit.now)) for one in await visit.desk.partners.listed()],
        "scopes": SCOPES,
        "agencies": around.agencies,
        "chosen": ticked(visit),
        "typed": visit.form,
        "why": visit.say(why),
    }
    return visit.page("tokens.html", values, status)


async def add(visit: Visit) -> web.Response:
    """Make one; it is shown this once."""
    form = visit.form
    scopes = tuple(scope for scope in SCOPES if form.has(f"may.{scope}"))
    new = NewToken(form.get("name", _MAX_NAME), scopes, chosen(visit), _days(form))
    made = await visit.desk.partners.tokens.make(new, staff_actor(visit.person))
    if isinstance(made, TokenWhyNot):
        return await _page(visit, NO_TOKEN[made], _STATUS.get(made, 422))
    return visit.page("token.html", {"name": new.name, "token": made.value})


def _days(form: Fields) -> int | None:
    typed = form.get("days", _MAX_DAYS)
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdecimal() else _NO_DAYS


async def revoke(visit: Visit) -> web.Response:
    """End one at once."""
    if await visit.desk.partners.tokens.end(visit.part("name"), staff_actor(visit.person)):
        return visit.to(TOKENS, done="token_ended")
    return await _page(visit, _ENDED, 404)


_TITLE: Final = marked("API tokens")
_MANAGE: Final = Permission.MANAGE_TOKENS
ROUTES: Final = (
    Route("GET", TOKENS, _MANAGE, _TITLE, whole(show)),
    Route("POST", TOKENS, _MANAGE, _TITLE, whole(add)),
    Route("POST", f"{TOKENS}/{{name}}/revoke", _MANAGE, _TITLE, whole(revoke)),
)
