"""What the pages about other systems say of scopes, events, and of why something was not done."""

from collections.abc import Mapping
from typing import Final

from sms_gateway.console.languages import marked
from sms_gateway.domain.api import Scope, TokenWhyNot
from sms_gateway.domain.webhooks import Event, WebhookWhyNot

SCOPES: Final[Mapping[Scope, str]] = {
    Scope.READ_MESSAGES: marked("read messages, with numbers masked"),
    Scope.READ_UNMASKED: marked("see full numbers in these; each call is audited"),
    Scope.READ_OUTCOMES: marked("count how messages ended"),
    Scope.SEND: marked("have texts sent"),
    Scope.MANAGE_WEBHOOKS: marked("look after webhooks of its agencies"),
}
EVENTS: Final[Mapping[Event, str]] = {
    Event.ANSWERED: marked("a citizen's text was answered"),
    Event.PARKED: marked("a text waits for a person"),
    Event.DELIVERED: marked("the telco reported what became of a text of ours"),
}
_NAME: Final = marked("A name has 1 to 64 of a-z, 0-9, dot, dash and underscore.")
_AGENCIES: Final = marked("Tick the agencies, or choose all.")
NO_TOKEN: Final[Mapping[TokenWhyNot, str]] = {
    TokenWhyNot.NAME: _NAME,
    TokenWhyNot.NAME_TAKEN: marked("A token has or had that name: choose another one."),
    TokenWhyNot.SCOPES: marked("Tick what it may do."),
    TokenWhyNot.AGENCIES: _AGENCIES,
    TokenWhyNot.DAYS: marked("It counts for 1 to 3650 days, or for ever."),
}
NO_WEBHOOK: Final[Mapping[WebhookWhyNot, str]] = {
    WebhookWhyNot.OFF: marked("The settings do not say where webhooks may lead."),
    WebhookWhyNot.NAME: _NAME,
    WebhookWhyNot.NAME_TAKEN: marked("A webhook has or had that name: choose another one."),
    WebhookWhyNot.ADDRESS: marked("Write the address as https://HOST/PATH, without a user."),
    WebhookWhyNot.NOT_HTTPS: marked("Only addresses that begin with https:// are called."),
    WebhookWhyNot.OUTSIDE: marked(
        "The address leads to no network that the settings allow (api.webhook_networks)."
    ),
    WebhookWhyNot.EVENTS: marked("Tick what it is told of."),
    WebhookWhyNot.AGENCIES: _AGENCIES,
    WebhookWhyNot.TOO_MANY: marked("That token has as many webhooks as it may: remove one first."),
}
