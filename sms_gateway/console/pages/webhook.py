"""One webhook: how it stands, what it was told, and what is done about it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from aiohttp import web
from yarl import URL

from sms_gateway.console.languages import marked
from sms_gateway.console.moments import moment_of
from sms_gateway.console.partner_words import EVENTS
from sms_gateway.console.places import WEBHOOKS
from sms_gateway.console.refusing import refused
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.domain.webhooks import DeliveryState, Event, EventPage, WebhookState

PAGE: Final = f"{WEBHOOKS}/{{name}}"
_ROWS: Final = 50
_KEPT: Final = timedelta(days=30)
_TIME: Final = 32
_BEHIND: Final = re.compile(r"([0-9]{1,13})\.(message\.[a-z]{1,20})\.([0-9a-f-]{36})", re.ASCII)
_MESSAGE: Final = re.compile(r"[0-9a-f-]{36}", re.ASCII)

_NOT_FOUND: Final = marked("There is no webhook of that name.")
_NO_EVENT: Final = marked("That event is kept no more: events are kept for 30 days.")
_NO_TIME: Final = marked("Choose a time of the last 30 days.")
_SO_ALREADY: Final = marked("It stands so already.")
_TAKEN: Final = marked("It took the test and answered %(status)s.")
_NOT_TAKEN: Final = marked("It did not take the test: it answered %(status)s.")
_NO_ANSWER: Final = marked("It did not take the test: no answer came from an allowed address.")
_SENT: Final = range(200, 300)


async def show(visit: Visit) -> web.Response:
    """One of them, with a page of its events."""
    found = await _found(visit)
    return refused(visit, _NOT_FOUND, 404) if found is None else await _page(visit, found)


async def _found(visit: Visit) -> WebhookState | None:
    name = visit.part("name")
    all_of = await visit.desk.partners.webhooks.all()
    return next((one for one in all_of if one.webhook.name == name), None)


async def _page(
    visit: Visit, found: WebhookState, why: str = "", status: int = 200, said: str = ""
) -> web.Response:
    failed = visit.query.get("show") == "failed"
    wanted = EventPage(found.webhook.id, failed, _behind(visit), _ROWS + 1)
    rows = await visit.desk.partners.webhooks.events(wanted)
    values = {
        "one": found,
        "host": URL(found.webhook.url).host,
        "rows": rows[:_ROWS],
        "failed": failed,
        "first": wanted.behind is None,
        "next": _mark(rows[_ROWS - 1]) if len(rows) > _ROWS else "",
        "agencies": visit.desk.around.agencies,
        "events": EVENTS,
        "why": why,
        "said": said,
    }
    return visit.page("webhook.html", values, status)


def _behind(visit: Visit) -> tuple[datetime, str, str] | None:
    found = _BEHIND.fullmatch(visit.query.get("behind", 100))
    if found is None:
        return None
    at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(found[1]))
    return at, found[2], found[3]


def _mark(row: DeliveryState) -> str:
    """Where the next page begins, as an address has it."""
    one = row.delivery
    return f"{round(one.at.timestamp() * 1000)}.{one.event}.{one.message}"


def _at(found: WebhookState) -> str:
    return f"{WEBHOOKS}/{found.webhook.name}"


async def turn_on(visit: Visit) -> web.Response:
    """Let it be told again."""
    return await _turn(visit, enabled=True)


async def turn_off(visit: Visit) -> web.Response:
    """Tell it nothing for a while."""
    return await _turn(visit, enabled=False)


async def _turn(visit: Visit, *, enabled: bool) -> web.Response:
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    hooks, by = visit.desk.partners.webhooks, staff_actor(visit.person)
    if not await hooks.turn(found.webhook.name, by, enabled=enabled):
        return await _page(visit, found, visit.say(_SO_ALREADY), 409)
    return visit.to(_at(found), done="webhook_on" if enabled else "webhook_off")


async def replace_secret(visit: Visit) -> web.Response:
    """Let another secret sign; it is shown this once."""
    name = visit.part("name")
    secret = await visit.desk.partners.webhooks.new_secret(name, staff_actor(visit.person))
    if secret is None:
        return refused(visit, _NOT_FOUND, 404)
    return visit.page("webhook_secret.html", {"name": name, "secret": secret.value})


async def remove(visit: Visit) -> web.Response:
    """Tell it nothing more, for good."""
    hooks = visit.desk.partners.webhooks
    if not await hooks.remove(visit.part("name"), staff_actor(visit.person)):
        return refused(visit, _NOT_FOUND, 404)
    return visit.to(WEBHOOKS, done="webhook_removed")


async def replay(visit: Visit) -> web.Response:
    """Send again what was given up, or all since a time."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    since = None
    if visit.form.get("what") != "dead":
        since = moment_of(visit.form.get("since", _TIME), visit.desk.around.zone)
        if since is None or not visit.now - _KEPT <= since <= visit.now:
            return await _page(visit, found, visit.say(_NO_TIME), 422)
    hooks, by = visit.desk.partners.webhooks, staff_actor(visit.person)
    count = await hooks.send_again(found.webhook.name, since, by)
    if count is None:
        return refused(visit, _NOT_FOUND, 404)
    return visit.to(_at(found), done="webhook_replayed" if count else "webhook_nothing")


async def send_again(visit: Visit) -> web.Response:
    """Send one event again."""
    found = await _found(visit)
    if found is None:
        return refused(visit, _NOT_FOUND, 404)
    event, message = visit.form.get("event", 40), visit.form.get("message", 40)
    if event not in set(Event) or not _MESSAGE.fullmatch(message):
        return await _page(visit, found, visit.say(_NO_EVENT), 404)
    hooks, by, name = visit.desk.partners.webhooks, staff_actor(visit.person), found.webhook.name
    if not await hooks.send_one_again(name, Event(event), MessageId(message), by):
        return await _page(visit, found, visit.say(_NO_EVENT), 404)
    return visit.to(_at(found), done="webhook_again")


async def test(visit: Visit) -> web.Response:
    """Call it at once, and say what it answers."""
    found = await _found(visit)
    status = None
    if found is not None:
        status = await visit.desk.partners.webhooks.tried(found.webhook.name)
    if found is None or status is None:
        return refused(visit, _NOT_FOUND, 404)
    told: Mapping[str, int] = {"status": status}
    if status in _SENT:
        return await _page(visit, found, said=visit.say(_TAKEN) % told)
    return await _page(visit, found, visit.say(_NOT_TAKEN if status else _NO_ANSWER) % told)


_TITLE: Final = marked("Webhooks")
_MANAGE: Final = Permission.MANAGE_TOKENS
ROUTES: Final = (
    Route("GET", PAGE, _MANAGE, _TITLE, whole(show)),
    Route("POST", f"{PAGE}/on", _MANAGE, _TITLE, whole(turn_on)),
    Route("POST", f"{PAGE}/off", _MANAGE, _TITLE, whole(turn_off)),
    Route("POST", f"{PAGE}/secret", _MANAGE, _TITLE, whole(replace_secret)),
    Route("POST", f"{PAGE}/remove", _MANAGE, _TITLE, whole(remove)),
    Route("POST", f"{PAGE}/replay", _MANAGE, _TITLE, whole(replay)),
    Route("POST", f"{PAGE}/again", _MANAGE, _TITLE, whole(send_again)),
    Route("POST", f"{PAGE}/test", _MANAGE, _TITLE, whole(test)),
)
