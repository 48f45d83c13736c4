"""The plan: which texts the changes of the last hours would cause; nothing is sent."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import web

from sms_gateway.console.deciding import CASES_DOWN
from sms_gateway.console.languages import marked
from sms_gateway.console.notice_words import COUNTED, SHIPPED
from sms_gateway.console.places import NOTICES
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.staff import Permission
from sms_gateway.notices.planning import Planned
from sms_gateway.ports import CasesDownError

PAGE: Final = f"{NOTICES}/plan"
HOURS: Final = (1, 6, 24, 72, 168)
"""How far a plan looks back, as the page offers it."""

_USUAL: Final = 24
_SECONDS: Final = 15.0
_SITUATION: Final = "situation_"
_TOO_SLOW: Final = marked("So many changes take too long to plan. Look at fewer hours.")


async def show(visit: Visit) -> web.Response:
    """The plan of some hours, within a time."""
    hours = _hours(visit)
    planned, why, status = None, "", 200
    try:
        async with asyncio.timeout(_SECONDS):
            planned = await visit.desk.automatic.noticing.planner.plan(hours, visit.person.sees)
    except TimeoutError:
        why, status = visit.say(_TOO_SLOW), 503
    except CasesDownError:
        why, status = visit.say(CASES_DOWN), 503
    values = {
        "planned": planned,
        "counts": [] if planned is None else _counts(visit, planned),
        "hours": hours,
        "offered": HOURS,
        "why": why,
        "on": visit.desk.automatic.pace.on,
    }
    return visit.page("notice_plan.html", values, status)


def _hours(visit: Visit) -> int:
    wanted = visit.query.get("hours", 3)
    return int(wanted) if wanted.isdecimal() and int(wanted) in HOURS else _USUAL


def _counts(visit: Visit, planned: Planned) -> Sequence[tuple[str, str, int]]:
    """What becomes of how many changes: a number of the table or nothing, words, how many."""
    names: Mapping[str, str] = {
        f"{_SITUATION}{one.number}": visit.say(one.name) if one.name in SHIPPED else one.name
        for one in visit.desk.automatic.situations
    }
    rows = []
    for word, count in planned.counts.items():
        number = word.removeprefix(_SITUATION) if word in names else ""
        said = names.get(word) or visit.say(COUNTED.get(word, word))
        rows.append((number, said, count))
    return sorted(rows, key=lambda row: -row[2])


ROUTES: Final = (
    Route("GET", PAGE, Permission.READ_NOTICES, marked("Plan of automatic messages"), show),
)
