"""`/api/v1/webhooks`: another system looks after those that tell it.

A token of some agencies knows webhooks of these alone, and tells with one no more than it may read
itself.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import web
from yarl import URL

from sms_gateway.api.asked import fields_of
from sms_gateway.api.desk import Call, Endpoint
from sms_gateway.api.json_body import read_body
from sms_gateway.api.problems import NOT_FOUND, Problem, malformed, refused, said
from sms_gateway.domain.api import Scope
from sms_gateway.domain.webhooks import (
    MOST_OF_TOKEN,
    Event,
    NewWebhook,
    WebhookState,
    WebhookWhyNot,
)

_PATH: Final = "/api/v1/webhooks"
_ONE: Final = f"{_PATH}/{{name}}"
_KEPT: Final = timedelta(days=30)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

_NO_HOOK: Final = malformed("send a JSON object as the specification says")
_NO_SWITCH: Final = malformed('send {"enabled": true} or false')
_NO_TIME: Final = malformed("send {} or since, a time with its zone")
_TOO_OLD: Final = refused("too_old", "events are kept for 30 days: name a time of these")
_NOT_ITS: Final = refused("not_permitted", "the token may not read what such a webhook would tell")
_WHY: Final[Mapping[WebhookWhyNot, Problem]] = {
    WebhookWhyNot.OFF: Problem(
        HTTPStatus.CONFLICT, "webhooks_off", "the settings name no network where they may lead"
    ),
    WebhookWhyNot.NAME: refused("no_name", "a name has 1 to 64 of a-z, 0-9, dot, dash, underscore"),
    WebhookWhyNot.NAME_TAKEN: Problem(
        HTTPStatus.CONFLICT, "name_taken", "a webhook has or had that name: choose another one"
    ),
    WebhookWhyNot.ADDRESS: refused("no_address", "write https://HOST/PATH, without a user"),
    WebhookWhyNot.NOT_HTTPS: refused("not_https", "only https is called"),
    WebhookWhyNot.OUTSIDE: refused("outside", "it leads to no network that the settings allow"),
    WebhookWhyNot.EVENTS: refused("no_event", f"name events: {', '.join(Event)}"),
    WebhookWhyNot.AGENCIES: refused("no_agency", "name agencies of this token"),
    WebhookWhyNot.TOO_MANY: Problem(
        HTTPStatus.CONFLICT,
        "too_many_webhooks",
        f"a token has at most {MOST_OF_TOKEN} webhooks: remove one first",
    ),
}


class _New(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    url: str
    events: tuple[str, ...] = tuple(Event)
    agencies: tuple[str, ...] | None = None
    with_number: bool = False
    with_text: bool = False

    def __repr__(self) -> str:
        return "_New()"


class _Switch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    enabled: bool


class _Since(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    since: datetime | None = None


async def list_webhooks(call: Call) -> web.Response | Problem:
    """Those that the token may know. Raises AskedError, StoreDownError."""
    fields_of(call.request, ())
    found = await call.desk.webhooks.all()
    return said({"webhooks": [_told(one) for one in found if _is_its(call, one)]})


async def add_webhook(call: Call) -> web.Response | Problem:
    """Make one; the secret is told this once. Raises AskedError, StoreDownError."""
    fields_of(call.request, ())
    body = await read_body(call, _New, _NO_HOOK)
    if isinstance(body, Problem):
        return body
    token = call.token
    agencies = body.agencies if body.agencies is not None else token.agencies
    if agencies is not None and not all(map(token.sees, agencies)):
        return _WHY[WebhookWhyNot.AGENCIES]
    # What a webhook is told is what `messages:read` may read, without its text or with it.
    if not token.may(Scope.READ_MESSAGES) or (
        body.with_number and not token.may(Scope.READ_UNMASKED)
    ):
        return _NOT_ITS
    new = NewWebhook(body.name, body.url, body.events, agencies, body.with_number, body.with_text)
    made = await call.desk.webhooks.make(new, token.actor)
    if isinstance(made, WebhookWhyNot):
        return _WHY[made]
    told = {"name": new.name, "secret": made.value}
    return said(told, HTTPStatus.CREATED, Location=f"{_PATH}/{new.name}")


async def switch_webhook(call: Call) -> web.Response | Problem:
    """Let one be told, or not. Raises AskedError, StoreDownError."""
    fields_of(call.request, ())
    found = await _found(call)
    if found is None:
        return NOT_FOUND
    body = await read_body(call, _Switch, _NO_SWITCH)
    if isinstance(body, Problem):
        return body
    name = found.webhook.name
    await call.desk.webhooks.turn(name, call.token.actor, enabled=body.enabled)
    return said({"name": name, "enabled": body.enabled})


async def remove_webhook(call: Call) -> web.Response | Problem:
    """Tell one nothing more, for good. Raises AskedError, StoreDownError."""
    fields_of(call.request, ())
    found = await _found(call)
    if found is None or not await call.desk.webhooks.remove(found.webhook.name, call.token.actor):
        return NOT_FOUND
    return said({"name": found.webhook.name})


async def replay_webhook(call: Call) -> web.Response | Problem:
    """Send again what was given up, or all since a time. Raises AskedError, StoreDownError."""
    fields_of(call.request, ())
    found = await _found(call)
    if found is None:
        return NOT_FOUND
    body = await read_body(call, _Since, _NO_TIME)
    if isinstance(body, Problem):
        return body
    since, now = body.since, call.desk.now()
    if since is not None and since.tzinfo is None:
        return _NO_TIME
    if since is not None and not now - _KEPT <= since <= now:
        return _TOO_OLD
    count = await call.desk.webhooks.send_again(found.webhook.name, since, call.token.actor)
    return NOT_FOUND if count is None else said({"count": count})


async def _found(call: Call) -> WebhookState | None:
    """The one of the path; another agency's is as if it were not there."""
    name = call.request.match_info["name"]
    if not _NAME.fullmatch(name):
        return None
    found = [one for one in await call.desk.webhooks.all() if one.webhook.name == name]
    return found[0] if found and _is_its(call, found[0]) else None


def _is_its(call: Call, one: WebhookState) -> bool:
    """Whether it tells of nothing that the token does not see."""
    theirs, token = one.webhook.agencies, call.token
    return token.agencies is None or (theirs is not None and all(map(token.sees, theirs)))


def _told(one: WebhookState) -> Mapping[str, object]:
    """How it stands; of its address the host alone."""
    hook = one.webhook
    return {
        "name": hook.name,
        "host": URL(hook.url).host or "",
        "events": hook.events,
        "agencies": hook.agencies,
        "with_number": hook.with_number,
        "with_text": hook.with_text,
        "enabled": hook.enabled,
        "made_at": hook.made_at,
        "waiting": one.waiting,
        "oldest": one.oldest,
        "dead": one.dead,
        "last_status": one.last_status,
    }


_SCOPE: Final = Scope.MANAGE_WEBHOOKS
ENDPOINTS: Final = (
    Endpoint("GET", _PATH, _SCOPE, list_webhooks),
    Endpoint("POST", _PATH, _SCOPE, add_webhook),
    Endpoint("PATCH", _ONE, _SCOPE, switch_webhook),
    Endpoint("DELETE", _ONE, _SCOPE, remove_webhook),
    Endpoint("POST", f"{_ONE}/replay", _SCOPE, replay_webhook),
)
