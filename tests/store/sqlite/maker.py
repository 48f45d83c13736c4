"""Makes stores on SQLite for the store's contract."""

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sms_gateway.sqlite.connection import SqliteConnection, open_reader, open_writer
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
    path: Path

    async def rows(self, statement: str) -> Sequence[tuple[object, ...]]:
        return await self.onlooker.work(lambda db: db.execute(statement).fetchall())

    async def change(self, statement: str) -> None:
        db = await open_writer(self.path)
        try:
            await db.work(lambda opened: opened.execute(statement))
        finally:
            await db.close()

    async def sound(self) -> bool:
        return await self.rows("PRAGMA integrity_check") == [("ok",)]


@asynccontextmanager
async def opened(place: Path, run: RunOf, *, apart: bool = False) -> AsyncIterator[Made]:
    """The store of a folder."""
    async with open_sqlite(place / FILE, run, apart=apart) as store:
        onlooker = await open_reader(place / FILE)
        try:
            yield Made(store, store.reading, onlooker, place / FILE)
        finally:
            await onlooker.close()


def killed(place: Path, left: Path) -> None:
    """Copy what is in the files now: what the kernel keeps when the process is gone."""
    for name in (FILE, f"{FILE}-wal"):
        shutil.copyfile(place / name, left / name)
