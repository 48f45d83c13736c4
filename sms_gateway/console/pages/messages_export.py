"""The list of messages as a file, as it is filtered."""

from typing import Final

from aiohttp import web

from sms_gateway.commands import MAX_NOTE
from sms_gateway.console.downloads import FORMS, FileForm, form_wanted, send_table
from sms_gateway.console.languages import marked
from sms_gateway.console.message_lines import HEADINGS, MOST, Lines, Writing, described
from sms_gateway.console.message_query import MessageQuery, query_of
from sms_gateway.console.places import MESSAGES
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.acts import EXPORT_ACT
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.reports.renderers import FormMissingError

PAGE: Final = f"{MESSAGES}/export"
_SUBJECT: Final = "messages"
_MIN_REASON: Final = 5

_BUSY: Final = marked(
    "A file is being sent to you now, or three to others. Try again in some minutes."
)
_NO_FORM: Final = marked("Choose CSV or XLSX.")
_NO_REASON: Final = marked("Say in a few words why you need the numbers.")
_NOT_YOURS: Final = marked("Your role gives out no full numbers: leave the box empty.")
_MISSING: Final = marked("This gateway cannot make XLSX: take CSV, or have xlsxwriter installed.")


async def ask(visit: Visit) -> web.Response:
    """Which form the file is to have."""
    return _page(visit)


def _page(visit: Visit, why: str = "", status: int = 200) -> web.Response:
    query = _query(visit)
    values = {
        "query": query,
        "action": query.address().replace(MESSAGES, PAGE, 1),
        "forms": FORMS,
        "most": MOST,
        "why": visit.say(why),
    }
    return visit.page("messages_export.html", values, status)


def _query(visit: Visit) -> MessageQuery:
    return query_of(visit.query, visit.desk.around.doors)


async def send(visit: Visit) -> web.StreamResponse:
    """The file; who had which messages, how many, and why with numbers, is written down."""
    form, full = form_wanted(visit), visit.form.has("full")
    reason = " ".join(visit.form.get("reason", MAX_NOTE).split())
    if form is None:
        return _page(visit, _NO_FORM, 422)
    if full and not visit.may(Permission.EXPORT_UNMASKED):
        return _page(visit, _NOT_YOURS, 403)
    if full and len(reason) < _MIN_REASON:
        return _page(visit, _NO_REASON, 422)
    turn = visit.desk.files
    if not turn.take(visit.person.id):
        return _page(visit, _BUSY, 409)
    try:
        return await _sent(visit, form, reason if full else None)
    except FormMissingError:
        return _page(visit, _MISSING, 422)
    finally:
        turn.give_back(visit.person.id)


async def _sent(visit: Visit, form: FileForm, reason: str | None) -> web.StreamResponse:
    desk, query = visit.desk, _query(visit)
    zone = desk.around.zone
    writing = Writing(visit.say, zone, full=reason is not None)
    lines = Lines(desk.reading, query.question(visit.person, zone), writing)
    how = "masked" if reason is None else f"full numbers: {reason}"
    asked = f"{form}, {described(query)}"
    # Before the first row leaves, and once more with how many did: nothing leaves unseen.
    await _note(visit, f"begins, {asked}, {how}")
    try:
        name = f"messages-{visit.now.astimezone(zone):%Y-%m-%d-%H%M}"
        headings = [visit.say(heading) for heading in HEADINGS]
        return await send_table(visit, form, name, headings, lines.pages())
    finally:
        await _note(visit, f"{lines.count} rows, {asked}")


async def _note(visit: Visit, detail: str) -> None:
    now, by = visit.desk.clock.now(), staff_actor(visit.person)
    await visit.desk.audit(now, by, EXPORT_ACT, _SUBJECT, detail)


ROUTES: Final = (
    Route("GET", PAGE, Permission.EXPORT, marked("Messages as a file"), ask),
    Route("POST", PAGE, Permission.EXPORT, marked("Messages as a file"), send),
)
