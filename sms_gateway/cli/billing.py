"""`billing`: charges, held against those of the telco."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

billing = places(
    LazyGroup(
        "billing",
        {
            "reconcile": Entry(
                "sms_gateway.cli.billing_reconcile:reconcile_bill",
                "Compare our messages with a telco's own file.",
            ),
        },
        "Hold charges against those of the telco.",
    )
)
"""The group."""
