"""Our index of words beside GIN of words and of trigrams, in one database.

The trigrams are written as `pg_trgm` does, a number for each in GIN, but by us: the extension is
not in the development package.
"""

from collections.abc import Coroutine, Sequence
from time import perf_counter
from typing import Any
from zlib import crc32

from scripts.benchmark.word_search import PIECE, Bench, Ours, asked_words, measure, plain_words
from scripts.benchmark.word_texts import MadeText, made_texts
from sms_gateway.domain.secret import Secret
from sms_gateway.log_question import PAGE
from sms_gateway.postgres.connecting import PostgresConnection, connect
from sms_gateway.store.postgres.driver import PostgresStatements
from sms_gateway.store.postgres.opening import SCHEMA, migrate_postgres

_ROW = (
    "INSERT INTO inbox (id, door, sender, sender_hash, short_code, operator, door_data, "
    "received_at, answer_by, trace_id, run, inline, text) "
    "SELECT id, 'telco', '', '', '8083', '', '{}', 0, 0, '', '', 0, text "
    "FROM unnest($1::text[], $2::text[]) AS t (id, text)"
)
_GRAM = 3


class Gin:
    """A table beside the log with a GIN index.

    Args:
        db: the database.
        name: of the table.
        kind: of its column, `tsvector` or `integer[]`.
    """

    def __init__(self, db: PostgresConnection, name: str, kind: str) -> None:
        self._db = db
        self.name = name
        self._kind = kind

    async def make(self) -> None:
        """Make the table."""
        await self._db.execute(
            f'CREATE TABLE {self.name} (mo_id text COLLATE "C" PRIMARY KEY, said {self._kind})'
        )
        await self._db.execute(f"CREATE INDEX {self.name}_gin ON {self.name} USING gin (said)")

    async def add(self, texts: Sequence[MadeText]) -> None:
        """See `Index.add`."""
        ids = [one.id for one in texts]
        if self._kind == "tsvector":
            said: list[Any] = [plain_words(one.text) for one in texts]
            into = "to_tsvector('simple', said)"
        else:
            said = ["{" + ",".join(map(str, grams(plain_words(one.text)))) + "}" for one in texts]
            into = "said::integer[]"
        await self._db.execute(
            f"INSERT INTO {self.name} SELECT mo_id, {into} "  # noqa: S608  # ours
            "FROM unnest($1::text[], $2::text[]) AS t (mo_id, said)",
            ids,
            said,
        )

    async def drop(self, texts: Sequence[MadeText]) -> None:
        """See `Index.drop`: what the server's vacuum does later is not in it."""
        await self._db.execute(
            f"DELETE FROM {self.name} WHERE mo_id = ANY($1::text[])",  # noqa: S608  # ours
            [one.id for one in texts],
        )

    async def newest(self, question: str) -> Sequence[str] | None:
        """See `Index.newest`: of words their beginnings, of trigrams any part."""
        words = asked_words(question)
        if self._kind == "tsvector":
            ending = "" if question.startswith('"') else ":*"
            asked: Any = " & ".join(f"'{word}'{ending}" for word in words)
            match = "@@ $1::text::tsquery"
        else:
            if any(len(word) < _GRAM for word in words):
                return None
            asked = sorted({gram for word in words for gram in grams(word)})
            match = "@> $1::integer[]"
        rows = await self._db.fetch(
            f"SELECT mo_id FROM {self.name} WHERE said {match} ORDER BY mo_id DESC LIMIT {PAGE}",  # noqa: S608  # ours
            asked,
        )
        return [row[0] for row in rows]

    async def size(self) -> int:
        """See `Index.size`: of the index alone, after a vacuum that has sorted it in."""
        await self._db.execute(f"VACUUM ANALYZE {self.name}")
        return int(await self._db.fetchval(f"SELECT pg_relation_size('{self.name}_gin')"))  # ours


def grams(words: str) -> Sequence[int]:
    """A number for each trigram of a text."""
    found = {words[at : at + _GRAM] for at in range(len(words) - _GRAM + 1)}
    return sorted(crc32(gram.encode()) >> 1 for gram in found)


async def measure_database(url: str, count: int) -> None:
    """Measure all of them in one empty database."""
    await migrate_postgres(Secret(url), 1)
    db = await connect(url, SCHEMA, "benchmark")
    recorded = 0

    async def record() -> None:
        nonlocal recorded
        texts = made_texts(recorded, PIECE)
        await db.execute(_ROW, [one.id for one in texts], [one.text for one in texts])
        recorded += PIECE

    async def committed(work: Coroutine[Any, Any, object]) -> None:
        async with db.transaction():
            await work

    async def weighed(tables: Sequence[str]) -> int:
        await db.execute("VACUUM ANALYZE text_word")
        await db.execute("VACUUM ANALYZE word_part")
        asked = "SELECT pg_total_relation_size($1::text::regclass)"
        return sum([await db.fetchval(asked, table) for table in tables])

    while recorded < count:
        await record()
    await db.execute("VACUUM ANALYZE inbox")
    statements = PostgresStatements(db)
    bench = Bench(statements, count, record, perf_counter)
    await measure(Ours(statements, committed, weighed), bench)
    for name, kind in (("gin_words", "tsvector"), ("gin_trigrams", "integer[]")):
        index = Gin(db, name, kind)
        await index.make()
        await measure(index, bench)
    await db.close()
