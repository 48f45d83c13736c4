"""One interruption: its end, how citizens are told, and what was late by it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import web

from sms_gateway.commands import MAX_NOTE, CommandError
from sms_gateway.console.deciding import CASES_DOWN, decides, for_all, not_done
from sms_gateway.console.languages import marked
from sms_gateway.console.moments import moment_of
from sms_gateway.console.pages.windows import calendar_now
from sms_gateway.console.places import NOTICES, WINDOWS
from sms_gateway.console.refusing import refused
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.domain.windows import HOLD_ACT, IncidentWindow
from sms_gateway.gsm.segment import segment
from sms_gateway.notices.announcing import Foreseen
from sms_gateway.ports import CasesDownError
from sms_gateway.reports.dossiers import LateDossier
from sms_gateway.windows.acts import MOST_CAUSES
from sms_gateway.windows.announcing import announcement
from sms_gateway.windows.watch import days_left

PAGE: Final = f"{WINDOWS}/{{window}}"
_TIME: Final = 25
_SECONDS: Final = 15.0
_SHOWN: Final = 200
_LANGUAGES: Final = (Language.VI_ACCENTED, Language.VI, Language.EN)

_NOT_FOUND: Final = marked("There is no such window.")
_NO_TIME: Final = marked("That is no time. Write it as 24/11/2026 08:30.")
_NOT_AHEAD: Final = marked("Only a planned outage that lies ahead is announced.")
_TOO_SLOW: Final = marked("So many dossiers take too long to count here. Try again later.")
_UNKNOWN: Final = marked("These codes are of no dossier, nothing was done: %(codes)s")
_NO_CODES: Final = marked("Nothing was late there without a cause, and no code was typed.")


async def show(visit: Visit) -> web.Response:
    """The page."""
    found = await _found(visit)
    return refused(visit, _NOT_FOUND, 404) if found is None else await _page(visit, found)


async def _found(visit: Visit) -> IncidentWindow | None:
    wanted = visit.part("window")
    known = await visit.desk.automatic.windows.windows()
    return next((one for one in known if one.id == wanted), None)


async def _page(
    visit: Visit, one: IncidentWindow, why: str = "", status: int = 200
) -> web.Response:
    values = {
        "one": one,
        "at": f"{WINDOWS}/{one.id}",
        "stands": one.stands(visit.now) and not one.called_off,
        "ahead": visit.now < one.starts_at and not one.called_off,
        "announces": one.is_ahead(visit.now),
        "days": days_left(one, visit.now, await calendar_now(visit)),
        "wanted": visit.desk.automatic.pace.ahead,
        "words": [(language, text) for language, text in _words(visit, one).items()],
        "decides": decides(visit),
        "most": MAX_NOTE,
        "why": why,
    }
    return visit.page("window.html", values, status)


def _words(visit: Visit, one: IncidentWindow) -> Mapping[Language, str]:
    hotline, zone = visit.desk.automatic.hotline, visit.desk.around.zone
    return {language: announcement(one, language, hotline, zone) for language in _LANGUAGES}


async def end(visit: Visit) -> web.Response:
    """End it now, call it off, or set its end right."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    told = visit.form.get("at", _TIME)
    at = moment_of(told, visit.desk.around.zone)
    if not visit.form.has("now") and at is None:
        return await _page(visit, found, visit.say(_NO_TIME), 422)
    try:
        when = None if visit.form.has("now") else at
        acts = visit.desk.automatic.window_acts
        await acts.end(found.id, when, staff_actor(visit.person))
    except CommandError as error:
        return await _page(visit, found, not_done(visit, error), 409)
    return visit.to(f"{WINDOWS}/{found.id}", done="window-end")


async def note_told(visit: Visit) -> web.Response:
    """Note that citizens were told, and where."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    acts = visit.desk.automatic.window_acts
    try:
        await acts.announced(found.id, visit.form.get("where"), staff_actor(visit.person))
    except CommandError as error:
        return await _page(visit, found, not_done(visit, error), 422)
    return visit.to(f"{WINDOWS}/{found.id}", done="window-told")


async def foresee(visit: Visit) -> web.Response:
    """Whom the announcement would reach; nothing is written."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    if not found.is_ahead(visit.now):
        return await _page(visit, found, visit.say(_NOT_AHEAD), 409)
    foreseen, why, status = None, "", 200
    try:
        async with asyncio.timeout(_SECONDS):
            announcer = visit.desk.automatic.noticing.announcer
            foreseen = await announcer.foresee(found.id, _words(visit, found))
    except TimeoutError:
        why, status = visit.say(_TOO_SLOW), 503
    except CasesDownError:
        why, status = visit.say(CASES_DOWN), 503
    except CommandError as error:
        why, status = not_done(visit, error), 409
    return _foreseen(visit, found, foreseen, why, status)


