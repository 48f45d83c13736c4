"""Staff and roles: who may sign in, and what each role may do."""

from collections.abc import Iterable, Mapping
from typing import Final

from aiohttp import web

from sms_gateway.access import Invited, NewPerson, NotDone, WhyNot
from sms_gateway.console.forms import Fields
from sms_gateway.console.languages import PageLanguage, marked
from sms_gateway.console.places import INVITE, STAFF
from sms_gateway.console.refusing import refused
from sms_gateway.console.staff_words import NOT_DONE, PERMITTED
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.domain.access import StaffRow
from sms_gateway.domain.message import Language
from sms_gateway.domain.staff import (
    PERMISSIONS,
    AgencyId,
    LoginName,
    Permission,
    Person,
    Role,
    staff_actor,
)

PERSON: Final = f"{STAFF}/{{login}}"
_MAX_LOGIN: Final = 65
_MAX_NAME: Final = 101
_NOT_FOUND: Final = marked("Nobody signs in with that name.")
_STATUS: Final[Mapping[WhyNot, int]] = {
    WhyNot.LAST_ADMINISTRATOR: 409,
    WhyNot.LOGIN_TAKEN: 409,
    WhyNot.NOT_LINKED: 409,
}


async def show(visit: Visit) -> web.Response:
    """The list, and the table of roles."""
    return await _list(visit)


async def _list(visit: Visit, why: str = "", status: int = 200) -> web.Response:
    values = {
        "people": await visit.desk.access.staff(),
        "typed": visit.form,
        "agencies": visit.desk.around.agencies,
        "chosen": _ticked(visit.form, visit.desk.around.agencies),
        "roles": tuple(Role),
        "table": [
            (visit.say(said), [one in PERMISSIONS[role] for role in Role])
            for one, said in PERMITTED.items()
        ],
        "why": why,
        "with_provider": visit.desk.provided is not None,
        "with_password": visit.desk.provided is None or visit.desk.provided.settings.passwords,
    }
    return visit.page("staff.html", values, status)


async def add(visit: Visit) -> web.Response:
    """Add somebody; the link is shown this once."""
    form, known = visit.form, visit.desk.around.agencies
    role = _role(form)
    if role is None:
        return await _list(visit, visit.say(_NO_ROLE), 422)
    order = NewPerson(
        form.get("login", _MAX_LOGIN),
        form.get("name", _MAX_NAME),
        role,
        None if form.get("scope") == "all" else _ticked(form, known),
        Language.EN if form.get("language") == PageLanguage.EN else Language.VI_ACCENTED,
    )
    by = staff_actor(visit.person)
    if _alone(visit, order.login) or (visit.desk.provided and form.has("provided")):
        added = await visit.desk.access.add_provided(order, by)
        if isinstance(added, NotDone):
            return await _list(visit, visit.say(NOT_DONE[added.why]), _STATUS.get(added.why, 422))
        return visit.to(f"{STAFF}/{added.login}", done="person_added")
    result = await visit.desk.access.invite(order, by)
    if isinstance(result, NotDone):
        return await _list(visit, visit.say(NOT_DONE[result.why]), _STATUS.get(result.why, 422))
    return _link(visit, result)


_NO_ROLE: Final = marked("Choose a role.")


def _alone(visit: Visit, login: str) -> bool:
    """Whether they come in by the provider alone, so that a link would be worth nothing."""
    return visit.desk.provided is not None and visit.desk.provided.alone(login)


def _link(visit: Visit, invited: Invited) -> web.Response:
    path = INVITE.format(token=invited.token.value)
    values = {
        "link": f"{_base(visit)}{path}",
        "invited": invited.person,
        "until": invited.expires_at,
    }
    return visit.page("staff_link.html", values)


def _base(visit: Visit) -> str:
    """How the person will reach us; where the settings do not say, as whoever asks does."""
    request = visit.request
    return visit.desk.around.base_url.rstrip("/") or f"{request.scheme}://{request.host}"


async def show_person(visit: Visit) -> web.Response:
    """One of them."""
    found = await _found(visit)
    return refused(visit, _NOT_FOUND, 404) if found is None else await _person(visit, found)


async def _found(visit: Visit) -> StaffRow | None:
    login = visit.part("login")
    return next((one for one in await visit.desk.access.staff() if one.login == login), None)


