"""`report`: the tables that an office signs."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

report = places(
    LazyGroup(
        "report",
        {
            "dossiers": Entry(
                "sms_gateway.cli.report_dossiers:report_dossiers",
                "Dossiers received, resolved early, on time and late, and pending.",
            ),
            "messages": Entry(
                "sms_gateway.cli.report_messages:report_messages",
                "Texts by outcome, door, telco and hour.",
            ),
            "survey": Entry(
                "sms_gateway.cli.report_survey:report_survey",
                "What citizens think of it: marks, and the index by month.",
            ),
            "billing": Entry(
                "sms_gateway.cli.report_messages:report_billing",
                "Our messages, and how they were charged.",
            ),
        },
        "Make the tables that an office signs.",
    )
)
"""The group."""
