"""One text on one sheet of paper: what came, what was answered, what it cost, what arrived."""

import json
from typing import Final

from aiohttp import web

from sms_gateway.commands import MAX_NOTE
from sms_gateway.console.audit_details import in_words
from sms_gateway.console.audit_words import ACTS
from sms_gateway.console.evidence import by_hand, evidence, seal
from sms_gateway.console.languages import marked
from sms_gateway.console.message_parsing import parsed
from sms_gateway.console.own_request import request_seen
from sms_gateway.console.places import MESSAGES
from sms_gateway.console.theirs import no_message, their_message
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.acts import EVIDENCE_ACT, UNMASK_ACT
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.gsm.segment import segment
from sms_gateway.reading import ActRow, Timeline

PAGE: Final = f"{MESSAGES}/{{id}}/evidence"
_MIN_REASON: Final = 5
_TOP: Final = 16


async def show(visit: Visit) -> web.Response:
    """The sheet, the number masked; that it was made is written down."""
    found = await their_message(visit)
    if found is None or not _id(found):
        return no_message(visit)
    return await _sheet(visit, found)


async def with_number(visit: Visit) -> web.Response:
    """The same with the full number, for a reason that is kept."""
    found = await their_message(visit)
    if found is None or not _id(found):
        return no_message(visit)
    reason = " ".join(visit.form.get("reason", MAX_NOTE).split())
    if len(reason) < _MIN_REASON:
        why = visit.say(marked("Say in a few words why the sheet needs the full number."))
        return await _sheet(visit, found, why=why, status=422)
    by = staff_actor(visit.person)
    await visit.desk.audit(visit.now, by, UNMASK_ACT, _id(found), reason)
    return await _sheet(visit, found, full=True)


def _said(visit: Visit, one: ActRow) -> str:
    done = visit.say(ACTS[one.act]) if one.act in ACTS else one.act
    how = in_words(visit, one.act, one.detail)
    return f"{visit.who(one.by)}: {done}{', ' if how else ''}{how}"


def _id(found: Timeline) -> str:
    return found.mo.id if found.mo else found.mts[0].id if found.mts else ""


async def _sheet(
    visit: Visit, found: Timeline, *, full: bool = False, why: str = "", status: int = 200
) -> web.Response:
    mo, request = found.mo, request_seen(visit, found).own if full else None
    told = evidence(found, full=full, request=request)
    hashed, by = seal(told), staff_actor(visit.person)
    await visit.desk.audit(visit.now, by, EVIDENCE_ACT, _id(found), hashed[:_TOP])
    values = {
        "id": _id(found),
        "mo": mo,
        "mts": found.mts,
        "parts": {mt.id: segment(visit.shown(mt.text)) for mt in found.mts},
        "attempts": found.attempts,
        "receipts": found.receipts,
        "acts": [(one.at, _said(visit, one)) for one in found.acts if by_hand(one)],
        "parsed": None if mo is None or mo.purged_at else parsed(visit, mo),
        "snapshot": None if found.snapshot is None else json.loads(found.snapshot),
        "request": told["request"],
        "request_hash": told["request_sha256"],
        "full": full,
        "hash": hashed,
        "why": why,
    }
    return visit.page("evidence.html", values, status)


ROUTES: Final = (
    Route("GET", PAGE, Permission.COMPLAINTS, marked("Evidence of one text"), show),
    Route("POST", PAGE, Permission.COMPLAINTS, marked("Evidence of one text"), with_number),
)
