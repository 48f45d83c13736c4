"""`hold`: what the purge must leave alone."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

hold = places(
    LazyGroup(
        "hold",
        {
            "add": Entry("sms_gateway.cli.hold_change:add", "Keep something from being purged."),
            "remove": Entry("sms_gateway.cli.hold_change:remove", "Let it be purged again."),
            "list": Entry("sms_gateway.cli.hold_list:list_holds", "List what is held, and why."),
        },
        "Keep texts from being purged.",
    )
)
"""The group."""
