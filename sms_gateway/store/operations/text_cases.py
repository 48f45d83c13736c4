"""Texts that staff keep as test cases; each change leaves one row in the audit."""

from collections.abc import Sequence

from sms_gateway.domain.ids import CanonicalKey, ShortCode
from sms_gateway.domain.text_cases import (
    ADD_CASE_ACT,
    MOST_CASES,
    REMOVE_CASE_ACT,
    TextCase,
    TextCaseBack,
)
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Statements


async def text_cases(db: Statements) -> Sequence[TextCase]:
    """All of them, the last one first."""
    return [
        TextCase(
            case_id, text, ShortCode(code), intent, CanonicalKey(key), note, moment(at), by
        )
        for case_id, text, code, intent, key, note, at, by in await db.rows("test_cases")
    ]  # fmt: skip


async def add_text_cases(db: Statements, added: Sequence[TextCase]) -> Sequence[bool]:
    """Keep some; whether there was room for each."""
    return [await _add(db, one) for one in added]


async def remove_text_cases(db: Statements, removed: Sequence[TextCaseBack]) -> Sequence[bool]:
    """Take some away; whether each was there."""
    return [await _remove(db, one) for one in removed]


async def _add(db: Statements, added: TextCase) -> bool:
    ((others,),) = await db.rows("test_case_count")
    if others >= MOST_CASES:
        return False
    values = {
        "id": added.id, "text": added.text, "short_code": added.short_code,
        "intent": added.intent, "key": added.key, "note": added.note,
        "at": ms(added.at), "by": added.by,
    }  # fmt: skip
    await db.change("test_case_add", values)
    # The text and its number stand in their own table, which they leave with the case.
    await audit(db, added.at, added.by, ADD_CASE_ACT, added.id, added.intent)
    return True


async def _remove(db: Statements, removed: TextCaseBack) -> bool:
    if not await db.change("test_case_remove", {"id": removed.id}):
        return False
    await audit(db, removed.at, removed.by, REMOVE_CASE_ACT, removed.id)
    return True
