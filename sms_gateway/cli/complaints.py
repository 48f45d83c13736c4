"""`complaints`: what citizens complain about, and until when it must be settled."""

from sms_gateway.cli.group import Entry, LazyGroup
from sms_gateway.cli.options import places

_FILE = "sms_gateway.cli.complaints_change"

complaints = places(
    LazyGroup(
        "complaints",
        {
            "list": Entry(f"{_FILE}:list_complaints", "List complaints, the one due next first."),
            "open": Entry(f"{_FILE}:open_complaint", "Write a complaint down."),
            "close": Entry(f"{_FILE}:close_complaint", "Say how a complaint was settled."),
        },
        "Look after complaints and their due dates.",
    )
)
"""The group."""
