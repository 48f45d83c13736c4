"""The rights of a citizen: a copy of what is kept of a number, and that it goes."""

import asyncio
import re
from collections.abc import Sequence
from typing import Final

import structlog
from aiohttp import hdrs, web

from sms_gateway.commands import MAX_NOTE
from sms_gateway.console.guards import harden
from sms_gateway.console.kept_of import MOST_COUNTED, kept_counts
from sms_gateway.console.languages import marked
from sms_gateway.console.places import RIGHTS
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.domain.ids import NumberHash
from sms_gateway.domain.msisdn import MAX_ADDRESS, AddressKind, read_address
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.ports import StoreDownError
from sms_gateway.reports.citizen_file import Owner, pieces
from sms_gateway.retention.rights import Erased

SECONDS: Final = 20.0
"""So long a page waits for an erasure; it goes on behind it."""

_HASHES: Final = re.compile(r"[0-9a-f]{32}(,[0-9a-f]{32}){0,7}")
_LONGEST: Final = 8 * 33
_MIN_REASON: Final = 5
_log: Final = structlog.get_logger("console")
_going: Final[set[asyncio.Task[Erased]]] = set()
"""Erasures that a page did not wait for; the loop itself holds tasks weakly."""

_NO_NUMBER: Final = marked("That is no phone number: write it as 0900000001 or +84900000001.")
_NO_REASON: Final = marked("Say in a few words who asked for it, and by which paper.")


async def show(visit: Visit) -> web.Response:
    """The form for the number: never in an address."""
    return _form(visit)


def _form(visit: Visit, why: str = "", status: int = 200) -> web.Response:
    return visit.page("rights.html", {"why": why}, status)


async def look(visit: Visit) -> web.Response:
    """What is kept of the number, and what each act would do."""
    region = visit.desk.around.region
    address = read_address(visit.form.get("number", MAX_ADDRESS), region)
    if address is None or address.kind is AddressKind.NAME:
        return _form(visit, visit.say(_NO_NUMBER), 422)
    return await _confirm(visit, visit.desk.hasher.numbers(address), address.masked)


async def _confirm(
    visit: Visit, numbers: Sequence[NumberHash], masked: str, why: str = "", status: int = 200
) -> web.Response:
    values = {
        "kept": await kept_counts(visit.desk.claim_desk.owned, numbers),
        "most": MOST_COUNTED,
        "numbers": ",".join(numbers),
        "masked": masked,
        "why": why,
    }
    return visit.page("rights_confirm.html", values, status)


async def export(visit: Visit) -> web.StreamResponse:
    """All that is kept of the number, as a file; the audit is told before anything is given."""
    numbers = _numbers(visit)
    if not numbers:
        return _form(visit, visit.say(_NO_NUMBER), 422)
    desk = visit.desk
    await desk.claim_desk.rights.exporting(numbers[0], staff_actor(visit.person))
    response = web.StreamResponse()
    response.content_type, response.charset = "application/json", "utf-8"
    response.headers[hdrs.CONTENT_DISPOSITION] = 'attachment; filename="citizen.json"'
    harden(response, tls=desk.around.tls)
    await response.prepare(visit.request)
    owner = Owner(numbers, visit.now, desk.around.zone, desk.doors.own_request)
    try:
        async for piece in pieces(desk.claim_desk.owned, owner):
            await response.write(piece.encode())
    except StoreDownError as error:
        # Too late for a page that says so: the browser must not take half of it for all of it.
        raise ConnectionResetError from error
    await response.write_eof()
    return response


async def erase(visit: Visit) -> web.Response:
    """Take it away; a page waits for some seconds, and the erasure goes on behind it."""
    numbers, reason = _numbers(visit), " ".join(visit.form.get("reason", MAX_NOTE).split())
    if not numbers:
        return _form(visit, visit.say(_NO_NUMBER), 422)
    if len(reason) < _MIN_REASON or not visit.form.has("sure"):
        masked = visit.form.get("masked", MAX_ADDRESS)
        return await _confirm(visit, numbers, masked, visit.say(_NO_REASON), 422)
    by = staff_actor(visit.person)
    task = asyncio.create_task(visit.desk.claim_desk.rights.erase(numbers, reason, by))
    _going.add(task)
    task.add_done_callback(_over)
    # Not broken off where the browser goes away: half of it would be gone, and nobody told.
    done, _ = await asyncio.wait({task}, timeout=SECONDS)
    erased = task.result() if done else None
    return visit.page("rights_erased.html", {"erased": erased, "number": numbers[0]})


def _over(task: asyncio.Task[Erased]) -> None:
    _going.discard(task)
    if not task.cancelled() and (error := task.exception()):
        _log.error("request.broke", method="POST", exc_info=error)


def _numbers(visit: Visit) -> Sequence[NumberHash]:
    """The hashes that the page before this one held; none where they are none."""
    sent = visit.form.get("numbers", _LONGEST)
    return [NumberHash(one) for one in sent.split(",")] if _HASHES.fullmatch(sent) else []


_TITLE: Final = marked("Rights of a citizen")

ROUTES: Final = (
    Route("GET", RIGHTS, Permission.ERASE, _TITLE, whole(show)),
    Route("POST", RIGHTS, Permission.ERASE, _TITLE, whole(look)),
    Route("POST", f"{RIGHTS}/export", Permission.ERASE, _TITLE, whole(export)),
    Route("POST", f"{RIGHTS}/erase", Permission.ERASE, _TITLE, whole(erase)),
)
