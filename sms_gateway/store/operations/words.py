"""Which words occur in which text: written down behind whoever records it."""

from collections.abc import Sequence
from datetime import datetime

from sms_gateway.domain.record import Record
from sms_gateway.gsm.words import word_numbers
from sms_gateway.store.rows import first_id
from sms_gateway.store.statements import Statements


class WordsBatch(Record, frozen=True):
    """The next texts, at most so many, of those that came before a moment."""

    before: datetime
    limit: int


async def upto(db: Statements) -> str:
    """Up to which id words are written down; empty where none are."""
    row = await db.row("words_upto")
    return str(row[0]) if row else ""


async def fill_words(db: Statements, batches: Sequence[WordsBatch]) -> Sequence[int]:
    """Write down the words of the next texts; how many texts there were."""
    counts = []
    for batch in batches:
        values = {
            "after": await upto(db),
            "before": first_id(batch.before),
            "limit": batch.limit,
        }
        rows = [(mo_id, text) for mo_id, text in await db.rows("words_next", values)]
        await db.many("words_add", _pairs(rows))
        if rows:
            await db.change("words_move", {"upto": rows[-1][0]})
        counts.append(len(rows))
    return counts


async def drop_words(db: Statements, ids: Sequence[str]) -> None:
    """Forget the words of texts that are about to be emptied."""
    for mo_id, text in await db.rows("words_texts", {"ids": list(ids)}):
        await db.change("words_drop", {"id": mo_id, "words": word_numbers(text)})


def _pairs(rows: Sequence[tuple[str, str]]) -> list[tuple[int, str]]:
    # In the order of the index.
    return sorted((word, mo_id) for mo_id, text in rows for word in word_numbers(text))
