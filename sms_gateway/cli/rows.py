"""Messages of the log as they are shown: numbers masked, times of here."""

from collections.abc import Sequence
from datetime import tzinfo

from sms_gateway.cli.output import local
from sms_gateway.reading import MoRow, MtRow


def ended(row: MoRow) -> str:
    """How an MO ended, with the reason: `suppressed:identical`, `answered:S9`."""
    if row.outcome is None:
        return "unanswered"
    return f"{row.outcome}:{row.reason}" if row.reason else str(row.outcome)


def listed(row: MoRow, zone: tzinfo) -> Sequence[str]:
    """One line of the list, in columns."""
    return (
        local(row.received_at, zone),
        row.id,
        "purged" if row.purged_at else row.sender.masked,
        row.short_code,
        f"{ended(row)}, handled" if row.handled_at else ended(row),
        row.code_key or "-",
        _sent(row.reply),
    )


def _sent(reply: MtRow | None) -> str:
    if reply is None:
        return "-"
    delivery = f", {reply.delivery}" if reply.delivery else ""
    return f"{reply.template} {reply.billing} {reply.state}{delivery}"
