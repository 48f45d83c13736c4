"""Texts that would be understood otherwise, as they are shown: numbers masked, times of here."""

from collections.abc import Sequence
from datetime import tzinfo

from sms_gateway.cli.output import local
from sms_gateway.replay.judging import Understood
from sms_gateway.replay.walking import Changed, Counts
from sms_gateway.reports.log_json import iso


def listed_change(changed: Changed, zone: tzinfo, reply: str | None = None) -> Sequence[str]:
    """One line of the list, in columns; with the reply by its dossier where it was asked for."""
    row = changed.row
    return (
        local(row.received_at, zone),
        row.id,
        row.sender.masked,
        row.short_code,
        changed.judgement,
        _short(changed.before),
        "->",
        _short(changed.after, reply),
    )


def described_change(changed: Changed, zone: tzinfo, reply: str | None = None) -> dict[str, object]:
    """The same as JSON can say it, with the text."""
    row = changed.row
    return {
        "id": row.id,
        "received_at": iso(row.received_at, zone),
        "door": row.door,
        "from": row.sender.masked,
        "to": row.short_code,
        "text": row.text,
        "judgement": changed.judgement,
        "before": _described(changed.before),
        "after": {**_described(changed.after), "reply_by_case": reply},
    }


def told(counts: Counts) -> str:
    """The counts for people, in one line."""
    return (
        f"{counts.read} texts read: {counts.same} the same, {counts.better} better, "
        f"{counts.worse} worse, {counts.other} other, {counts.passed} cannot be compared"
    )


def _described(one: Understood) -> dict[str, object]:
    return {
        "intent": one.intent,
        "codes": None if one.keys is None else list(one.keys),
        "language": one.language,
        "template": one.template or None,
    }


def _short(one: Understood, reply: str | None = None) -> str:
    words = (one.intent, *(one.keys or ()), reply or one.template)
    return " ".join(word for word in words if word)
