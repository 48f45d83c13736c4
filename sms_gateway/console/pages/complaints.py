"""Complaints: what citizens complain about, and until when each must be settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sms_gateway.commands import MAX_NOTE, CommandError
from sms_gateway.complaints import MAX_CHANNEL, Wanted
from sms_gateway.console.languages import marked
from sms_gateway.console.places import COMPLAINTS, MESSAGES
from sms_gateway.console.refusing import refused
from sms_gateway.console.theirs import no_message, sees_all, their_message
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.complaints import Complaint
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.reading import Timeline

CHANNELS: Final = ("desk", "phone", "mail", "portal", "other")
_MOST: Final = 500
_NOT_WRITTEN: Final = marked("Say what it is about, in one line, and by which way it came.")
_NOT_CLOSED: Final = marked(
    "Say how it was settled, in one line; or somebody has settled it before you."
)
_NO_COMPLAINT: Final = marked("There is no such complaint, or it is not yours to see.")


@dataclass(frozen=True, slots=True)
class Shown:
    """A complaint on a page.

    Attributes:
        complaint: see there.
        days: from today to the day on which it is due; below zero where that is past.
    """

    complaint: Complaint
    days: int


async def show(visit: Visit) -> web.Response:
    """The open ones, the one that is due next first; or the settled ones."""
    return await _list(visit)


async def _list(visit: Visit, why: str = "", status: int = 200) -> web.Response:
    closed = visit.query.has("closed")
    filed = await visit.desk.claim_desk.kept.filed(_MOST, closed=closed)
    seen = [one.complaint for one in filed if visit.person.sees(one.agency)]
    values = {
        "rows": _shown(visit, seen),
        "closed": closed,
        "most": _MOST if len(filed) >= _MOST else 0,
        "free": sees_all(visit),
        "channels": CHANNELS,
        "why": why,
    }
    return visit.page("complaints.html", values, status)


def _shown(visit: Visit, complaints: Sequence[Complaint]) -> list[Shown]:
    zone = visit.desk.around.zone
    today = visit.now.astimezone(zone).date()
    return [Shown(one, (one.due_at.astimezone(zone).date() - today).days) for one in complaints]


async def open_free(visit: Visit) -> web.Response:
    """Write one down that is about no text of the log."""
    if not sees_all(visit):
        # What is about no text is no agency's: they would not see it again.
        return refused(visit, _NO_COMPLAINT, 404)
    if not await _opened(visit, ""):
        return await _list(visit, visit.say(_NOT_WRITTEN), 422)
    return visit.to(COMPLAINTS, done="complaint_opened")


async def _opened(visit: Visit, message: str) -> bool:
    channel = visit.form.get("channel", MAX_CHANNEL + 1)
    wanted = Wanted(channel, visit.form.get("what", MAX_NOTE), message)
    if channel not in CHANNELS:
        return False
    try:
        await visit.desk.claim_desk.commands.open(wanted, staff_actor(visit.person))
    except CommandError:
        return False
    return True


async def close(visit: Visit) -> web.Response:
    """Say how one was settled."""
    found = await visit.desk.claim_desk.kept.filed_one(visit.part("id"))
    if found is None or not visit.person.sees(found.agency):
        return refused(visit, _NO_COMPLAINT, 404)
    outcome = visit.form.get("outcome", MAX_NOTE)
    commands, by = visit.desk.claim_desk.commands, staff_actor(visit.person)
    try:
        await commands.close(found.complaint.id, outcome, by)
    except CommandError:
        return await _list(visit, visit.say(_NOT_CLOSED), 409)
    return visit.to(COMPLAINTS, done="complaint_closed")


async def of_message(visit: Visit) -> web.Response:
    """Those about one text; as a piece of that text's page where a script asks for it."""
    found = await their_message(visit)
    return no_message(visit) if found is None else await _of(visit, found)


async def _of(visit: Visit, found: Timeline, why: str = "", status: int = 200) -> web.Response:
    name = _name(found)
    if not name:
        return no_message(visit)
    about = await visit.desk.claim_desk.kept.about(name, _MOST)
    values = {
        "rows": _shown(visit, about),
        "id": name,
        "channels": CHANNELS,
        "why": why,
    }
    template = "complaints_of.html" if visit.is_fragment else "message_complaints.html"
    return visit.page(template, values, status)


def _name(found: Timeline) -> MessageId:
    """Of the text, or of a message of ours; empty where it is neither."""
    if found.mo is not None:
        return found.mo.id
    return found.mts[0].id if found.mts else MessageId("")


async def open_about(visit: Visit) -> web.Response:
    """Write one down about a text."""
    found = await their_message(visit)
    name = "" if found is None else _name(found)
    if found is None or not name:
        return no_message(visit)
    if not await _opened(visit, name):
        return await _of(visit, found, visit.say(_NOT_WRITTEN), 422)
    return visit.to(f"{MESSAGES}/{name}/complaints", done="complaint_opened")


_TITLE: Final = marked("Complaints")
_OF_MESSAGE: Final = f"{MESSAGES}/{{id}}/complaints"

ROUTES: Final = (
    Route("GET", COMPLAINTS, Permission.COMPLAINTS, _TITLE, show),
    Route("POST", COMPLAINTS, Permission.COMPLAINTS, _TITLE, open_free),
    Route("POST", f"{COMPLAINTS}/{{id}}/close", Permission.COMPLAINTS, _TITLE, close),
    Route("GET", _OF_MESSAGE, Permission.COMPLAINTS, marked("Complaints about a text"), of_message),
    Route(
        "POST", _OF_MESSAGE, Permission.COMPLAINTS, marked("Complaints about a text"), open_about
    ),
)
