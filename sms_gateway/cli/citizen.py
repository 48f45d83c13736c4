"""`citizen`: what the law lets citizens ask about their own data."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

citizen = places(
    LazyGroup(
        "citizen",
        {
            "export": Entry(
                "sms_gateway.cli.citizen_export:export",
                "Write all that is kept of a number into a file.",
            ),
            "erase": Entry(
                "sms_gateway.cli.citizen_erase:erase", "Take away what is kept of a number."
            ),
        },
        "Give citizens what is kept of their number, or erase it.",
    )
)
"""The group."""
