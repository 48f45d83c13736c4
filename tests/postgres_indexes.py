"""Whether the indexes of a database on PostgreSQL say what its tables say.

`amcheck`, which could tell, is not in the development package.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from sms_gateway.postgres.connecting import PostgresConnection

# The rows in the index's order, so that a key in a wrong place is seen as well.
_INDEXES = """
SELECT i.indexrelid AS id, i.indexrelid::regclass::text AS name, format(
    'SELECT count(*) AS found, md5(string_agg(keys, E''\\n'')) AS digest FROM '
    '(SELECT ROW(%1$s)::text AS keys FROM %2$s WHERE %3$s ORDER BY %1$s) AS in_order',
    (
        SELECT string_agg(pg_get_indexdef(i.indexrelid, number, false), ', ' ORDER BY number)
        FROM generate_series(1, i.indnkeyatts::integer) AS number
    ),
    i.indrelid::regclass,
    coalesce(pg_get_expr(i.indpred, i.indrelid), 'true')
) AS question
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
JOIN pg_am AS a ON a.oid = c.relam
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE a.amname = 'btree' AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
ORDER BY name
"""

# An index that is not valid answers no question. Other sessions never see this: it is rolled back.
_TURN = "UPDATE pg_index SET indisvalid = NOT indisvalid WHERE indexrelid = ANY($1::oid[])"

_WAY = "SELECT set_config('enable_indexonlyscan', $1, true)"

_BY_INDEX = {
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_sort": "off",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}
"""Where there is one index that gives the order, it is taken."""


@dataclass(frozen=True, slots=True)
class _Index:
    id: int
    name: str
    question: str


async def index_flaws(url: str) -> Sequence[str]:
    """One line for each index that says something else than its table; others may write meanwhile.

    Each is asked alone: by what it holds itself, and by the rows that it leads to.

    Args:
        url: the database, as its superuser.

    Raises:
        what is in `connecting.DOWN`: also where a page cannot be read.
    """
    # A plan that is kept would be taken for another index, or another way.
    connection: PostgresConnection = await asyncpg.connect(
        url, statement_cache_size=0, server_settings=_BY_INDEX
    )
    try:
        one_moment = connection.transaction(isolation="repeatable_read")
        await one_moment.start()
        try:
            return await _compared(connection)
        finally:
            await one_moment.rollback()
    finally:
        await connection.close()


async def _compared(connection: PostgresConnection) -> Sequence[str]:
    indexes = [_Index(**row) for row in await connection.fetch(_INDEXES)]
    await connection.execute(_TURN, [index.id for index in indexes])
    flaws = []
    for index in indexes:
        table = await connection.fetchrow(index.question)
        await connection.execute(_TURN, [index.id])
        for way, scan in (("on", "Index Only Scan"), ("off", "Index Scan")):
            await connection.execute(_WAY, way)
            plan = str(await connection.fetch(f"EXPLAIN {index.question}"))
            assert f"{scan} using {index.name.rpartition('.')[2]} on" in plan, plan
            if (said := await connection.fetchrow(index.question)) != table:
                flaws.append(f"{index.name}, {scan}: {_counts(said)}, its table {_counts(table)}")
        await connection.execute(_TURN, [index.id])
    return flaws


def _counts(said: asyncpg.Record | None) -> str:
    assert said is not None
    return f"{said['found']} rows"
