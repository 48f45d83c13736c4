"""Messages: what citizens texted, newest first, and what became of it."""

from typing import Final

from aiohttp import web

from sms_gateway.console.finding import found_by
from sms_gateway.console.languages import marked
from sms_gateway.console.message_query import OUTCOMES, MessageQuery, query_of
from sms_gateway.console.places import MESSAGES
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Delivery
from sms_gateway.domain.staff import Permission

_MAX_SOUGHT: Final = 200


async def show(visit: Visit) -> web.Response:
    """The list."""
    desk = visit.desk
    query = query_of(visit.query, desk.around.doors)
    found = await desk.reading.find(query.question(visit.person, desk.around.zone))
    values = {
        "query": query,
        "rows": found.rows,
        "go_on": found.go_on,
        "doors": desk.around.doors,
        "outcomes": OUTCOMES,
        "deliveries": tuple(Delivery),
        "languages": tuple(Language),
        "today": visit.now.astimezone(desk.around.zone).date(),
        "live": _live(query, found.rows[0].id if found.rows else ""),
    }
    return visit.page("messages.html", values)


def _live(query: MessageQuery, newest: str) -> str:
    """Where this list hears of what is new; nowhere on its older pages."""
    if query.before is not None:
        return ""
    address = query.address(after=newest)
    return address.replace(MESSAGES, f"{MESSAGES}/live", 1)


async def find(visit: Visit) -> web.Response:
    """From the one search field to the list: a number, a code, or words.

    A POST, so that a number that somebody types stands in no address; the list's has its hash.
    """
    sought = visit.form.get("q", _MAX_SOUGHT)
    fields = found_by(sought, visit.desk.hasher, visit.desk.around.region)
    return visit.to(MESSAGES, **fields) if fields else visit.to(MESSAGES)


ROUTES: Final = (
    Route("GET", MESSAGES, Permission.READ_MESSAGES, marked("Messages"), show),
    Route("POST", f"{MESSAGES}/find", Permission.READ_MESSAGES, marked("Messages"), find),
)
