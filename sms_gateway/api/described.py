"""Messages as the API tells them."""

from collections.abc import Mapping

from sms_gateway.domain.masking import masked_numbers
from sms_gateway.domain.msisdn import Address
from sms_gateway.reading import MoRow, MtRow, Timeline

Told = Mapping[str, object]


def told_message(mo: MoRow, *, unmasked: bool) -> Told:
    """A text of a citizen, and its reply."""
    return {
        "id": mo.id,
        "door": mo.door,
        "operator": mo.operator,
        "short_code": mo.short_code,
        "sender": _number(mo.sender, unmasked=unmasked),
        "received_at": mo.received_at,
        "text": _words(mo.text, unmasked=unmasked),
        "outcome": mo.outcome,
        "reason": mo.reason,
        "intent": mo.intent,
        "code": _words(mo.code_key, unmasked=unmasked),
        "agency": mo.agency,
        "answered_at": mo.answered_at,
        "handled_at": mo.handled_at,
        "purged_at": mo.purged_at,
        "reply": None if mo.reply is None else told_sent(mo.reply, unmasked=unmasked),
    }


def told_sent(mt: MtRow, *, unmasked: bool) -> Told:
    """A text of ours."""
    return {
        "id": mt.id,
        "kind": mt.kind,
        "door": mt.door,
        "recipient": _number(mt.recipient, unmasked=unmasked),
        "template": mt.template,
        "language": mt.language,
        "text": _words(mt.text, unmasked=unmasked),
        "segments": mt.segments,
        "billing": mt.billing,
        "agency": mt.agency,
        "state": mt.state,
        "state_reason": mt.hold_reason,
        "created_at": mt.created_at,
        "settled_at": mt.settled_at,
        "delivery": mt.delivery,
        "delivery_at": mt.delivery_at,
        "purged_at": mt.purged_at,
    }


def told_timeline(found: Timeline, *, unmasked: bool) -> Told:
    """All that happened to one; what staff noted stays in the console."""
    return {
        "agency": found.agency,
        "message": None if found.mo is None else told_message(found.mo, unmasked=unmasked),
        "sent": [told_sent(mt, unmasked=unmasked) for mt in found.mts],
        "attempts": [
            {
                "message": one.mt_id,
                "attempt": one.attempt,
                "part": one.part,
                "at": one.at,
                "door": one.door,
                "result": one.result,
                "reason": one.reason,
            }
            for one in found.attempts
        ],
        "reports": [
            {
                "message": one.mt_id,
                "at": one.received_at,
                "delivery": one.delivery,
                "error": one.error,
            }
            for one in found.receipts
        ],
        "acts": [{"at": act.at, "act": act.act} for act in found.acts],
    }


def _number(address: Address, *, unmasked: bool) -> str:
    return address.value if unmasked else address.masked


def _words(text: str, *, unmasked: bool) -> str:
    """A text, or what stood in the place of a code: people text numbers in both."""
    return text if unmasked else masked_numbers(text)
