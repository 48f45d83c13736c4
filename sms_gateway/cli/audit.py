"""`audit`: who did what."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

audit = places(
    LazyGroup(
        "audit",
        {
            "list": Entry(
                "sms_gateway.cli.audit_list:list_audit", "List who did what, newest first."
            ),
            "verify": Entry(
                "sms_gateway.cli.audit_verify:verify", "See that no line was changed or lost."
            ),
        },
        "Look at who did what, and verify it.",
    )
)
"""The group."""
