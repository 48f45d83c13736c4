"""Which pages of the console the handbook shows, and under which name."""

from collections.abc import Mapping
from types import MappingProxyType

from sms_gateway.console import places
from sms_gateway.console.navigation import PAGES
from sms_gateway.console.pages import citizen, doors, message, reconcile, template_version, webhook
from tests.docs.pages import DOCS

PAGE = DOCS / "console.md"
FOLDER = DOCS / "console"
LARGEST = 120 * 1024
"""Octets of a picture."""

BESIDE: Mapping[str, str] = MappingProxyType({
    places.SIGN_IN: "sign-in",
    places.HELP: "help",
    places.ACCOUNT: "account",
    places.SECOND_FACTOR: "second-factor",
    message.PAGE: "message",
    citizen.PAGE: "number",
    f"{places.DOSSIERS}/{{id}}": "dossier",
    f"{places.TEMPLATES}/{{name}}": "template",
    f"{places.TEMPLATES}/{{name}}/edit": "template-edit",
    template_version.PAGE: "template-version",
    doors.DOOR: "door",
    webhook.PAGE: "webhook",
    reconcile.PAGE: "reconcile",
    f"{places.NOTICES}/plan": "plan",
})  # fmt: skip
"""What stands in no list of pages and is one all the same: its route, its picture."""

PICTURES: Mapping[str, str] = MappingProxyType({
    **{address: address.rpartition("/")[2] for address, _name, _permission in PAGES},
    **BESIDE,
})  # fmt: skip
