"""Messages as their own citizen is given them: nothing masked, nothing left out."""

from collections.abc import Mapping
from datetime import tzinfo

from sms_gateway.reading import MtRow, Timeline
from sms_gateway.reports.log_json import described, described_mt, described_report, iso


def message_of(timeline: Timeline, zone: tzinfo) -> Mapping[str, object]:
    """A text with all that happened to it."""
    mo = timeline.mo
    said: dict[str, object] = {}
    if mo is not None:
        said = {**described(mo, zone), "from": None if mo.purged_at else mo.sender.value}
        said.pop("reply")
    return {
        **said,
        "parts": [
            {"id": part.id, "at": iso(part.received_at, zone), "number": part.number}
            for part in timeline.parts
        ],
        "sent": [_mt(row, zone) for row in timeline.mts],
        **_around(timeline, zone),
    }


def push_of(row: MtRow, timeline: Timeline, zone: tzinfo) -> Mapping[str, object]:
    """A message of ours that answers no text."""
    return {**_mt(row, zone), **_around(timeline, zone)}


def _mt(row: MtRow, zone: tzinfo) -> dict[str, object]:
    to = None if row.purged_at else row.recipient.value
    return {**described_mt(row, zone), "to": to}


def _around(timeline: Timeline, zone: tzinfo) -> dict[str, object]:
    return {
        "attempts": [
            {
                "message_id": one.mt_id, "attempt": one.attempt, "part": one.part,
                "at": iso(one.at, zone), "door": one.door, "result": one.result,
                "reason": one.reason, "telco_id": one.telco_id,
            }
            for one in timeline.attempts
        ],
        "receipts": [described_report(one, zone) for one in timeline.receipts],
        "acts": [
            {
                "at": iso(one.at, zone), "by": one.by, "act": one.act, "subject": one.subject,
                "detail": one.detail,
            }
            for one in timeline.acts
        ],
        "request": _text(timeline.raw),
        "dossier_then": _text(timeline.snapshot),
    }  # fmt: skip


def _text(octets: bytes | None) -> str | None:
    return None if octets is None else octets.decode("utf-8", "backslashreplace")
