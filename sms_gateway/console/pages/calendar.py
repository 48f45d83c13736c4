"""The calendar: which days of a year the offices work, and days that staff set."""

import calendar as months_of
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from aiohttp import web

from sms_gateway.commands import MAX_NOTE, CommandError
from sms_gateway.console.deciding import decides, for_all, not_done
from sms_gateway.console.languages import PageLanguage, marked
from sms_gateway.console.moments import day_of
from sms_gateway.console.notice_words import KINDS
from sms_gateway.console.places import CALENDAR
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.calendar import DayKind
from sms_gateway.domain.calendar_days import (
    FIRST_YEAR,
    LAST_YEAR,
    CalendarDay,
    merged,
    missing_year,
    needless,
)
from sms_gateway.domain.staff import Permission, staff_actor

_DAY: Final = 10
_SATURDAY: Final = 5
_NO_DAY: Final = marked("That is no day. Write it as 24/11/2026.")
_NO_NOTE: Final = marked("Say in a few words why, such as the number of the decision.")
_NEEDLESS: Final = marked("By the week that day is so anyway: there is nothing to set.")
_WEEKDAYS: Final = (
    marked("Monday"),
    marked("Tuesday"),
    marked("Wednesday"),
    marked("Thursday"),
    marked("Friday"),
    marked("Saturday"),
    marked("Sunday"),
)
_SHORT: Final[Mapping[PageLanguage, Sequence[str]]] = {
    PageLanguage.VI: ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
    PageLanguage.EN: ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
}
"""As heads of columns; a narrow column holds no more."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A day in its month.

    Attributes:
        day: which; None beside the month.
        differs: how it differs from the week, or None.
        free: nobody works on it.
        today: it is this day.
    """

    day: date | None
    differs: CalendarDay | None = None
    free: bool = False
    today: bool = False


async def show(visit: Visit) -> web.Response:
    """The year."""
    return await _page(visit)


async def _page(visit: Visit, why: str = "", status: int = 200) -> web.Response:
    automatic = visit.desk.automatic
    written = await automatic.days.days()
    days = merged(automatic.file.days, written)
    today = visit.now.astimezone(visit.desk.around.zone).date()
    year = _year(visit, today)
    values = {
        "year": year,
        "years": (year - 1, year + 1),
        "months": [(month, _weeks(year, month, days, today)) for month in range(1, 13)],
        "weekdays": [visit.say(name) for name in _WEEKDAYS],
        "short": _SHORT[visit.language],
        "rows": [one for day, one in days.items() if day.year == year],
        "missing": missing_year(days, today),
        "last": max(days, default=None),
        "shipped": max((one.day for one in automatic.file.days), default=None),
        "hours": automatic.file.hours,
        "kinds": KINDS,
        "decides": decides(visit),
        "most": MAX_NOTE,
        "why": why,
        "typed": {name: visit.form.get(name, MAX_NOTE) for name in ("day", "kind", "note")},
    }
    return visit.page("calendar.html", values, status)


def _year(visit: Visit, today: date) -> int:
    wanted = visit.query.get("year", 4)
    known = wanted.isdecimal() and FIRST_YEAR <= int(wanted) <= LAST_YEAR
    return int(wanted) if known else today.year


def _weeks(
    year: int, month: int, days: Mapping[date, CalendarDay], today: date
) -> Sequence[Sequence[Cell]]:
    """The weeks of a month, Mondays first."""
    return [
        [_cell(day, days.get(day), today) if day.month == month else Cell(None) for day in week]
        for week in months_of.Calendar().monthdatescalendar(year, month)
    ]


def _cell(day: date, differs: CalendarDay | None, today: date) -> Cell:
    free = day.weekday() >= _SATURDAY if differs is None else differs.kind is DayKind.HOLIDAY
    return Cell(day, differs, free, day == today)


async def set_day(visit: Visit) -> web.Response:
    """Say how a day differs."""
    day, kind = day_of(visit.form.get("day", _DAY)), visit.form.get("kind", 12)
    note = visit.form.get("note")
    if day is None or kind not in set(DayKind):
        return await _page(visit, visit.say(_NO_DAY), 422)
    if not note:
        return await _page(visit, visit.say(_NO_NOTE), 422)
    automatic = visit.desk.automatic
    if needless(day, DayKind(kind), merged(automatic.file.days, ())):
        return await _page(visit, visit.say(_NEEDLESS), 422)
    try:
        by = staff_actor(visit.person)
        await automatic.day_acts.set_day(day, DayKind(kind), note, by)
    except CommandError as error:
        return await _page(visit, not_done(visit, error), 422)
    return visit.to(CALENDAR, year=f"{day.year}", done="day")


async def unset_day(visit: Visit) -> web.Response:
    """Let the file, or the week, speak of a day again."""
    day = day_of(visit.form.get("day", _DAY))
    if day is None:
        return await _page(visit, visit.say(_NO_DAY), 422)
    try:
        await visit.desk.automatic.day_acts.unset_day(day, staff_actor(visit.person))
    except CommandError as error:
        return await _page(visit, not_done(visit, error), 409)
    return visit.to(CALENDAR, year=f"{day.year}", done="day-back")


_TITLE: Final = marked("Calendar")
ROUTES: Final = (
    Route("GET", CALENDAR, Permission.READ_NOTICES, _TITLE, show),
    Route("POST", f"{CALENDAR}/set", Permission.DECIDE_NOTICES, _TITLE, for_all(set_day)),
    Route("POST", f"{CALENDAR}/unset", Permission.DECIDE_NOTICES, _TITLE, for_all(unset_day)),
)
