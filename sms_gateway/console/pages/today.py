"""Today at a glance: how many texts come, how fast they are answered, and what waits."""

from collections.abc import Sequence
from typing import Final

from aiohttp import web

from sms_gateway.console.day_figures import OBJECTIVE, DayFigures, budget, day_figures, percent
from sms_gateway.console.labels import label
from sms_gateway.console.languages import marked
from sms_gateway.console.places import TODAY
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.outcome import Outcome
from sms_gateway.domain.staff import Permission

_UNANSWERED: Final = marked("not answered yet")
_UNKNOWN: Final = marked("not known")


async def show(visit: Visit) -> web.Response:
    """The page, of what whoever calls may see."""
    desk, person, now = visit.desk, visit.person, visit.now
    day = day_figures(await desk.hours.today(now), person, now)
    aim = budget(await desk.hours.past(now), await desk.hours.last_hour(now), person, now)
    queue = await desk.queue()
    oldest = queue.oldest_unanswered
    zone = desk.around.zone
    values = {
        "limited": person.agencies is not None,
        "day": day,
        "in_time": percent(day.tally.fast, day.tally.due),
        "objective": 100 * OBJECTIVE,
        "month": percent(aim.tally.fast, aim.tally.due),
        "budget": aim,
        "queue": queue,
        "oldest": oldest,
        "age": 0 if oldest is None else max(int((now - oldest).total_seconds()), 0),
        "hours": [
            (f"{one.at.astimezone(zone):%H}", one.texts, min(one.slow, one.texts))
            for one in day.hours
        ],
        "outcomes": _outcomes(visit, day),
        "operators": [(name or visit.say(_UNKNOWN), count) for name, count in day.operators],
    }
    return visit.page("today.html", values)


def _outcomes(visit: Visit, day: DayFigures) -> Sequence[tuple[str, int]]:
    known = set(Outcome)
    return [
        (visit.say(label(Outcome(name)) if name in known else _UNANSWERED), count)
        for name, count in day.outcomes
    ]


ROUTES: Final = (Route("GET", TODAY, Permission.READ_MESSAGES, marked("Today"), show),)
