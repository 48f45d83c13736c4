"""Which report a page shows: from its address to what is to be made, and back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sms_gateway.console.forms import Fields
from sms_gateway.console.languages import marked
from sms_gateway.console.moments import day_of
from sms_gateway.console.places import REPORTS
from sms_gateway.domain.staff import AgencyId, Person
from sms_gateway.reports.dossiers import By
from sms_gateway.reports.making import Kind, Wanted
from sms_gateway.reports.period import Period
from sms_gateway.reports.survey import SurveyBy

PERIODS: Final = ("day", "week", "month", "quarter", "days")
ROWS: Final[Mapping[Kind, Sequence[str]]] = {
    Kind.MESSAGES: (),
    Kind.DOSSIERS: tuple(By),
    Kind.SURVEY: tuple(SurveyBy),
    Kind.BILLING: (),
}
"""What the rows of each kind may be."""

_FIELDS: Final = ("kind", "period", "day", "from", "to", "by", "agency", "carried")
_LONGEST: Final = 64
_AGENCY: Final = re.compile(r"[\w.\-]+")
_FIRST_YEAR, _LAST_YEAR = 2000, 2999
_MOST_DAYS: Final = 3660
_NO_DAY: Final = marked("Choose a day of the years 2000 to 2999.")
_TURNED: Final = marked("The last day is before the first one: swap the two.")
_TOO_MANY: Final = marked("That is more than ten years: choose fewer days.")


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """What was asked for.

    Attributes:
        values: the fields of the address.
        wanted: what is to be made; None where nothing is.
        why: what is wrong with the fields, marked; empty where nothing is.
    """

    values: Mapping[str, str]
    wanted: Wanted | None = None
    why: str = ""

    def of(self, name: str) -> str:
        """One of the fields, or an empty text."""
        return self.values.get(name, "")

    @property
    def named(self) -> str:
        """The days, as a file is called."""
        period = None if self.wanted is None else self.wanted.period
        return "" if period is None else f"{period.first}-{period.last}"

    @property
    def asked(self) -> str:
        """What is made, as the audit keeps it: never a word that somebody typed as it is."""
        if self.wanted is None:
            return ""
        wanted = self.wanted
        told = {
            "kind": wanted.kind.value,
            "from": str(wanted.period.first),
            "to": str(wanted.period.last),
            "by": wanted.by,
            "agencies": "all" if wanted.agencies is None else ",".join(wanted.agencies),
            "carried": "yes" if wanted.carried_over else "",
        }
        return " ".join(f"{name}={value}" for name, value in told.items() if value)

    def address(self, page: str = "") -> str:
        """This report, or another page of it."""
        return f"{REPORTS}{page}?{urlencode(self.values)}"


def query_of(fields: Fields, person: Person, today: date, zone: ZoneInfo) -> ReportQuery:
    """What an address asks for, never more than whoever asks may see."""
    values = {name: value for name in _FIELDS if (value := fields.get(name, _LONGEST))}
    kind = next((kind for kind in Kind if kind == values.get("kind")), None)
    if kind is None:
        return ReportQuery(values)
    days = _days(values, today)
    if isinstance(days, str):
        return ReportQuery(values, why=days)
    by = values.get("by", "")
    wanted = Wanted(
        kind=kind,
        period=Period(*days, zone),
        by=by if by in ROWS[kind] else "",
        carried_over="carried" in values,
        agencies=_agencies(values.get("agency", ""), person),
    )
    return ReportQuery(values, wanted)


def _agencies(chosen: str, person: Person) -> tuple[str, ...] | None:
    if _AGENCY.fullmatch(chosen) and person.sees(AgencyId(chosen)):
        return (chosen,)
    return None if person.agencies is None else tuple(sorted(person.agencies))


def _days(values: Mapping[str, str], today: date) -> tuple[date, date] | str:
    period = values.get("period", "month")
    if period == "days":
        first, last = _day(values.get("from", "")), _day(values.get("to", ""))
    else:
        day = _day(values.get("day", today.isoformat()))
        first, last = (None, None) if day is None else _around(day, period)
    if first is None or last is None or not _FIRST_YEAR <= first.year <= last.year <= _LAST_YEAR:
        return _TURNED if first and last and last < first else _NO_DAY
    if last < first:
        return _TURNED
    return _TOO_MANY if (last - first).days > _MOST_DAYS else (first, last)


def _around(day: date, period: str) -> tuple[date, date]:
    """The day, the week, the month or the quarter that a day is in."""
    if period == "day":
        return day, day
    if period == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    months = 3 if period == "quarter" else 1
    first = day.replace(month=day.month - (day.month - 1) % months, day=1)
    after = first.month + months
    year, month = (first.year + 1, after - 12) if after > 12 else (first.year, after)  # noqa: PLR2004  # months
    return first, date(year, month, 1) - timedelta(days=1)


def _day(text: str) -> date | None:
    day = day_of(text)
    return day if day is not None and _FIRST_YEAR <= day.year <= _LAST_YEAR else None
