"""Webhooks: which other systems are told of messages."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web
from yarl import URL

from sms_gateway.console.agencies_chosen import chosen, ticked
from sms_gateway.console.languages import marked
from sms_gateway.console.partner_words import EVENTS, NO_WEBHOOK
from sms_gateway.console.places import WEBHOOKS
from sms_gateway.console.visit import Route, Visit
from sms_gateway.console.whole import whole
from sms_gateway.domain.staff import Permission, staff_actor
from sms_gateway.domain.webhooks import NewWebhook, WebhookWhyNot

_MAX_NAME: Final = 65
_MAX_ADDRESS: Final = 2001
_STATUS: Final[Mapping[WebhookWhyNot, int]] = {
    WebhookWhyNot.NAME_TAKEN: 409,
    WebhookWhyNot.OFF: 409,
    WebhookWhyNot.TOO_MANY: 409,
}


async def show(visit: Visit) -> web.Response:
    """All of them and how they stand, and the form for another one."""
    return await _page(visit)


async def _page(visit: Visit, why: str = "", status: int = 200) -> web.Response:
    around, partners = visit.desk.around, visit.desk.partners
    values = {
        "hooks": [(one, URL(one.webhook.url).host) for one in await partners.webhooks.all()],
        "may_lead": partners.may_lead,
        "events": EVENTS,
        "agencies": around.agencies,
        "chosen": ticked(visit),
        "typed": visit.form,
        "why": visit.say(why),
    }
    return visit.page("webhooks.html", values, status)


async def add(visit: Visit) -> web.Response:
    """Make one; the secret that signs is shown this once."""
    form = visit.form
    new = NewWebhook(
        form.get("name", _MAX_NAME),
        form.get("url", _MAX_ADDRESS),
        tuple(event for event in EVENTS if form.has(f"event.{event}")),
        chosen(visit),
        form.has("with_number"),
        form.has("with_text"),
    )
    made = await visit.desk.partners.webhooks.make(new, staff_actor(visit.person))
    if isinstance(made, WebhookWhyNot):
        return await _page(visit, NO_WEBHOOK[made], _STATUS.get(made, 422))
    return visit.page("webhook_secret.html", {"name": new.name, "secret": made.value})


_TITLE: Final = marked("Webhooks")
_MANAGE: Final = Permission.MANAGE_TOKENS
ROUTES: Final = (
    Route("GET", WEBHOOKS, _MANAGE, _TITLE, whole(show)),
    Route("POST", WEBHOOKS, _MANAGE, _TITLE, whole(add)),
)
