"""`replies`: the wording of replies."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

replies = places(
    LazyGroup(
        "replies",
        {
            "preview": Entry(
                "sms_gateway.cli.replies_preview:replies_preview",
                "Print every reply in every language.",
            ),
            "history": Entry(
                "sms_gateway.cli.replies_versions:replies_history",
                "List the versions of replies.",
            ),
            "export": Entry(
                "sms_gateway.cli.replies_versions:replies_export",
                "Write what is in force as files.",
            ),
        },
        "Look at the wording of replies.",
    )
)
"""The group."""
