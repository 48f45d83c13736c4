"""A telco's own file of charges, compared with our messages."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from aiohttp import web

from sms_gateway.console.bill_words import DIFFERS, NOT_COMPARED, UNREAD
from sms_gateway.console.downloads import FORMS, FileForm, attachment
from sms_gateway.console.forms import Fields
from sms_gateway.console.languages import marked
from sms_gateway.console.moments import day_of_log
from sms_gateway.console.places import REPORTS
from sms_gateway.console.refusing import refused
from sms_gateway.console.uploads import MAX_FILE
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.domain.acts import EXPORT_ACT
from sms_gateway.domain.masking import masked_numbers
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.reports.bill_file import BillError
from sms_gateway.reports.comparing import (
    LIMITS,
    BillSent,
    Comparison,
    NotCompared,
    readable,
)
from sms_gateway.reports.period import Period
from sms_gateway.reports.renderers import Form, FormMissingError, render
from sms_gateway.reports.renderers.as_html import page as printed_page

PAGE: Final = f"{REPORTS}/reconcile"
ACT: Final = "report.reconcile"
"""In the audit: somebody compared a file and looked at what came of it."""

_SOME_TIME: Final = datetime(2026, 12, 31, 16, 5, tzinfo=UTC)

SHOWN: Final = 200
"""Rows of each table on the page; files have all."""

_MOST_DAYS: Final = 92
_SHORT: Final = 64
_NO_FILE: Final = marked("Choose the telco's file.")
_NO_DAYS: Final = marked("Choose the first and the last day, at most 92 days.")
_BUSY: Final = marked("A report is being made for somebody else. Try again in a minute.")
_NO_EXPORT: Final = marked("Your role does not export files. An administrator can change that.")
_NO_XLSX: Final = marked("This gateway cannot make XLSX: take CSV, or have xlsxwriter installed.")


async def show(visit: Visit) -> web.Response:
    """What there is to choose."""
    return _page(visit)


async def compare(visit: Visit) -> web.StreamResponse:
    """Compare a file; as a page, to print, or as a file. Nothing of it is kept."""
    form = visit.form
    wanted = next((one for one in FORMS if one == form.get("as", 8)), None)
    if wanted and not visit.may(Permission.EXPORT):
        return refused(visit, _NO_EXPORT, 403)
    sent = _sent(visit)
    if isinstance(sent, str):
        return _page(visit, visit.say(sent), 422)
    if not visit.desk.turn.take(visit.person.id):
        return _page(visit, visit.say(_BUSY), 503)
    try:
        made = await visit.desk.comparing.compare(sent)
        if not isinstance(made, Comparison):
            return _page(visit, _why(visit, made), 422)
        return await _answer(visit, sent, made, wanted)
    finally:
        visit.desk.turn.give_back(visit.person.id)


def _sent(visit: Visit) -> BillSent | str:
    """What is to be compared, or why nothing is."""
    form, file = visit.form, visit.form.file
    name = form.get("bill", _SHORT)
    if name not in visit.desk.comparing.bills:
        return NOT_COMPARED[NotCompared.NO_BILL]
    period = _period(visit, form)
    if period is None:
        return _NO_DAYS
    if file is None or not file.octets:
        return _NO_FILE
    return BillSent(name, period, masked_numbers(file.name), file.octets)


def _period(visit: Visit, form: Fields) -> Period | None:
    first, last = day_of_log(form.get("from", _SHORT)), day_of_log(form.get("to", _SHORT))
    if first is None or last is None or not 0 <= (last - first).days < _MOST_DAYS:
        return None
    return Period(first, last, visit.desk.around.zone)


def _why(visit: Visit, why: NotCompared | BillError) -> str:
    if isinstance(why, BillError):
        return visit.say(UNREAD[why.why]) % _by_example(why.told)
    return visit.say(NOT_COMPARED[why])


def _by_example(told: Mapping[str, object]) -> Mapping[str, object]:
    """How a time looks, for people: no letters behind signs of percentage."""
    form = told.get("form")
    return {**told, "form": _SOME_TIME.strftime(form)} if isinstance(form, str) else told


async def _answer(
    visit: Visit, sent: BillSent, made: Comparison, wanted: FileForm | None
) -> web.StreamResponse:
    octets = b""
    if wanted:
        try:
            octets = await asyncio.to_thread(render, made.document, Form(wanted))
        except FormMissingError:
            return _page(visit, visit.say(_NO_XLSX), 422)
    printed = visit.form.get("as", 8) == "print"
    days = f"{sent.period.first}-{sent.period.last}"
    how = wanted or ("print" if printed else "page")
    detail = f"{made.rows} rows, {how}, bill={sent.name} {days}"
    act, by = EXPORT_ACT if wanted else ACT, staff_actor(visit.person)
    await visit.desk.audit(visit.now, by, act, made.document.name, detail)
    if printed:
        style = visit.desk.static("report.css")
        text = await asyncio.to_thread(printed_page, readable(made.document), style)
        return web.Response(text=text, content_type="text/html", charset="utf-8")
    if wanted is None:
        return _page(visit, made=made, file=sent.file)
    response = attachment(visit, wanted, f"reconcile-{days}")
    await response.prepare(visit.request)
    await response.write(octets)
    return response


def _page(
    visit: Visit, why: str = "", status: int = 200, made: Comparison | None = None, file: str = ""
) -> web.Response:
    first, last = _month_before(visit)
    values = {
        "bills": list(visit.desk.comparing.bills),
        "typed": visit.form,
        "first": visit.form.get("from", _SHORT) or first,
        "last": visit.form.get("to", _SHORT) or last,
        "made": made,
        "file": file,
        "chart": None if made is None else _chart(visit, made),
        "differs": {name: visit.say(said) for name, said in DIFFERS.items()},
        "most": SHOWN,
        "largest": MAX_FILE >> 20,
        "most_rows": LIMITS.rows,
        "why": why,
    }
    return visit.page("reconcile.html", values, status)


def _month_before(visit: Visit) -> tuple[str, str]:
    """The first and the last day of the month before this one: of it a file comes."""
    today = visit.now.astimezone(visit.desk.around.zone).date()
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1).isoformat(), last.isoformat()


def _chart(visit: Visit, made: Comparison) -> list[tuple[str, int, int]]:
    found = made.found
    differing = len({one.row.line for one in found.differing})
    return [
        (visit.say(_AGREEING), found.agreeing, 0),
        (visit.say(_HERE), len(found.missing_here), 0),
        (visit.say(_THERE), len(found.missing_there), 0),
        (visit.say(_DIFFERING), differing, 0),
    ]


_AGREEING: Final = marked("agreeing")
_HERE: Final = marked("missing here")
_THERE: Final = marked("missing there")
_DIFFERING: Final = marked("differing")
_TITLE: Final = marked("Reconcile with a telco")
_READ: Final = Permission.READ_REPORTS
ROUTES: Final = (
    Route("GET", PAGE, _READ, _TITLE, whole(show)),
    Route("POST", PAGE, _READ, _TITLE, whole(compare), takes_file=True),
)
