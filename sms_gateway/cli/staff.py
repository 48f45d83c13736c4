"""`staff`: who works at the console."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

staff = places(
    LazyGroup(
        "staff",
        {
            "list": Entry("sms_gateway.cli.staff_list:staff_list", "List who may sign in."),
            "add": Entry("sms_gateway.cli.staff_change:staff_add", "Add somebody, with a link."),
            "change": Entry(
                "sms_gateway.cli.staff_change:staff_change", "Change what somebody may do."
            ),
            "disable": Entry(
                "sms_gateway.cli.staff_change:staff_disable", "Let somebody sign in no more."
            ),
            "enable": Entry(
                "sms_gateway.cli.staff_change:staff_enable", "Let somebody sign in again."
            ),
            "invite": Entry(
                "sms_gateway.cli.staff_change:staff_invite",
                "Let somebody begin anew.",
            ),
            "unlink": Entry(
                "sms_gateway.cli.staff_change:staff_unlink",
                "End somebody's link to the provider.",
            ),
            "sessions": Entry(
                "sms_gateway.cli.staff_sessions:staff_sessions", "Show where somebody is signed in."
            ),
        },
        "Look after the people of the console.",
    )
)
"""The group."""
