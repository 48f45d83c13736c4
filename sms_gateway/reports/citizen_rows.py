"""Messages as their own citizen is given them: nothing masked, nothing left out."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Final
from urllib.parse import unquote

from sms_gateway.domain.masking import digits_of, numbers_in, plain_digits
from sms_gateway.reading import MoRow, MtRow, Timeline
from sms_gateway.reports.log_json import described, described_mt, described_report, iso

_ONE_PDU: Final = b"smpp "
"""How the request of a text begins that came by SMPP: a PDU carries one."""

_TAIL: Final = 9
"""Digits of a number without its prefix, in which a request may be written another way."""


OwnPart = Callable[[bytes, MoRow], bytes | None]
"""Of a request as it was kept, what came with one text and no other: see `ports.Door`."""


def message_of(timeline: Timeline, zone: tzinfo, own: OwnPart) -> Mapping[str, object]:
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
        "request": _own_request(timeline, own),
    }


def push_of(row: MtRow, timeline: Timeline, zone: tzinfo) -> Mapping[str, object]:
    """A message of ours that answers no text."""
    return {**_mt(row, zone), **_around(timeline, zone), "request": None}


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
        "dossier_then": _text(timeline.snapshot),
    }  # fmt: skip


def _own_request(timeline: Timeline, own: OwnPart) -> str | None:
    """What came with this text, unless it may tell of somebody else.

    A call may bring texts of many people, and only its door can tell them apart: what the door
    gives, and what it wrote in some other way, is looked through for numbers of others as well.
    """
    if timeline.mo is None or timeline.raw is None:
        return None
    part = own(timeline.raw, timeline.mo)
    told = _text(part)
    if part is None or told is None:
        return None
    if part.startswith(_ONE_PDU):
        return told
    theirs = timeline.mo.sender.value.removeprefix("+")
    named = [digits_of(one[0]).removeprefix("+") for one in numbers_in(plain_digits(unquote(told)))]
    others = [one for one in named if one[-_TAIL:] != theirs[-_TAIL:]]
    return told if named and not others else None


def _text(octets: bytes | None) -> str | None:
    return None if octets is None else octets.decode("utf-8", "backslashreplace")
