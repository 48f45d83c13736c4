"""`webhooks`: which other systems are told of messages."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

_FILE = "sms_gateway.cli.webhooks_change"

webhooks = places(
    LazyGroup(
        "webhooks",
        {
            "list": Entry(f"{_FILE}:list_webhooks", "List webhooks and how they stand."),
            "add": Entry(f"{_FILE}:add_webhook", "Tell another system of messages."),
            "on": Entry(f"{_FILE}:switch_on", "Go on with a webhook."),
            "off": Entry(f"{_FILE}:switch_off", "Stop a webhook."),
            "replay": Entry(f"{_FILE}:replay", "Send again what a webhook did not take."),
            "test": Entry(f"{_FILE}:test", "Call a webhook at once."),
        },
        "Look after other systems that are told of messages.",
    )
)
"""The group."""
