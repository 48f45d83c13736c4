"""An installation on a server of the tests' own: messages, dossiers, and who looks into them."""

import asyncio
import dataclasses
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from sms_gateway.cases.embedded.copied import SCHEMA as CASES_SCHEMA
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import PostgresConnection
from sms_gateway.store.asked import StoreReading
from sms_gateway.store.opening import RunOf
from sms_gateway.store.postgres.opening import SCHEMA, migrate_postgres, open_postgres
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import BINH, Desk
from tests.postgres import programs

FOR_EVER, LONG_AGO = datetime(2999, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)
WORD = "hunter2"
BOTH = f"{SCHEMA},{CASES_SCHEMA}"


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """An open store."""

    store: SqlStore
    reading: StoreReading
    onlooker: PostgresConnection

    async def rows(self, statement: str) -> Sequence[tuple[object, ...]]:
        return [tuple(row) for row in await self.onlooker.fetch(statement)]

    async def sound(self) -> bool:
        raise NotImplementedError


@dataclasses.dataclass(frozen=True, slots=True)
class Maker:
    """Implements the contract's `Maker` on one database, whatever the folder."""

    url: str

    @asynccontextmanager
    async def opened(self, _place: Path, run: RunOf) -> AsyncIterator[Made]:
        await migrate_postgres(Secret(self.url), 1)
        onlooker = await looking(self.url)
        try:
            async with open_postgres(Secret(self.url), run, serving=True) as store:
                yield Made(store, store.reading, onlooker)
        finally:
            await onlooker.close()

    def killed(self, _place: Path, _left: Path) -> None:
        raise NotImplementedError


async def filled(url: str, folder: Path) -> None:
    """One reply queued, one being sent, one too old, a text without answer, one part that waits."""
    async with Desk(Maker(url), folder) as desk:
        await desk.reply(valid_until=FOR_EVER)
        await desk.store.lease(DoorName("telco"), desk.clock.at, 1)
        await desk.reply(mo=await desk.receive(sender=BINH), valid_until=FOR_EVER)
        await desk.reply(valid_until=LONG_AGO)
        await desk.receive("MCKH\t\\.\n\\N")
        await desk.part("MCKH_", desk.part_of(1, 2))


async def looking(url: str) -> PostgresConnection:
    found: PostgresConnection = await asyncpg.connect(url, server_settings={"search_path": BOTH})
    return found


def asked(url: str, statement: str) -> list[tuple[object, ...]]:
    """What a statement finds, in the schemas of a gateway."""

    async def ask() -> list[tuple[object, ...]]:
        connection = await looking(url)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    return asyncio.run(ask())


_TABLES = """
SELECT schemaname || '.' || tablename FROM pg_tables
WHERE schemaname IN ('sms_gateway', 'sms_gateway_cases') ORDER BY 1
"""
_INDEXES = """
SELECT schemaname, indexdef FROM pg_indexes
WHERE schemaname IN ('sms_gateway', 'sms_gateway_cases') ORDER BY 1, 2
"""


def everything(url: str) -> Mapping[str, object]:
    """Every row of every table of ours, and the indexes."""
    found: dict[str, object] = {"indexes": asked(url, _INDEXES)}
    for (table,) in asked(url, _TABLES):
        statement = f"SELECT t::text FROM {table} AS t ORDER BY 1"  # noqa: S608  # a table of ours
        found[str(table)] = asked(url, statement)
    return found


def old_program(folder: Path, name: str, major: int) -> Path:
    """A folder with all programs, of which one says that it is of an old version."""
    folder.mkdir()
    for program in programs().iterdir():
        if program.name != name:
            (folder / program.name).symlink_to(program)
    script = folder / name
    script.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {major}.4 (Debian {major}.4-1)'\n")
    script.chmod(0o755)
    return folder


def named(monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    """The settings name a database, with a password that it does not need."""
    monkeypatch.setenv("SMS_GATEWAY_STORE__URL", url.replace("gateway@", f"gateway:{WORD}@"))
    return url


def on_path(folder: Path) -> str:
    """PATH with a folder before all others."""
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
