"""Doors: how each way to a telco does, and pausing, testing and draining it."""

from typing import Final, assert_never

from aiohttp import web

from sms_gateway.commands import CommandError
from sms_gateway.console.door_desk import answered
from sms_gateway.console.languages import marked
from sms_gateway.console.places import DOORS
from sms_gateway.console.refusing import refused
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.dispatch.door_seen import DoorSeen
from sms_gateway.domain.acts import Drained, NoOtherDoor
from sms_gateway.domain.audit_trail import AuditFilter
from sms_gateway.domain.msisdn import AddressKind, read_address
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.log_question import MessageFilter

DOOR: Final = f"{DOORS}/{{door}}"
_LAST: Final = 10
_MAX_NUMBER: Final = 30
_MAX_TEXT: Final = 1000
_LOOKED_BACK: Final = 20
_PAUSES: Final = frozenset({"door.pause", "door.drain"})

_NOT_FOUND: Final = marked("There is no such door.")
_NO_NUMBER: Final = marked("That is no phone number: write it as 0900000001 or +84900000001.")
_NOT_SENT: Final = marked("This door carries no such text: shorten it, or try another door.")
_NO_OTHER: Final = marked(
    "No other door of its telco works and is not paused, so there is nowhere to go."
)


async def show(visit: Visit) -> web.Response:
    """All of them."""
    values = {"doors": await visit.desk.doors.seen(), "whole": visit.person.agencies is None}
    return visit.page("doors.html", values)


async def show_door(visit: Visit) -> web.Response:
    """One of them."""
    seen = await _found(visit)
    return refused(visit, _NOT_FOUND, 404) if seen is None else await _page(visit, seen)


async def _found(visit: Visit) -> DoorSeen | None:
    name = visit.part("door")
    return next((one for one in await visit.desk.doors.seen() if one.name == name), None)


async def _page(visit: Visit, seen: DoorSeen, why: str = "", status: int = 200) -> web.Response:
    found = None
    if visit.may(Permission.READ_MESSAGES):
        agencies = visit.person.agencies
        question = MessageFilter(
            door=seen.name,
            limit=_LAST,
            agencies=None if agencies is None else sorted(agencies),
        )
        found = await answered(visit.desk.reading.find(question))
    values = {
        "seen": seen,
        "paused_by": await _paused_by(visit, seen),
        "rows": found.rows if found else (),
        "told": found is not None,
        "whole": visit.person.agencies is None,
        "changes": visit.may(Permission.CHANGE_DOORS) and visit.person.agencies is None,
        "tests": seen.door.sender is not None and not seen.door.sender.limits.no_text_of_ours,
        "text": visit.form.get("text", _MAX_TEXT),
        "why": why,
    }
    return visit.page("door.html", values, status)


async def _paused_by(visit: Visit, seen: DoorSeen) -> str:
    """Who paused it, as long as the audit knows."""
    if seen.row.paused_since is None:
        return ""
    wanted = AuditFilter(act="door.", subject=seen.name, limit=_LOOKED_BACK)
    acts = await answered(visit.desk.reading.audit(wanted)) or ()
    return next((act.by for act in acts if act.act in _PAUSES), "")


async def pause(visit: Visit) -> web.Response:
    """Let nothing leave by it."""
    return await _set_paused(visit, paused=True)


async def resume(visit: Visit) -> web.Response:
    """Let it send again."""
    return await _set_paused(visit, paused=False)


async def _set_paused(visit: Visit, *, paused: bool) -> web.Response:
    seen = await _found(visit)
    if seen is None:
        return refused(visit, _NOT_FOUND, 404)
    await visit.desk.commands.set_paused(seen.name, staff_actor(visit.person), paused=paused)
    return visit.to(f"{DOORS}/{seen.name}", done="door_paused" if paused else "door_resumed")


async def test(visit: Visit) -> web.Response:
    """Send a text by it."""
    seen = await _found(visit)
    if seen is None:
        return refused(visit, _NOT_FOUND, 404)
    number = visit.form.get("number", _MAX_NUMBER)
    address = read_address(number, visit.desk.around.region)
    if address is None or address.kind is not AddressKind.MSISDN:
        return await _page(visit, seen, visit.say(_NO_NUMBER), 422)
    text = visit.form.get("text", _MAX_TEXT)
    try:
        await visit.desk.doors.test(seen.name, number, text, staff_actor(visit.person))
    except CommandError:
        return await _page(visit, seen, visit.say(_NOT_SENT), 422)
    return visit.to(f"{DOORS}/{seen.name}", done="door_tested")


async def drain(visit: Visit) -> web.Response:
    """Pause it, and hand what waits at it to other doors of its telco."""
    seen = await _found(visit)
    if seen is None:
        return refused(visit, _NOT_FOUND, 404)
    result = await visit.desk.doors.drain(seen.name, staff_actor(visit.person))
    match result:
        case NoOtherDoor():
            return await _page(visit, seen, visit.say(_NO_OTHER), 409)
        case Drained():
            return visit.to(f"{DOORS}/{seen.name}", done="door_drained")
        case _:
            assert_never(result)


_TITLE: Final = marked("Doors")
_CHANGE: Final = Permission.CHANGE_DOORS
ROUTES: Final = (
    Route("GET", DOORS, Permission.READ_DOORS, _TITLE, show),
    Route("GET", DOOR, Permission.READ_DOORS, _TITLE, show_door),
    Route("POST", f"{DOOR}/pause", _CHANGE, _TITLE, whole(pause)),
    Route("POST", f"{DOOR}/resume", _CHANGE, _TITLE, whole(resume)),
    Route("POST", f"{DOOR}/test", _CHANGE, _TITLE, whole(test)),
    Route("POST", f"{DOOR}/drain", _CHANGE, _TITLE, whole(drain)),
)
