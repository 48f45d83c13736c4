"""`GET /api/v1/outcomes`: how texts ended, by day."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from aiohttp import web

from sms_gateway.api.asked import AskedError, day_of, fields_of
from sms_gateway.api.desk import Call, Endpoint
from sms_gateway.api.problems import Problem, said
from sms_gateway.domain.api import Scope
from sms_gateway.domain.ids import MessageId

MOST_DAYS: Final = 31
"""Days of one answer."""

MOST_PAGES: Final = 40
"""Pages of texts after which an answer ends with the day it is in."""

_A_DAY: Final = timedelta(days=1)


async def count_outcomes(call: Call) -> web.Response | Problem:
    """Texts by outcome for each day from `since` to before `until`; `next` says where to go on.

    Raises:
        AskedError: a field is not as the specification says.
        StoreDownError: see there.
    """
    asked = fields_of(call.request, ("since", "until"))
    if len(asked) != len(("since", "until")):
        message = "say since and until, the day behind the last one"
        raise AskedError(message)
    day, until = day_of("since", asked["since"]), day_of("until", asked["until"])
    days: list[dict[str, object]] = []
    pages = 0
    while day < until and len(days) < MOST_DAYS and pages < MOST_PAGES:
        counts, looked = await _of_day(call, day)
        days.append({"day": day, "outcomes": counts})
        pages += looked
        day += _A_DAY
    return said({"days": days, "next": day if day < until else None})


async def _of_day(call: Call, day: date) -> tuple[Counter[str], int]:
    """How the texts of a day here ended, and in how many pages they were looked at."""
    zone = call.desk.zone
    since = datetime.combine(day, time(), zone).astimezone(UTC)
    until = datetime.combine(day + _A_DAY, time(), zone).astimezone(UTC)
    total: Counter[str] = Counter()
    after: MessageId | None = None
    pages = 0
    while True:
        counts, after = await call.desk.counts.outcomes((since, until), call.agencies, after)
        total.update(counts)
        pages += 1
        if after is None:
            return total, pages


ENDPOINTS: Final = (Endpoint("GET", "/api/v1/outcomes", Scope.READ_OUTCOMES, count_outcomes),)
