"""Audit log: who did what, newest first, and whether its chain holds."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from aiohttp import hdrs, web

from sms_gateway.console.audit_details import details, subject
from sms_gateway.console.audit_query import AuditQuery, audit_query
from sms_gateway.console.audit_values import Value
from sms_gateway.console.audit_words import ACTS, GROUPS
from sms_gateway.console.chain_seen import ChainSeen
from sms_gateway.console.finding import BY_ITSELF, AmongWords, number_in
from sms_gateway.console.languages import marked
from sms_gateway.console.places import AUDIT
from sms_gateway.console.refusing import refused
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.domain.audit_chain import Wrong
from sms_gateway.domain.audit_trail import PAGE, AuditRow
from sms_gateway.domain.masking import numbers_in, plain_digits
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.reports.document import Column, Document, Table
from sms_gateway.reports.renderers.as_csv import render

EXPORT_ACT: Final = "audit.export"
VERIFY_ACT: Final = "audit.verify"
MOST_EXPORTED: Final = 20_000
"""Lines of one file; whoever wants more asks by days."""

_STEP: Final = 500
_SECONDS: Final = 5.0
# Of what we made ourselves: a hash or an id may look like a number.
_ID: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_NO_ANSWER: Final = marked("The check took too long. Run sms-gateway audit verify instead.")
_NO_EXPORT: Final = marked("Your role exports no lists.")
WRONG: Final[Mapping[Wrong, str]] = {
    Wrong.CHANGED: marked("changed after it was written"),
    Wrong.MISSING: marked("missing, and no purge took it"),
    Wrong.FORK: marked("there is another line of this number"),
    Wrong.DETACHED: marked("does not follow the line before it"),
    Wrong.UNSIGNED: marked("gone, and what says so is signed by no key of ours"),
    Wrong.HEAD: marked("the chain does not end where it says"),
    Wrong.OTHER: marked("not the line that the journal knows"),
    Wrong.UNCHAINED: marked("not in the chain yet: a running gateway takes such lines in"),
}
"""What may be wrong with a line."""


async def show(visit: Visit) -> web.Response:
    """The list."""
    return await _page(visit, audit_query(visit.query))


async def _page(
    visit: Visit,
    query: AuditQuery,
    seen: ChainSeen | None = None,
    why: str = "",
    status: int = 200,
) -> web.Response:
    desk = visit.desk
    found = await desk.reading.audit(query.question(desk.around.zone, PAGE + 1))
    rows = found[:PAGE]
    values = {
        "query": query,
        "rows": [
            (row, _said(visit, row), subject(visit, row), details(visit, row)) for row in rows
        ],
        "go_on": str(rows[-1].seq) if len(found) > PAGE else "",
        "acts": sorted(((word, visit.say(text)) for word, text in ACTS.items()), key=_by_text),
        "groups": [(word, visit.say(text)) for word, text in GROUPS.items()],
        "head": await desk.reading.audit_head(),
        "seen": seen,
        "faults": [(one, visit.say(WRONG[one.wrong])) for one in seen.faults] if seen else [],
        "why": why,
        "today": visit.now.astimezone(desk.around.zone).date(),
    }
    return visit.page("audit.html", values, status)


def _by_text(pair: tuple[str, str]) -> str:
    return pair[1]


def _line(visit: Visit, row: AuditRow) -> tuple[AuditRow, str, Value, Sequence[Value]]:
    return row, _said(visit, row), subject(visit, row), details(visit, row)


def _said(visit: Visit, row: AuditRow) -> str:
    return visit.say(ACTS.get(row.act, "")) or row.act


async def find(visit: Visit) -> web.Response:
    """From the form to the list; a number that somebody types stands in no address."""
    fields = dict(audit_query(visit.form).values)
    by, subject = fields.get("by", ""), fields.get("subject", "")
    if by and ":" not in by and by != "gateway":
        fields["by"] = f"staff:{by}"
    hasher, region = visit.desk.hasher, visit.desk.around.region
    number = "" if _ID.fullmatch(subject) else number_in(subject, hasher, region)
    elsewhere = numbers_in(plain_digits(f"{by} {fields.get('act', '')}"))
    if elsewhere or isinstance(number, AmongWords):
        return await _page(visit, AuditQuery({}), why=visit.say(BY_ITSELF), status=422)
    if number:
        fields["subject"] = number.split(",")[0]
    return visit.to(AUDIT, **fields)


async def check(visit: Visit) -> web.Response:
    """Whether the newest lines hold together."""
    by = staff_actor(visit.person)
    await visit.desk.audit(visit.now, by, VERIFY_ACT, "", "")
    try:
        async with asyncio.timeout(_SECONDS):
            seen = await visit.desk.chain()
    except TimeoutError:
        return await _page(visit, audit_query(visit.form), why=visit.say(_NO_ANSWER), status=503)
    return await _page(visit, audit_query(visit.form), seen)


async def export(visit: Visit) -> web.Response:
    """The lines of the list as CSV; that they were taken away is written down first."""
    if not visit.may(Permission.EXPORT):
        return refused(visit, _NO_EXPORT, 403)
    query = audit_query(visit.form)
    detail = " ".join(f"{name}={value}" for name, value in query.values.items())
    await visit.desk.audit(visit.now, staff_actor(visit.person), EXPORT_ACT, "", detail)
    rows = await _all(visit, query)
    document = _document(visit, rows)
    return web.Response(
        body=await asyncio.to_thread(render, document),
        content_type="text/csv",
        charset="utf-8",
        headers={hdrs.CONTENT_DISPOSITION: 'attachment; filename="audit.csv"'},
    )


async def _all(visit: Visit, query: AuditQuery) -> Sequence[AuditRow]:
    question = replace(query.question(visit.desk.around.zone, _STEP), before=None)
    rows: list[AuditRow] = []
    while len(rows) < MOST_EXPORTED:
        found = await visit.desk.reading.audit(question)
        rows += found
        if len(found) < _STEP:
            break
        question = replace(question, before=found[-1].seq)
    return rows


def _document(visit: Visit, rows: Sequence[AuditRow]) -> Document:
    zone = visit.desk.around.zone
    named = ("seq", "at", "by", "act", "said", "subject", "detail")
    columns = tuple(
        Column(name, visit.say(heading)) for name, heading in zip(named, _HEADINGS, strict=True)
    )
    cells = tuple(
        (
            *(row.seq, f"{row.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", row.by, row.act),
            *(_said(visit, row), row.subject, row.detail),
        )
        for row in rows
    )
    notes = (visit.say(_CUT) % {"most": MOST_EXPORTED},) if len(rows) >= MOST_EXPORTED else ()
    table = Table("audit", "", columns, cells)
    return Document("audit", "", visit.say(_TITLE), (), (), (table,), notes)


_HEADINGS: Final = (
    marked("Line"),
    marked("Time"),
    marked("Who"),
    marked("Word"),
    marked("Did what"),
    marked("To what"),
    marked("How or why"),
)
_CUT: Final = marked("Only the newest %(most)s lines are here: ask for fewer days.")
_TITLE: Final = marked("Audit log")
_READ: Final = Permission.READ_AUDIT
ROUTES: Final = (
    Route("GET", AUDIT, _READ, _TITLE, whole(show)),
    Route("POST", f"{AUDIT}/find", _READ, _TITLE, whole(find)),
    Route("POST", f"{AUDIT}/check", _READ, _TITLE, whole(check)),
    Route("POST", f"{AUDIT}/export", _READ, _TITLE, whole(export)),
)