def _foreseen(
    visit: Visit, one: IncidentWindow, foreseen: Foreseen | None, why: str, status: int
) -> web.Response:
    pace = visit.desk.automatic.pace
    able = pace.quiet.day(visit.now, one.starts_at) // pace.apart
    values = {
        "one": one,
        "at": f"{WINDOWS}/{one.id}",
        "foreseen": foreseen,
        "in_time": able,
        "pace": pace,
        "why": why,
        "pieces": segment,
    }
    return visit.page("announcement.html", values, status)


async def hold(visit: Visit) -> web.Response:
    """Make the batch; nothing leaves before somebody releases it."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    if not found.is_ahead(visit.now):
        return await _page(visit, found, visit.say(_NOT_AHEAD), 409)
    # Its texts are written in many commits: who asked for them stands there first.
    await visit.desk.audit(visit.now, staff_actor(visit.person), HOLD_ACT, found.id, "")
    try:
        announcer = visit.desk.automatic.noticing.announcer
        held = await announcer.hold(found.id, _words(visit, found))
    except CasesDownError:
        return _foreseen(visit, found, None, visit.say(CASES_DOWN), 503)
    except CommandError as error:
        return _foreseen(visit, found, None, not_done(visit, error), 409)
    return visit.to(NOTICES, done="window-held" if held.texts else "window-nobody")


async def late(visit: Visit) -> web.Response:
    """What was late inside it."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    return await _late_page(visit, found)


async def _late_page(
    visit: Visit, one: IncidentWindow, why: str = "", status: int = 200
) -> web.Response:
    found, trouble = await _late(visit, one)
    values = {
        "one": one,
        "at": f"{WINDOWS}/{one.id}",
        "late": found[:_SHOWN],
        "count": len(found),
        "bare": sum(1 for dossier in found if not dossier.cause),
        "decides": decides(visit),
        "most": MAX_NOTE,
        "why": why or trouble,
        "codes": visit.form.get("codes"),
    }
    return visit.page("window_late.html", values, status if not trouble else 503)


async def _late(visit: Visit, one: IncidentWindow) -> tuple[Sequence[LateDossier], str]:
    """Those, and in words why they are not known."""
    try:
        async with asyncio.timeout(_SECONDS):
            return await visit.desk.automatic.late(one, visit.now), ""
    except TimeoutError:
        return (), visit.say(_TOO_SLOW)
    except CasesDownError:
        return (), visit.say(CASES_DOWN)


async def give(visit: Visit) -> web.Response:
    """Give the window as cause: to these codes, or to all that were late in it and have none."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    codes = list(dict.fromkeys(visit.form.raw("codes").split()))
    if visit.form.has("every"):
        codes = [one.id for one in (await _late(visit, found))[0] if not one.cause]
    elif unknown := await _unknown(visit, codes):
        return await _late_page(visit, found, unknown, 422)
    if not codes:
        return await _late_page(visit, found, visit.say(_NO_CODES), 422)
    acts, by = visit.desk.automatic.window_acts, staff_actor(visit.person)
    try:
        for begin in range(0, len(codes), MOST_CAUSES):
            page = codes[begin : begin + MOST_CAUSES]
            await acts.give(page, found.id, "", visit.form.get("note"), by)
    except CommandError as error:
        return await _late_page(visit, found, not_done(visit, error), 422)
    return visit.to(f"{WINDOWS}/{found.id}/late", done="cause")


async def _unknown(visit: Visit, codes: Sequence[str]) -> str:
    """In words which of these are no dossier's: a slip would give a cause to nobody."""
    try:
        known = await visit.desk.automatic.known(codes)
    except CasesDownError:
        return visit.say(CASES_DOWN)
    wrong = [code for code in codes if code not in known]
    return visit.say(_UNKNOWN) % {"codes": ", ".join(wrong[:5])} if wrong else ""


_TITLE: Final = marked("Interruption")
_TELL: Final = marked("Announce an outage by SMS")
_LATE: Final = marked("What was late by it")
_DECIDES: Final = Permission.DECIDE_NOTICES
ROUTES: Final = (
    Route("GET", PAGE, Permission.READ_NOTICES, _TITLE, show),
    Route("POST", f"{PAGE}/end", _DECIDES, _TITLE, for_all(end)),
    Route("POST", f"{PAGE}/told", _DECIDES, _TITLE, for_all(note_told)),
    Route("GET", f"{PAGE}/announcement", _DECIDES, _TELL, for_all(foresee)),
    Route("POST", f"{PAGE}/announcement", _DECIDES, _TELL, for_all(hold)),
    Route("GET", f"{PAGE}/late", Permission.READ_NOTICES, _LATE, for_all(late)),
    Route("POST", f"{PAGE}/late", _DECIDES, _LATE, for_all(give)),
)
