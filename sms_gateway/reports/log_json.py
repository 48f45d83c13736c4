"""Messages of the log as JSON can say them: numbers masked, times of here."""

from datetime import datetime, tzinfo

from sms_gateway.domain.complaints import Complaint
from sms_gateway.reading import MoRow, MtRow, ReceiptRow, RefusedRow


def iso(moment: datetime | None, zone: tzinfo) -> str | None:
    """A moment for programs, with its zone."""
    return None if moment is None else here(moment, zone).isoformat(timespec="milliseconds")


def here(moment: datetime, zone: tzinfo) -> datetime:
    """A moment in a zone; as it is where that has no such year."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        # A telco's clock at the end of the calendar: shown as it is.
        return moment


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


def described_complaint(one: Complaint, zone: tzinfo) -> dict[str, object]:
    """A complaint as JSON can say it."""
    return {
        "id": one.id,
        "message": one.mo_id,
        "number_hash": one.number_hash,
        "channel": one.channel,
        "what": one.what,
        "opened_at": iso(one.opened_at, zone),
        "due_at": iso(one.due_at, zone),
        "by": one.by,
        "closed_at": iso(one.closed_at, zone),
        "closed_by": one.closed_by or None,
        "outcome": one.outcome or None,
    }
