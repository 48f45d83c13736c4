"""Messages of the log as they are shown: numbers masked, times of here."""

from collections.abc import Sequence
from datetime import tzinfo

from sms_gateway.cli.output import iso, local
from sms_gateway.reading import MoRow, MtRow, ReceiptRow, RefusedRow


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


def described(row: MoRow, zone: tzinfo) -> dict[str, object]:
    """One MO as JSON can say it, with its reply."""
    return {
        "id": row.id,
        "received_at": iso(row.received_at, zone),
        "door": row.door,
        "telco_id": row.telco_id,
        "from": None if row.purged_at else row.sender.masked,
        "to": row.short_code,
        "operator": row.operator,
        "text": None if row.purged_at else row.text,
        "outcome": row.outcome,
        "reason": row.reason,
        "intent": row.intent,
        "code": row.code_key,
        "dossier": row.dossier_id,
        "agency": row.agency,
        "answered_at": iso(row.answered_at, zone),
        "handled_at": iso(row.handled_at, zone),
        "failures": row.failures,
        "trace_id": row.trace_id,
        "purged_at": iso(row.purged_at, zone),
        "reply": None if row.reply is None else described_mt(row.reply, zone),
    }


def described_mt(row: MtRow, zone: tzinfo) -> dict[str, object]:
    """One MT as JSON can say it."""
    return {
        "id": row.id,
        "kind": row.kind,
        "door": row.door,
        "to": None if row.purged_at else row.recipient.masked,
        "template": row.template,
        "language": row.language,
        "text": None if row.purged_at else row.text,
        "alphabet": row.alphabet,
        "segments": row.segments,
        "billing": row.billing,
        "billing_reason": row.billing_reason,
        "state": row.state,
        "hold_reason": row.hold_reason,
        "created_at": iso(row.created_at, zone),
        "settled_at": iso(row.settled_at, zone),
        "delivery": row.delivery,
        "delivery_at": iso(row.delivery_at, zone),
        "failures": row.failures,
        "purged_at": iso(row.purged_at, zone),
    }


def described_report(row: ReceiptRow, zone: tzinfo) -> dict[str, object]:
    """One delivery report as JSON can say it."""
    return {
        "id": row.id,
        "received_at": iso(row.received_at, zone),
        "door": row.door,
        "telco_id": row.telco_id,
        "message_id": row.mt_id,
        "delivery": row.delivery,
        "error": row.error,
        "telco_time": iso(row.telco_time, zone),
    }


def described_refused(row: RefusedRow, zone: tzinfo) -> dict[str, object]:
    """One call that could not be read as JSON can say it; `message` finds it by its trace id."""
    return {
        "hash": row.body_hash,
        "door": row.door,
        "reason": row.reason,
        "first_at": iso(row.first_at, zone),
        "last_at": iso(row.last_at, zone),
        "times": row.times,
        "octets": row.octets,
        "trace_id": row.trace_id,
    }
