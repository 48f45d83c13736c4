"""Which words occur in which text: written down behind whoever records it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sms_gateway.domain.record import Record
from sms_gateway.gsm.words import part_numbers, word_number, words_of
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
        ((after,),) = await db.rows("words_turn")
        values = {"after": after, "before": first_id(batch.before), "limit": batch.limit}
        rows = [(mo_id, words_of(text)) for mo_id, text in await db.rows("words_next", values)]
        # Before they are written down: a word that no text had is new.
        new = await _unused(db, (words for _, words in rows))
        parts = ((part, number) for number, word in new.items() for part in part_numbers(word))
        await db.many("word_parts_add", sorted(parts))
        await db.many("words_add", _pairs(rows))
        if rows:
            await db.change("words_move", {"upto": rows[-1][0]})
        counts.append(len(rows))
    return counts


async def drop_words(db: Statements, ids: Sequence[str]) -> None:
    """Forget the words of texts that are about to be emptied, and those that no other text has."""
    await db.rows("words_turn")
    rows = [
        (mo_id, words_of(text)) for mo_id, text in await db.rows("words_texts", {"ids": list(ids)})
    ]
    for mo_id, words in rows:
        numbers = [word_number(word) for word in words]
        await db.change("words_drop", {"id": mo_id, "words": numbers})
    gone = await _unused(db, (words for _, words in rows))
    for number, word in gone.items():
        await db.change("word_parts_drop", {"parts": part_numbers(word), "word": number})


async def _unused(db: Statements, texts: Iterable[Sequence[str]]) -> dict[int, str]:
    """Those of the words of texts that no text has, by their numbers."""
    known = {word_number(word): word for words in texts for word in words}
    if not known:
        return {}
    rows = await db.rows("words_unused", {"words": sorted(known)})
    return {row[0]: known[row[0]] for row in rows}


def _pairs(rows: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[int, str]]:
    # In the order of the index.
    return sorted((word_number(word), mo_id) for mo_id, words in rows for word in words)
