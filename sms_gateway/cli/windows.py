"""`windows`: when look-ups were or will be interrupted, and what was late by it."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

windows = places(
    LazyGroup(
        "windows",
        {
            "list": Entry(
                "sms_gateway.cli.windows_list:windows_list", "List incident windows, newest first."
            ),
            "add": Entry(
                "sms_gateway.cli.windows_change:windows_add",
                "Write down an incident, or a planned outage.",
            ),
            "end": Entry(
                "sms_gateway.cli.windows_change:windows_end", "Say that a window is over."
            ),
            "announce": Entry(
                "sms_gateway.cli.windows_announce:windows_announce",
                "Show the announcement of a window; say that it was made.",
            ),
            "cause": Entry(
                "sms_gateway.cli.windows_cause:windows_cause", "Say why dossiers were late."
            ),
            "causes": Entry(
                "sms_gateway.cli.windows_causes:windows_causes",
                "List what was late inside a window; give all of it the cause.",
            ),
        },
        "Look after incidents, planned outages and their causes.",
    )
)
"""The group."""
