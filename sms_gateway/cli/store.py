"""`store`: the message store as a database."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

store = places(
    LazyGroup(
        "store",
        {
            "migrate": Entry(
                "sms_gateway.cli.store_migrate:migrate",
                "Make or renew the tables, for this version.",
            ),
            "status": Entry(
                "sms_gateway.cli.store_status:status", "Show which version's tables are there."
            ),
            "copy": Entry(
                "sms_gateway.cli.store_copy:copy", "Move an embedded installation to PostgreSQL."
            ),
        },
        "Look after the message store as a database.",
    )
)
"""The group."""
