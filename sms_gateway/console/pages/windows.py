"""Interruptions: what stands, what is planned, what is over; and writing one down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web

from sms_gateway.commands import MAX_NOTE, CommandError
from sms_gateway.console.deciding import decides, for_all, not_done
from sms_gateway.console.languages import marked
from sms_gateway.console.moments import moment_of
from sms_gateway.console.places import WINDOWS
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.calendar import Calendar
from sms_gateway.domain.calendar_days import calendar_of, merged
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.domain.windows import IncidentWindow
from sms_gateway.windows.acts import MAX_DOCUMENT, Wanted
from sms_gateway.windows.watch import days_left

_TIME: Final = 25
_NO_TIME: Final = marked("That is no time. Write it as 24/11/2026 08:30.")
_LATER: Final = marked("It lies ahead: write it down as planned, then citizens can be told.")
_FIELDS: Final = ("cause", "document", "from", "to", "stops")


@dataclass(frozen=True, slots=True)
class Planned:
    """One that lies ahead.

    Attributes:
        window: it.
        days: working days that are left.
        late: it is to be announced by now, and was not.
    """

    window: IncidentWindow
    days: float
    late: bool


async def show(visit: Visit) -> web.Response:
    """The page."""
    return await _page(visit)


async def _page(visit: Visit, why: str = "", form: str = "", status: int = 200) -> web.Response:
    automatic, now = visit.desk.automatic, visit.now
    known = await automatic.windows.windows()
    calendar = await calendar_now(visit)
    ahead = [one for one in known if now < one.starts_at and not one.called_off]
    standing = [one for one in known if one.stands(now) and not one.called_off]
    values = {
        "planned": [_planned(one, now, calendar, automatic.pace.ahead) for one in ahead],
        "standing": standing,
        "past": [one for one in known if one not in ahead and one not in standing],
        "decides": decides(visit),
        "why": why,
        "form": form,
        "typed": {name: visit.form.get(name, MAX_NOTE) for name in _FIELDS},
        "ahead": automatic.pace.ahead,
        "most": (MAX_NOTE, MAX_DOCUMENT),
    }
    return visit.page("windows.html", values, status)


def _planned(one: IncidentWindow, now: datetime, calendar: Calendar, ahead: int) -> Planned:
    days = days_left(one, now, calendar)
    return Planned(one, days, one.waits_for_announcement(now) and bool(ahead) and days <= ahead)


async def calendar_now(visit: Visit) -> Calendar:
    """The calendar of the offices as it is now."""
    automatic = visit.desk.automatic
    days = merged(automatic.file.days, await automatic.days.days())
    return calendar_of(visit.desk.around.zone, automatic.file.hours, days)


async def begin(visit: Visit) -> web.Response:
    """Write down what is interrupted now, or was."""
    zone = visit.desk.around.zone
    begins = moment_of(told, zone) if (told := visit.form.get("from", _TIME)) else visit.now
    ends = moment_of(told, zone) if (told := visit.form.get("to", _TIME)) else None
    if begins is None or (visit.form.get("to") and ends is None):
        return await _page(visit, visit.say(_NO_TIME), "now", 422)
    if begins > visit.now:
        return await _page(visit, visit.say(_LATER), "now", 422)
    return await _add(visit, begins, ends, "now")


async def plan(visit: Visit) -> web.Response:
    """Write down an outage that is known beforehand."""
    zone = visit.desk.around.zone
    begins = moment_of(visit.form.get("from", _TIME), zone)
    ends = moment_of(visit.form.get("to", _TIME), zone)
    if begins is None or (visit.form.get("to") and ends is None):
        return await _page(visit, visit.say(_NO_TIME), "plan", 422)
    return await _add(visit, begins, ends, "plan")


async def _add(visit: Visit, begins: datetime, ends: datetime | None, form: str) -> web.Response:
    wanted = Wanted(
        starts_at=begins,
        ends_at=ends,
        cause=visit.form.get("cause"),
        document=visit.form.get("document"),
        planned=form == "plan",
        stops=visit.form.get("stops", 3) == "yes",
    )
    try:
        window = await visit.desk.automatic.window_acts.add(wanted, staff_actor(visit.person))
    except CommandError as error:
        return await _page(visit, not_done(visit, error), form, 422)
    return visit.to(f"{WINDOWS}/{window}", done="window")


_TITLE: Final = marked("Interruptions")
ROUTES: Final = (
    Route("GET", WINDOWS, Permission.READ_NOTICES, _TITLE, show),
    Route("POST", f"{WINDOWS}/now", Permission.DECIDE_NOTICES, _TITLE, for_all(begin)),
    Route("POST", f"{WINDOWS}/plan", Permission.DECIDE_NOTICES, _TITLE, for_all(plan)),
)