async def _person(visit: Visit, found: StaffRow, why: str = "", status: int = 200) -> web.Response:
    agencies = dict(visit.desk.around.agencies)
    # One that is not in agencies.toml any more can be taken away.
    agencies |= {code: code for code in found.agencies or () if code not in agencies}
    values = {
        "who": found,
        "sessions": await visit.desk.access.sessions(found.id),
        "agencies": agencies,
        "chosen": found.agencies or frozenset(),
        "roles": tuple(Role),
        "why": why,
        "alone": _alone(visit, found.login),
    }
    return visit.page("staff_person.html", values, status)


async def change(visit: Visit) -> web.Response:
    """Another name, role, or other agencies."""
    found, role = await _found(visit), _role(visit.form)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    if role is None:
        return await _person(visit, found, visit.say(_NO_ROLE), 422)
    known = (*visit.desk.around.agencies, *(found.agencies or ()))
    agencies = None if visit.form.get("scope") == "all" else _ticked(visit.form, known)
    name = visit.form.get("name", _MAX_NAME)
    by = staff_actor(visit.person)
    result = await visit.desk.access.change_person(found.login, role, agencies, name, by)
    return await _done(visit, found, result, "person_changed")


async def disable(visit: Visit) -> web.Response:
    """Let somebody sign in no more."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    result = await visit.desk.access.disable(found.login, staff_actor(visit.person))
    return await _done(visit, found, result, "person_disabled")


async def enable(visit: Visit) -> web.Response:
    """Let somebody sign in again."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    result = await visit.desk.access.enable(found.login, staff_actor(visit.person))
    return await _done(visit, found, result, "person_enabled")


async def _done(
    visit: Visit, found: StaffRow, result: Person | LoginName | NotDone, done: str
) -> web.Response:
    if isinstance(result, NotDone):
        why = visit.say(NOT_DONE[result.why])
        return await _person(visit, found, why, _STATUS.get(result.why, 422))
    return visit.to(f"{STAFF}/{found.login}", done=done)


async def invite(visit: Visit) -> web.Response:
    """Let somebody begin anew who lost their password or phone."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    result = await visit.desk.access.reinvite(found.login, staff_actor(visit.person))
    if isinstance(result, NotDone):
        why = visit.say(NOT_DONE[result.why])
        return await _person(visit, found, why, _STATUS.get(result.why, 422))
    if _alone(visit, found.login):
        return visit.to(f"{STAFF}/{found.login}", done="begins_anew")
    return _link(visit, result)


async def unlink(visit: Visit) -> web.Response:
    """End somebody's link to the provider."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    result = await visit.desk.access.unlink(found.login, staff_actor(visit.person))
    return await _done(visit, found, result, "unlinked")


async def end_sessions(visit: Visit) -> web.Response:
    """Sign somebody out everywhere."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    await visit.desk.access.revoke_all(found.person, staff_actor(visit.person))
    return visit.to(f"{STAFF}/{found.login}", done="sessions_ended")


def _role(form: Fields) -> Role | None:
    named = form.get("role", 20)
    return Role(named) if named in set(Role) else None


def _ticked(form: Fields, known: Iterable[AgencyId]) -> frozenset[AgencyId]:
    return frozenset(code for code in known if form.has(f"agency.{code}"))


_TITLE: Final = marked("Staff and roles")
_MANAGE: Final = Permission.MANAGE_STAFF
ROUTES: Final = (
    Route("GET", STAFF, _MANAGE, _TITLE, whole(show)),
    Route("POST", STAFF, _MANAGE, _TITLE, whole(add)),
    Route("GET", PERSON, _MANAGE, _TITLE, whole(show_person)),
    Route("POST", f"{PERSON}/change", _MANAGE, _TITLE, whole(change)),
    Route("POST", f"{PERSON}/disable", _MANAGE, _TITLE, whole(disable)),
    Route("POST", f"{PERSON}/enable", _MANAGE, _TITLE, whole(enable)),
    Route("POST", f"{PERSON}/invite", _MANAGE, _TITLE, whole(invite)),
    Route("POST", f"{PERSON}/unlink", _MANAGE, _TITLE, whole(unlink)),
    Route("POST", f"{PERSON}/sessions", _MANAGE, _TITLE, whole(end_sessions)),
)
