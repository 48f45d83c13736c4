"""`door`: look at one door to a telco."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

door = places(
    LazyGroup(
        "door",
        {
            "test": Entry(
                "sms_gateway.cli.door_test:door_test", "Try the ways in and out of a door."
            ),
        },
        "Try the ways in and out of one door.",
    )
)
"""`door test`."""
