"""`api-tokens`: which other systems may ask the gateway, and have texts sent."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

_FILE = "sms_gateway.cli.api_tokens_change"

api_tokens = places(
    LazyGroup(
        "api-tokens",
        {
            "list": Entry(f"{_FILE}:list_tokens", "List the tokens of other systems."),
            "add": Entry(f"{_FILE}:add_token", "Make a token for another system."),
            "revoke": Entry(f"{_FILE}:revoke_token", "Let a token count no more."),
        },
        "Look after the tokens of other systems.",
    )
)
"""The group."""
