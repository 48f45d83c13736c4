"""The tables that an office signs: shown, printed, and as files."""

import asyncio
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from sms_gateway.console.downloads import FORMS, attachment, form_wanted
from sms_gateway.console.languages import marked
from sms_gateway.console.places import REPORTS
from sms_gateway.console.report_chart import chart_of, read_as, total_as
from sms_gateway.console.report_query import PERIODS, ROWS, ReportQuery, query_of
from sms_gateway.console.report_words import NAMES
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.acts import EXPORT_ACT
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.reports.document import Document
from sms_gateway.reports.making import Kind, NotMade, WrongSums
from sms_gateway.reports.renderers import Form, FormMissingError, render
from sms_gateway.reports.renderers.as_html import page as printed_page
from sms_gateway.reports.renderers.cells import is_number

PRINT: Final = f"{REPORTS}/print"
FILE: Final = f"{REPORTS}/file"
_MOST_NAMED: Final = 10

_BUSY: Final = marked("A report is being made for somebody else. Try again in a minute.")
_NO_KIND: Final = marked("Choose a report.")
_NO_FORM: Final = marked("Choose CSV or XLSX.")
_MISSING: Final = marked("This gateway cannot make XLSX: take CSV, or have xlsxwriter installed.")
_WRONG: Final = marked(
    "The table does not add up, so it is not shown. Look at %(dossiers)s: did they end before they "
    "were received? Correct them in the one-stop software, and import again."
)
_NOT_MADE: Final[Mapping[NotMade, str]] = {
    NotMade.TOO_LONG: marked("That took more than a minute: choose fewer days."),
    NotMade.NO_DOSSIERS: marked("The dossiers cannot be read now. Try again in a minute."),
    NotMade.TO_COME: marked("These days are yet to come: choose earlier ones."),
}


async def show(visit: Visit) -> web.Response:
    """What there is to choose, and the report that was chosen."""
    query = _query(visit)
    if query.wanted is None:
        return _page(visit, query, None, query.why, 422 if query.why else 200)
    made = await _made(visit, query)
    if isinstance(made, Document):
        return _page(visit, query, made)
    why, status = made
    return _page(visit, query, None, why, status)


async def show_printed(visit: Visit) -> web.Response:
    """The page that is signed, as the command line prints it."""
    query = _query(visit)
    made = await _made(visit, query)
    if not isinstance(made, Document):
        return _page(visit, query, None, *made)
    style = visit.desk.static("report.css")
    text = await asyncio.to_thread(printed_page, made, style)
    return web.Response(text=text, content_type="text/html", charset="utf-8")


async def send(visit: Visit) -> web.StreamResponse:
    """The report as a file; who had which one is written down before it leaves."""
    query, form = _query(visit), form_wanted(visit)
    if form is None:
        return _page(visit, query, None, _NO_FORM, 422)
    made = await _made(visit, query)
    if not isinstance(made, Document):
        return _page(visit, query, None, *made)
    try:
        octets = await asyncio.to_thread(render, made, Form(form))
    except FormMissingError:
        return _page(visit, query, None, _MISSING, 422)
    rows = sum(len(table.rows) for table in made.tables)
    by = staff_actor(visit.person)
    detail = f"{rows} rows, {form}, {query.asked}"
    await visit.desk.audit(visit.now, by, EXPORT_ACT, made.name, detail)
    response = attachment(visit, form, f"{made.name}-{query.named}")
    await response.prepare(visit.request)
    await response.write(octets)
    return response


def _query(visit: Visit) -> ReportQuery:
    zone = visit.desk.around.zone
    return query_of(visit.query, visit.person, visit.now.astimezone(zone).date(), zone)


async def _made(visit: Visit, query: ReportQuery) -> Document | tuple[str, int]:
    """The report, or why there is none, marked or said, and its status."""
    if query.wanted is None:
        return query.why or _NO_KIND, 422
    turn = visit.desk.turn
    if not turn.take(visit.person.id):
        return _BUSY, 503
    try:
        made = await visit.desk.reports.make(query.wanted, visit.now)
    finally:
        turn.give_back(visit.person.id)
    if isinstance(made, WrongSums):
        named = ", ".join(made.dossiers[:_MOST_NAMED])
        return visit.say(_WRONG) % {"dossiers": named}, 409
    return made if isinstance(made, Document) else (_NOT_MADE[made], 422)


def _page(
    visit: Visit, query: ReportQuery, document: Document | None, why: str = "", status: int = 200
) -> web.Response:
    person, around = visit.person, visit.desk.around
    values = {
        "query": query,
        "document": document,
        "chart": None if document is None else chart_of(document),
        "why": visit.say(why),
        "kinds": tuple(Kind),
        "periods": PERIODS,
        "rows": ROWS,
        "names": {name: visit.say(called) for name, called in NAMES.items()},
        "agencies": {code: name for code, name in around.agencies.items() if person.sees(code)},
        "limited": person.agencies is not None,
        "today": visit.now.astimezone(around.zone).date(),
        "forms": FORMS,
        "read_as": read_as,
        "total_as": total_as,
        "is_number": is_number,
    }
    return visit.page("reports.html", values, status)


ROUTES: Final = (
    Route("GET", REPORTS, Permission.READ_REPORTS, marked("Reports"), show),
    Route("GET", PRINT, Permission.READ_REPORTS, marked("Reports"), show_printed),
    Route("POST", FILE, Permission.EXPORT, marked("Reports"), send),
)
