"""What is known of one text, as it is printed to prove it, and the hash of that."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sms_gateway.domain.acts import EVIDENCE_ACT, LOOK_ACT, UNMASK_ACT
from sms_gateway.reading import ActRow, AttemptRow, MoRow, MtRow, ReceiptRow, Timeline

_OF_THE_DESK: Final = frozenset({LOOK_ACT, UNMASK_ACT, EVIDENCE_ACT})
"""Acts that only look: with them the hash of the next print would be another one."""

Told = dict[str, object]


def evidence(found: Timeline, *, full: bool, request: bytes | None = None) -> Told:
    """All that is known of a text, as JSON can say it.

    Args:
        found: what happened.
        full: with the full number; else with its last three digits.
        request: the telco's request, or the piece of it that came with this text; None for the
            SHA-256 of the whole alone.
    """
    return {
        "text": None if found.mo is None else _mo(found.mo, full=full),
        "request_sha256": None if found.raw is None else hashlib.sha256(found.raw).hexdigest(),
        "request": _text(request),
        "dossier_then": _text(found.snapshot),
        "sent": [_mt(mt, full=full) for mt in found.mts],
        "attempts": [_attempt(one) for one in found.attempts],
        "reports": [_report(one) for one in found.receipts],
        "acts": [_act(one) for one in found.acts if by_hand(one)],
    }


def by_hand(act: ActRow) -> bool:
    """Whether it did something to the text, and did not only look at it."""
    return act.act not in _OF_THE_DESK


def canonical(told: Mapping[str, object]) -> bytes:
    """The octets that are hashed: JSON in UTF-8, keys in order, no blanks."""
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def seal(told: Mapping[str, object]) -> str:
    """The SHA-256 of the canonical JSON, 64 hex digits."""
    return hashlib.sha256(canonical(told)).hexdigest()


def _mo(mo: MoRow, *, full: bool) -> Told:
    kept = mo.purged_at is None
    return {
        "id": mo.id, "door": mo.door, "telco_id": mo.telco_id, "operator": mo.operator,
        "from": (mo.sender.value if full else mo.sender.masked) if kept else None,
        "to": mo.short_code, "received_at": _moment(mo.received_at),
        "text": mo.text if kept else None, "outcome": mo.outcome, "reason": mo.reason,
        "intent": mo.intent, "code": mo.code_key, "agency": mo.agency,
        "answered_at": _moment(mo.answered_at), "handled_at": _moment(mo.handled_at),
        "purged_at": _moment(mo.purged_at),
    }  # fmt: skip


def _mt(mt: MtRow, *, full: bool) -> Told:
    kept = mt.purged_at is None
    return {
        "id": mt.id, "kind": mt.kind, "door": mt.door, "template": mt.template,
        "to": (mt.recipient.value if full else mt.recipient.masked) if kept else None,
        "language": mt.language, "text": mt.text if kept else None, "alphabet": mt.alphabet,
        "segments": mt.segments, "billing": mt.billing, "billing_reason": mt.billing_reason,
        "state": mt.state, "hold_reason": mt.hold_reason, "created_at": _moment(mt.created_at),
        "settled_at": _moment(mt.settled_at), "delivery": mt.delivery,
        "delivery_at": _moment(mt.delivery_at), "purged_at": _moment(mt.purged_at),
    }  # fmt: skip


def _attempt(one: AttemptRow) -> Told:
    return {
        "message": one.mt_id, "attempt": one.attempt, "part": one.part, "at": _moment(one.at),
        "door": one.door, "result": one.result, "reason": one.reason, "telco_id": one.telco_id,
    }  # fmt: skip


def _report(one: ReceiptRow) -> Told:
    return {
        "message": one.mt_id, "at": _moment(one.received_at), "door": one.door,
        "telco_id": one.telco_id, "telco_time": _moment(one.telco_time),
        "delivery": one.delivery, "error": one.error,
    }  # fmt: skip


def _act(one: ActRow) -> Told:
    return {
        "at": _moment(one.at), "by": one.by, "act": one.act, "subject": one.subject,
        "detail": one.detail,
    }  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    """In UTC: the hash is the same wherever it is printed."""
    return None if at is None else at.isoformat(timespec="milliseconds")


def _text(octets: bytes | None) -> str | None:
    return None if octets is None else octets.decode("utf-8", "backslashreplace")
