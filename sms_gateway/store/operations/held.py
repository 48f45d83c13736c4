"""Automatic messages that wait for a person, as far as somebody may see them."""

from collections.abc import Sequence

from sms_gateway.domain.held_texts import Agencies, HeldPart, HeldText
from sms_gateway.domain.msisdn import Address
from sms_gateway.store.rows import moment
from sms_gateway.store.statements import Statements


async def held_parts(db: Statements, agencies: Agencies) -> Sequence[HeldPart]:
    """What of each batch belongs to these agencies, the oldest first."""
    rows = await db.rows("held_parts", _of(agencies))
    return [
        HeldPart(batch, reason, moment(since), texts, dossiers, numbers)
        for batch, reason, since, texts, dossiers, numbers in rows
    ]


async def held_texts(
    db: Statements, batch: str, agencies: Agencies, limit: int
) -> Sequence[HeldText]:
    """Some texts of a batch that belong to these agencies."""
    values = {"batch": batch, "limit": limit, **_of(agencies)}
    return [
        HeldText(template, code or "", Address(recipient).masked, text)
        for template, code, recipient, text in await db.rows("held_texts", values)
    ]


def _of(agencies: Agencies) -> dict[str, object]:
    return {"every": int(agencies is None), "agencies": list(agencies or ())}
