"""Past texts by the rules of today: which would be understood otherwise?"""

import re
from datetime import timedelta
from typing import Final

from aiohttp import web

from sms_gateway.console.languages import marked
from sms_gateway.console.past_texts import SECONDS, SHOWN, Span, read_anew
from sms_gateway.console.places import REPLAY
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.staff import Permission

MOST_DAYS: Final = 31
_USUAL: Final = 7
_ID: Final = re.compile(r"[0-9a-f-]{36}")


async def show(visit: Visit) -> web.Response:
    """The changes, from the newest text on; nothing is read before somebody asks for it."""
    asked = visit.query.get("days", 2)
    days = min(int(asked), MOST_DAYS) if asked.isascii() and asked.isdigit() else 0
    before = visit.query.get("before", 36)
    found = None
    if days:
        after = MessageId(before) if _ID.fullmatch(before) else None
        span = Span(visit.now - timedelta(days=days), after)
        grammars = visit.desk.rules().grammars
        found = await read_anew(visit.desk.reading, span, grammars, visit.desk.clock.monotonic)
    values = {
        "found": found,
        "days": days or _USUAL,
        "most": MOST_DAYS,
        "before": before,
        "shown": SHOWN,
        "seconds": int(SECONDS),
    }
    return visit.page("replay.html", values)


ROUTES: Final = (Route("GET", REPLAY, Permission.CHANGE_RULES, marked("Replay"), whole(show)),)
