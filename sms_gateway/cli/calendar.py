"""`calendar`: the days on which the offices work."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

calendar = places(
    LazyGroup(
        "calendar",
        {
            "show": Entry(
                "sms_gateway.cli.calendar_show:calendar_show", "List the days that differ."
            ),
            "set": Entry("sms_gateway.cli.calendar_change:set_day", "Say how a day differs."),
            "unset": Entry(
                "sms_gateway.cli.calendar_change:unset_day", "Let the file speak of a day again."
            ),
            "fill": Entry(
                "sms_gateway.cli.calendar_fill:fill", "Write down the holidays of a year."
            ),
            "check": Entry(
                "sms_gateway.cli.calendar_show:calendar_check", "Look whether a year is missing."
            ),
        },
        "Look after the days on which the offices work.",
    )
)
"""The group."""
