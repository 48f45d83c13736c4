"""Which words occur in which text: written down behind whoever records it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sms_gateway.domain.masking import masked_numbers
from sms_gateway.domain.record import Record
from sms_gateway.domain.retention import Walk
from sms_gateway.gsm.words import Sought, part_numbers, says, word_number, words_of
from sms_gateway.store.rows import first_id
from sms_gateway.store.statements import Statements


class WordsBatch(Record, frozen=True):
    """The next texts, at most so many, of those that came before a moment."""

    before: datetime
    limit: int


def searched(text: str) -> Sequence[str]:
    """The words that a text is found by.

    A phone number in it is none: who may not read its digits must not find them out one by one.
    """
    return words_of(masked_numbers(text))


def is_said(text: str, sought: Sequence[Sought]) -> bool:
    """Whether a text has all these words, and not in a phone number nor in what stands for one."""
    # Few texts come so far as to be masked, which takes longer.
    return says(text, sought) and says(masked_numbers(text), sought)


async def upto(db: Statements) -> str:
    """Up to which id words are written down; empty where none are."""
    row = await db.row("words_upto")
    return str(row[0]) if row else ""


async def fill_words(db: Statements, batches: Sequence[WordsBatch]) -> Sequence[int]:
    """Write down the words of the next texts; how many texts there were."""
    counts = []
    # First, as whoever purges or erases has it before the words: else each would have what the
    # other one waits for.
    await db.rows("purge_turn", {"name": Walk.TEXTS.value})
    for batch in batches:
        ((after,),) = await db.rows("words_turn")
        values = {"after": after, "before": first_id(batch.before), "limit": batch.limit}
        rows = [(mo_id, searched(text)) for mo_id, text in await db.rows("words_next", values)]
        # Before they are written down: a word that no text had is new.
        new = await _unused(db, (words for _, words in rows))
        await db.many("word_parts_add", _parts(new))
        await db.many("words_add", _pairs(rows))
        if rows:
            await db.change("words_move", {"upto": rows[-1][0]})
        counts.append(len(rows))
    return counts


async def drop_words(db: Statements, ids: Sequence[str]) -> None:
    """Forget the words of texts that are about to be emptied, and those that no other text has."""
    await db.rows("words_turn")
    rows = [
        (mo_id, searched(text)) for mo_id, text in await db.rows("words_texts", {"ids": list(ids)})
    ]
    for mo_id, words in rows:
        numbers = [word_number(word) for word in words]
        await db.change("words_drop", {"id": mo_id, "words": numbers})
    if gone := _parts(await _unused(db, (words for _, words in rows))):
        await db.change("word_parts_drop", {"pairs": [*map(list, gone)]})


async def _unused(db: Statements, texts: Iterable[Sequence[str]]) -> dict[int, str]:
    """Those of the words of texts that no text has, by their numbers."""
    known = {word_number(word): word for words in texts for word in words}
    if not known:
        return {}
    rows = await db.rows("words_unused", {"words": sorted(known)})
    return {row[0]: known[row[0]] for row in rows}


def _parts(words: Mapping[int, str]) -> list[tuple[int, int]]:
    return sorted((part, number) for number, word in words.items() for part in part_numbers(word))


def _pairs(rows: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[int, str]]:
    # In the order of the index.
    return sorted((word_number(word), mo_id) for mo_id, words in rows for word in words)
