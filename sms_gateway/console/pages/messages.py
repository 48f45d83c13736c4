"""Messages: what citizens texted, newest first, and what became of it."""

from datetime import timedelta
from typing import Final, assert_never
from urllib.parse import urlencode

from aiohttp import web

from sms_gateway.console.alike import marks
from sms_gateway.console.finding import BY_ITSELF, AmongWords, found_by, hidden
from sms_gateway.console.forms import fields_of
from sms_gateway.console.languages import marked
from sms_gateway.console.message_query import OUTCOMES, MessageQuery, query_of
from sms_gateway.console.places import MESSAGES
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Delivery
from sms_gateway.domain.staff import Permission
from sms_gateway.domain.views import (
    LONGEST_NAME,
    LONGEST_QUERY,
    SavedView,
    ViewBack,
    ViewSaved,
)

_MAX_SOUGHT: Final = 200
_ID: Final = 36
_A_DAY: Final = timedelta(days=1)


async def show(visit: Visit) -> web.Response:
    """The list."""
    return await _page(visit, query_of(visit.query, visit.desk.around.doors))


async def _page(
    visit: Visit, query: MessageQuery, why: str = "", status: int = 200
) -> web.Response:
    desk = visit.desk
    found = await desk.reading.find(query.question(visit.person, desk.around.zone))
    values = {
        "query": query,
        "rows": found.rows,
        "go_on": found.go_on,
        "marks": marks(found.rows, desk.hasher),
        "common": ", ".join(found.common),
        "doors": desk.around.doors,
        "outcomes": OUTCOMES,
        "deliveries": tuple(Delivery),
        "languages": tuple(Language),
        "today": visit.now.astimezone(desk.around.zone).date(),
        "live": _live(query, found.rows[0].id if found.rows else ""),
        "views": await desk.views.of(visit.person.id),
        "why": why,
        "yesterday": visit.now.astimezone(desk.around.zone).date() - _A_DAY,
    }
    return visit.page("messages.html", values, status)


def _live(query: MessageQuery, newest: str) -> str:
    """Where this list hears of what is new; nowhere on its older pages."""
    if query.before is not None:
        return ""
    address = query.address(after=newest)
    return address.replace(MESSAGES, f"{MESSAGES}/live", 1)


async def find(visit: Visit) -> web.Response:
    """From the search field and the filters to the list.

    A POST, so that a number that somebody types stands in no address, whichever field they type it
    into; the list's address has its hash.
    """
    desk = visit.desk
    region, doors = desk.around.region, desk.around.doors
    values = hidden(query_of(visit.form, doors).values, desk.hasher, region)
    found = found_by(visit.form.get("q", _MAX_SOUGHT), desk.hasher, region)
    if isinstance(values, AmongWords) or isinstance(found, AmongWords):
        return await _page(visit, MessageQuery({}), visit.say(BY_ITSELF), 422)
    return visit.to(MESSAGES, **{**values, **found})


async def save(visit: Visit) -> web.Response:
    """Keep this list under a name, in the place of one that has the name."""
    desk = visit.desk
    asked = query_of(fields_of(visit.form.raw("query", LONGEST_QUERY)), desk.around.doors)
    values = hidden(asked.values, desk.hasher, desk.around.region)
    if isinstance(values, AmongWords):
        return await _page(visit, MessageQuery({}), visit.say(BY_ITSELF), 422)
    query = MessageQuery(values)
    view = SavedView(
        visit.desk.new_id(),
        visit.person.id,
        " ".join(visit.form.get("name", LONGEST_NAME).split()),
        urlencode(query.values),
        visit.now,
    )
    match await visit.desk.views.save(view):
        case ViewSaved.SAVED:
            return visit.to(query.address(done="view"))
        case ViewSaved.UNNAMED:
            why = marked("Give the list a name first.")
        case ViewSaved.TOO_LONG | ViewSaved.TOO_MANY:
            why = marked("You keep too many lists: take one away first.")
        case unknown:
            assert_never(unknown)
    return await _page(visit, query, visit.say(why), 422)


async def forget(visit: Visit) -> web.Response:
    """Keep one of one's own lists no more."""
    await visit.desk.views.delete(ViewBack(visit.form.get("view", _ID), visit.person.id))
    return visit.to(MESSAGES, done="view-gone")


ROUTES: Final = (
    Route("GET", MESSAGES, Permission.READ_MESSAGES, marked("Messages"), show),
    Route("POST", f"{MESSAGES}/find", Permission.READ_MESSAGES, marked("Messages"), find),
    Route("POST", f"{MESSAGES}/views", Permission.READ_MESSAGES, marked("Messages"), save),
    Route("POST", f"{MESSAGES}/views/forget", Permission.READ_MESSAGES, marked("Messages"), forget),
)
