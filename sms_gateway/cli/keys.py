"""`keys`: by which secrets numbers are hashed."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

keys = places(
    LazyGroup(
        "keys",
        {
            "list": Entry("sms_gateway.cli.keys_list:list_keys", "List the keys by their ids."),
            "rotate": Entry("sms_gateway.cli.keys_rotate:rotate", "Change the key for a new one."),
        },
        "Look after the keys of the number hashes.",
    )
)
"""The group."""
