"""What an index of words costs and gives: ours beside those of SQLite and of PostgreSQL.

`python -m scripts.benchmark.word_search FILE` makes FILE, a database of a million made-up texts,
and measures our tables and FTS5 in it; with `--postgres-url` the texts go to that database, which
must be empty, and ours is measured beside GIN of words and of trigrams. All ask for the newest 50.
FILE is measured in CPU time, as all of it happens here; the database in time that goes by.
"""

import argparse
import asyncio
import statistics
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from scripts.benchmark.word_texts import QUESTIONS, MadeText, made_texts
from sms_gateway.gsm.words import sought_in, words_of
from sms_gateway.log_question import MessageFilter
from sms_gateway.store.operations.finding import ANY_TEXT, find
from sms_gateway.store.operations.words import WordsBatch, drop_words, fill_words
from sms_gateway.store.statements import Statements

T = TypeVar("T")

PIECE = 1_000
_TRIES = 20
_MS = 1000
_LATER = datetime(2100, 1, 1, tzinfo=UTC)


class Index(Protocol):
    """One way to find texts by words."""

    @property
    def name(self) -> str:
        """Of the way."""

    async def add(self, texts: Sequence[MadeText]) -> None:
        """Take texts in, and commit."""

    async def drop(self, texts: Sequence[MadeText]) -> None:
        """Take them out, and commit."""

    async def newest(self, question: str) -> Sequence[str] | None:
        """The ids of the newest page; None where it cannot be asked."""

    async def size(self) -> int:
        """In octets."""


class Ours:
    """Our tables, on either database; of what it finds it gives the rows as well.

    Args:
        db: with the texts in its log.
        committed: runs some work and commits.
        weighed: tells the size of tables by their names.
    """

    name = "ours"

    def __init__(
        self,
        db: Statements,
        committed: Callable[[Coroutine[Any, Any, object]], Coroutine[Any, Any, None]],
        weighed: Callable[[Sequence[str]], Coroutine[Any, Any, int]],
    ) -> None:
        self._db = db
        self._committed = committed
        self._weighed = weighed
        self._turn = asyncio.Lock()

    async def add(self, texts: Sequence[MadeText]) -> None:
        """See `Index.add`: the next texts of the log, which is how they come."""
        await self._committed(fill_words(self._db, [WordsBatch(_LATER, len(texts))]))

    async def drop(self, texts: Sequence[MadeText]) -> None:
        """See `Index.drop`."""
        await self._committed(drop_words(self._db, [text.id for text in texts]))

    async def newest(self, question: str) -> Sequence[str] | None:
        """See `Index.newest`."""
        found = await find(self._ask, MessageFilter(words=question))
        return [row.id for row in found.rows]

    async def _ask(self, question: Callable[[Statements], Awaitable[T]]) -> T:
        # There is one connection, and others have one too.
        async with self._turn:
            return await question(self._db)

    async def size(self) -> int:
        """See `Index.size`."""
        return await self._weighed(("text_word", "word_part"))


def plain_words(text: str) -> str:
    """A text as other indexes must be given it: none of them knows that đ is a d."""
    return " ".join(words_of(text))


def asked_words(question: str) -> Sequence[str]:
    """The words of a question."""
    return [one.text for one in sought_in(question)]


@dataclass(frozen=True, slots=True)
class Bench:
    """Where an index is measured.

    Attributes:
        db: with the log, for the rows of what is found.
        count: how many texts an index is filled with.
        record: writes the next thousand texts behind those into the log.
        clock: in seconds.
    """

    db: Statements
    count: int
    record: Callable[[], Coroutine[Any, Any, None]]
    clock: Callable[[], float]

    async def took(self, work: Coroutine[Any, Any, object]) -> float:
        """How many milliseconds some work takes."""
        began = self.clock()
        await work
        return (self.clock() - began) * _MS


async def measure(index: Index, bench: Bench) -> None:
    """Fill an empty index, and tell what it costs and gives."""
    count = bench.count
    for first in range(0, count, PIECE):
        await index.add(made_texts(first, PIECE))
    print(f"{index.name}: {await index.size() / count:.0f} octets a text", flush=True)
    added, dropped = [], []
    for place in range(5):
        if isinstance(index, Ours):
            await bench.record()
        more = made_texts(count + place * PIECE, PIECE)
        added.append(await bench.took(index.add(more)))
    for place in range(5):
        old = made_texts(place * PIECE, PIECE)
        dropped.append(await bench.took(index.drop(old)))
    print(f"  adds 1,000 in {_shown(added)} ms, drops 1,000 in {_shown(dropped)} ms", flush=True)
    for name, question in QUESTIONS.items():
        await _ask(index, bench, name, question)


async def _ask(index: Index, bench: Bench, name: str, question: str) -> None:
    found: Sequence[str] | None = []

    async def ask() -> None:
        nonlocal found
        found = await index.newest(question)
        if found is not None and not isinstance(index, Ours):
            await bench.db.rows("messages_among", {**ANY_TEXT, "ids": list(found)})

    took = [await bench.took(ask()) for _ in range(_TRIES)]
    told = "cannot be asked" if found is None else f"{len(found):3} in {_shown(took)} ms"
    print(f"  {name:36}{told}", flush=True)


def _shown(took: Sequence[float]) -> str:
    return f"{statistics.median(took):.1f} (best {min(took):.1f})"


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE")
    parser.add_argument("--postgres-url", default="", help="an empty database")
    parser.add_argument("--texts", type=int, default=1_000_000, metavar="N")
    options = parser.parse_args()
    count = options.texts // PIECE * PIECE
    # Each imports this module, for what both share.
    if options.postgres_url:
        from scripts.benchmark.word_search_postgres import measure_database  # noqa: PLC0415  # it imports us

        asyncio.run(measure_database(options.postgres_url, count))
    elif options.file:
        from scripts.benchmark.word_search_sqlite import measure_file  # noqa: PLC0415  # it imports us

        asyncio.run(measure_file(options.file, count))


if __name__ == "__main__":
    main()
