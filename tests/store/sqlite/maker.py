"""Makes stores on SQLite for the store's contract."""

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sms_gateway.sqlite.connection import SqliteConnection, open_reader
from sms_gateway.store.asked import StoreReading
from sms_gateway.store.opening import RunOf
from sms_gateway.store.sqlite.opening import open_sqlite
from sms_gateway.store.store import SqlStore

FILE = "gateway.db"


@dataclass(frozen=True, slots=True)
class Made:
    store: SqlStore
    reading: StoreReading
    onlooker: SqliteConnection

    async def rows(self, statement: str) -> Sequence[tuple[object, ...]]:
        return await self.onlooker.work(lambda db: db.execute(statement).fetchall())

    async def sound(self) -> bool:
        return await self.rows("PRAGMA integrity_check") == [("ok",)]


@asynccontextmanager
async def opened(place: Path, run: RunOf, *, apart: bool = False) -> AsyncIterator[Made]:
    """The store of a folder."""
    async with open_sqlite(place / FILE, run, apart=apart) as store:
        onlooker = await open_reader(place / FILE)
        try:
            yield Made(store, store.reading, onlooker)
        finally:
            await onlooker.close()


def killed(place: Path, left: Path) -> None:
    """Copy what is in the files now: what the kernel keeps when the process is gone."""
    for name in (FILE, f"{FILE}-wal"):
        shutil.copyfile(place / name, left / name)
