"""What is new in a list of messages, as server-sent events (HTML standard, section 9.2).

Only how many there are is told: the page says so above the list, and shows them when it is asked
to, so that nothing jumps under the reader.
"""

from dataclasses import replace
from typing import Final

from aiohttp import web

from sms_gateway.console.guards import harden
from sms_gateway.console.languages import marked
from sms_gateway.console.message_query import query_of
from sms_gateway.console.places import MESSAGES
from sms_gateway.console.staying import is_still_there
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.staff import Permission
from sms_gateway.ports import StoreDownError

_BEAT: Final = 25.0
"""Seconds after which something is written, so that proxies keep the line and we see who left."""

_BEATS: Final = 24
"""So many of them make ten minutes; then the browser comes again, and its session is looked at."""

_MOST_TOLD: Final = 50
_LONGEST_ID: Final = 36


async def listen(visit: Visit) -> web.StreamResponse:
    """Tell of what is new, until the page is closed."""
    live = visit.desk.live
    line = live.enter(visit.person.id, lambda: visit.request.transport is not None)
    if line is None:
        return web.Response(status=503)
    response = web.StreamResponse(headers={"X-Accel-Buffering": "no"})
    try:
        await _tell(visit, response)
    except (ConnectionError, StoreDownError):
        # The page was closed, as every page is in the end; or nobody knows who reads it.
        return response
    finally:
        live.leave(line)
    return response


async def _tell(visit: Visit, response: web.StreamResponse) -> None:
    response.content_type = "text/event-stream"
    response.charset = "utf-8"
    harden(response, tls=visit.desk.around.tls)
    await response.prepare(visit.request)
    await response.write(b"retry: 5000\n\n")
    known = since = visit.query.get("after", _LONGEST_ID)
    for _ in range(_BEATS):
        is_new = await visit.desk.live.changed(known, _BEAT)
        # A line outlives what let it in otherwise: a session's end, another role, other agencies.
        if visit.desk.live.closed or not await is_still_there(visit):
            break
        if not is_new:
            await response.write(b": still here\n\n")
            continue
        count, known = await _new(visit, since, known)
        if count:
            shown = f"{_MOST_TOLD}+" if count > _MOST_TOLD else str(count)
            await response.write(f"event: new\ndata: {shown}\n\n".encode())


async def _new(visit: Visit, since: str, known: str) -> tuple[int, str]:
    """How many are newer than what the page shows, and the newest of all there is."""
    desk = visit.desk
    newest = await desk.reading.newest() or known
    question = query_of(visit.query, desk.around.doors).question(visit.person, desk.around.zone)
    newer = replace(question, before=None, after=MessageId(since), limit=_MOST_TOLD + 1)
    found = await desk.reading.find(newer)
    return len(found.rows), newest


ROUTES: Final = (
    Route(
        "GET",
        f"{MESSAGES}/live",
        Permission.READ_MESSAGES,
        marked("Messages"),
        listen,
        quiet=True,
    ),
)
