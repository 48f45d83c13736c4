"""Texts that go to citizens by themselves. Each function is part of one commit."""

from collections.abc import Sequence

from sms_gateway.domain.pushes import Push
from sms_gateway.store.rows import json_text, ms
from sms_gateway.store.statements import Statements

_ANY_DOOR = 0
_IN_NO_CALL = 0
_NEVER_TRIED = 0


async def queue_pushes(db: Statements, pushes: Sequence[Push]) -> Sequence[bool]:
    """Queue or hold them; False where there was one with the same key before."""
    stored = await db.returned("push_insert", [_row(push) for push in pushes])
    ids = {row[0] for row in stored}
    return [push.id in ids for push in pushes]


def _row(push: Push) -> tuple[object, ...]:
    return (
        *(push.id, push.kind, push.dossier_id, push.agency),
        *(push.recipient.value, push.recipient_hash, push.short_code),
        *(push.template, push.template_version, json_text(push.params)),
        *(push.language, push.text, push.alphabet, push.segments),
        *(push.billing, push.billing_reason, push.priority),
        *(ms(push.not_before), ms(push.valid_until), push.door, _ANY_DOOR),
        *(push.state, push.hold_reason, push.batch_id or None, push.dedupe_key, ms(push.at)),
        *(_IN_NO_CALL, _NEVER_TRIED),
    )
