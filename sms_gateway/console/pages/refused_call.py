"""A call of a telco that could not be read, as it was kept."""

import re
from typing import Final

from aiohttp import web

from sms_gateway.commands import MAX_NOTE
from sms_gateway.console.languages import marked
from sms_gateway.console.places import REFUSED
from sms_gateway.console.refusing import refused
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.acts import UNMASK_ACT
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.reading import KeptRequest

PAGE: Final = f"{REFUSED}/{{hash}}"
_HASH: Final = re.compile(r"[0-9a-f]{32}")
_MIN_REASON: Final = 5

_NOT_FOUND: Final = marked("There is no such call, or it is not yours to see.")
_NO_REASON: Final = marked("Say in a few words why you need the request.")


async def show(visit: Visit) -> web.Response:
    """What is known of it, without the request: that may hold a number and a text."""
    found = await _found(visit)
    return refused(visit, _NOT_FOUND, 404) if found is None else _page(visit, found)


async def reveal(visit: Visit) -> web.Response:
    """The same with the request, for a reason that is kept."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    reason = " ".join(visit.form.get("reason", MAX_NOTE).split())
    if len(reason) < _MIN_REASON:
        return _page(visit, found, why=visit.say(_NO_REASON), status=422)
    by, subject = staff_actor(visit.person), found.row.body_hash
    await visit.desk.audit(visit.now, by, UNMASK_ACT, subject, reason)
    return _page(visit, found, reveals=True)


async def _found(visit: Visit) -> KeptRequest | None:
    """It is no agency's, so that only who sees all may see it."""
    name = visit.part("hash")
    if visit.person.agencies is not None or not _HASH.fullmatch(name):
        return None
    return next(iter(await visit.desk.reading.refused_requests(name, None)), None)


def _page(
    visit: Visit, found: KeptRequest, *, why: str = "", reveals: bool = False, status: int = 200
) -> web.Response:
    request = found.request.decode("utf-8", "backslashreplace") if reveals else None
    values = {"row": found.row, "request": request, "why": why}
    return visit.page("refused_call.html", values, status)


ROUTES: Final = (
    Route("GET", PAGE, Permission.READ_RAW, marked("Call that could not be read"), show),
    Route(
        "POST", f"{PAGE}/show", Permission.READ_RAW, marked("Call that could not be read"), reveal
    ),
)
