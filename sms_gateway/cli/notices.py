"""`notices`: what citizens are told by themselves."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

_AT = "sms_gateway.cli.notices_held"

notices = places(
    LazyGroup(
        "notices",
        {
            "plan": Entry(
                "sms_gateway.cli.notices_plan:plan", "Show what would be sent; send nothing."
            ),
            "held": Entry(f"{_AT}:held", "List texts that are held until a person acts."),
            "release": Entry(f"{_AT}:release", "Send a batch that was held because it is large."),
            "confirm": Entry(f"{_AT}:confirm", "Send what was held because a dossier went back."),
            "drop": Entry(f"{_AT}:drop", "End a held batch: it is never sent."),
        },
        "Look after automatic messages to citizens.",
    )
)
"""The group."""
