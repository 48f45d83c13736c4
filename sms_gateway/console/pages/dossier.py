"""One dossier: what the case database says, who texted about it, what would be told now."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from aiohttp import web

from sms_gateway.console.languages import marked
from sms_gateway.console.places import DOSSIERS
from sms_gateway.console.refusing import refused
from sms_gateway.console.seams import CaseFile
from sms_gateway.console.telling import Asking, Told, asking, told
from sms_gateway.console.visit import Route, Visit
from sms_gateway.domain.dossier import (
    CaseLookup,
    Dossier,
    Stale,
    Unavailable,
    canonical_key,
    may_be_a_code,
)
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.staff import AgencyId, Permission
from sms_gateway.enquiry.choosing import dossiers_of
from sms_gateway.enquiry.decide import Question
from sms_gateway.log_question import MessageFilter

PAGE: Final = f"{DOSSIERS}/{{id}}"
_TEXTS: Final = 20
_LONGEST: Final = 100

_NOT_FOUND: Final = marked("There is no such dossier, or it is not yours to see.")
_DOWN: Final = marked("The case database does not answer now. Try again in a minute.")


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a dossier.

    Attributes:
        dossier: as the case database has it, else as our copy has it.
        file: our copy with its history, or None.
        lookups: what the case database says of the keys that a text about it leads to.
        question: that text.
        down: it does not answer; what stands here is our copy.
    """

    dossier: Dossier
    file: CaseFile | None
    lookups: Mapping[CanonicalKey, CaseLookup]
    question: Asking
    down: bool


async def search(visit: Visit) -> web.Response:
    """By a code in any spelling: to the dossier, or to the choice where several share it."""
    sought = visit.query.get("code", _LONGEST)
    values: dict[str, object] = {"sought": sought, "dossiers": (), "down": False}
    if not sought:
        return visit.page("dossiers.html", values)
    found, down = await _behind(visit, sought)
    if len(found) == 1:
        return visit.to(_place(found[0]))
    values |= {"dossiers": found, "down": down, "down_says": visit.say(_DOWN)}
    return visit.page("dossiers.html", values, 200 if found or not down else 503)


def _place(dossier: Dossier) -> str:
    return f"{DOSSIERS}/{quote(dossier.id, safe='')}"


async def _behind(visit: Visit, code: str) -> tuple[Sequence[Dossier], bool]:
    """The dossiers of a code that are theirs to see, and whether the case database is down."""
    key = canonical_key(code)
    if not key or not may_be_a_code(key):
        return (), False
    lookups = await _asked(visit, [key])
    files = await visit.desk.cases.files(code)
    known = {one.dossier.id: one.dossier for one in files or ()}
    known |= {one.id: one for one in dossiers_of(lookups[key])}
    seen = [one for _, one in sorted(known.items()) if visit.person.sees(one.agency)]
    return seen, isinstance(lookups[key], Unavailable)


async def _asked(visit: Visit, keys: Sequence[CanonicalKey]) -> Mapping[CanonicalKey, CaseLookup]:
    cases = visit.desk.cases
    try:
        async with asyncio.timeout(cases.seconds):
            return await cases.find_many(keys)
    except TimeoutError:
        return dict.fromkeys(keys, Unavailable("timeout"))


async def show(visit: Visit) -> web.Response:
    """The page of one."""
    code = visit.part("id")
    found, down = await _behind(visit, code)
    dossier = next((one for one in found if one.id == code), None)
    if dossier is None:
        return refused(visit, _DOWN, 503) if down else refused(visit, _NOT_FOUND, 404)
    return await _page(visit, await _known(visit, dossier))


async def _known(visit: Visit, dossier: Dossier) -> _Known:
    files = await visit.desk.cases.files(dossier.id) or ()
    file = next((one for one in files if one.dossier.id == dossier.id), None)
    question = asking(visit.desk.rules(), dossier, visit.now)
    lookups = await _asked(visit, question.keys)
    down = any(isinstance(one, Unavailable | Stale) for one in lookups.values())
    return _Known(dossier, file, lookups, question, down)


async def _page(visit: Visit, known: _Known) -> web.Response:
    dossier, person, desk = known.dossier, visit.person, visit.desk
    agencies = None if person.agencies is None else sorted(person.agencies)
    wanted = MessageFilter(
        code_key=canonical_key(dossier.code),
        also=((canonical_key(dossier.id), dossier.id),),
        agencies=agencies,
        limit=_TEXTS,
    )
    question = known.question
    values = {
        "dossier": dossier,
        "file": known.file,
        "down": known.down,
        "agency": desk.around.agencies.get(AgencyId(dossier.agency), ""),
        "phones": [phone.masked for phone in dossier.phones],
        "texts": (await desk.reading.find(wanted)).rows,
        "messages": await desk.numbers.about(dossier.id, _TEXTS, agencies),
        "asks": question.text,
        "owner": None if question.owner is None else _told(visit, question.owner, known),
        "stranger": _told(visit, question.stranger, known),
    }
    return visit.page("dossier.html", values)


def _told(visit: Visit, question: Question, known: _Known) -> Sequence[Told]:
    return told(visit.desk.rules(), question, known.lookups, visit.now)


ROUTES: Final = (
    Route("GET", DOSSIERS, Permission.READ_DOSSIERS, marked("Dossiers"), search),
    Route("GET", PAGE, Permission.READ_DOSSIERS, marked("Dossier"), show),
)
