"""What staff change of the rules; each change leaves one row in the audit."""

from collections.abc import Sequence

from sms_gateway.domain.synonyms import ADD_ACT, REMOVE_ACT, Synonym, SynonymBack
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Statements


async def synonyms(db: Statements) -> Sequence[Synonym]:
    """The words that they added, the first one first."""
    return [
        Synonym(name, written, meant, note, moment(at), by)
        for name, written, meant, note, at, by in await db.rows("synonyms")
    ]


async def add_synonyms(db: Statements, added: Sequence[Synonym]) -> Sequence[bool]:
    """Write words down; whether each was not there before."""
    return [await _add(db, one) for one in added]


async def remove_synonyms(db: Statements, removed: Sequence[SynonymBack]) -> Sequence[bool]:
    """Take words away; whether each was there."""
    return [await _remove(db, one) for one in removed]


async def _add(db: Statements, added: Synonym) -> bool:
    values = {
        "name": added.folded, "written": added.word, "meant": added.keyword,
        "note": added.note, "at": ms(added.at), "by": added.by,
    }  # fmt: skip
    if not await db.change("synonym_add", values):
        return False
    detail = f"{added.word} = {added.keyword} {added.note}".strip()
    await audit(db, added.at, added.by, ADD_ACT, added.folded, detail)
    return True


async def _remove(db: Statements, removed: SynonymBack) -> bool:
    if not await db.change("synonym_remove", {"name": removed.folded}):
        return False
    await audit(db, removed.at, removed.by, REMOVE_ACT, removed.folded)
    return True
