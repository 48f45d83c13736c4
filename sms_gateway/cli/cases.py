"""`cases`: the case directory of our own."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

cases = places(
    LazyGroup(
        "cases",
        {
            "import": Entry(
                "sms_gateway.cli.cases_import:cases_import", "Add and update dossiers from a file."
            ),
            "show": Entry("sms_gateway.cli.cases_show:cases_show", "Show a dossier."),
        },
        "Fill the case directory, and look into it.",
    )
)
"""The group."""
