"""Makes stores on PostgreSQL for the store's contract."""

import asyncio
import atexit
import functools
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import PostgresConnection
from sms_gateway.store.asked import StoreReading
from sms_gateway.store.opening import RunOf
from sms_gateway.store.postgres.opening import SCHEMA, migrate_postgres, open_postgres
from sms_gateway.store.store import SqlStore
from tests.postgres import Postgres, postgres
from tests.postgres_indexes import index_flaws

EXAMPLES = 10

_databases: dict[Path, str] = {}


@dataclass(frozen=True, slots=True)
class Made:
    store: SqlStore
    reading: StoreReading
    onlooker: PostgresConnection
    url: str

    async def rows(self, statement: str) -> Sequence[tuple[object, ...]]:
        return [tuple(row) for row in await self.onlooker.fetch(statement)]

    async def change(self, statement: str) -> None:
        await self.onlooker.execute(statement)

    async def sound(self) -> bool:
        return not await index_flaws(self.url)


@functools.cache
def server() -> Postgres:
    """One for all stores of this process."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(postgres())


@functools.cache
def _migrated() -> str:
    """The name of a database that others are copied from."""
    url = server().database()
    asyncio.run(migrate_postgres(Secret(url), 1))
    return url.rpartition("/")[2]


def _database_of(place: Path) -> str:
    if place not in _databases:
        _databases[place] = server().database(_migrated())
    return _databases[place]


@asynccontextmanager
async def opened(place: Path, run: RunOf) -> AsyncIterator[Made]:
    """The store of a folder."""
    url = await asyncio.to_thread(_database_of, place)
    onlooker: PostgresConnection = await asyncpg.connect(
        url, server_settings={"search_path": SCHEMA}
    )
    try:
        async with open_postgres(Secret(url), run, serving=True) as store:
            yield Made(store, store.reading, onlooker, url)
    finally:
        await onlooker.close()


def killed(place: Path, left: Path) -> None:
    """End all connections to the database, as a kill of the process would."""
    url = _database_of(place)
    _databases[left] = url
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    end = f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}"  # noqa: S608  # all of it is here
    server().run("psql", "-Atqc", end, url)
