"""Code of a version before runs on the schema of this one: nodes are started again one by one.

Each archive here is a version that was given out, as `git archive` packs it. When a version is
given out that knows more migrations, add its own (docs/architecture.md, "A column").
"""

import asyncio
import json
import re
import sqlite3
import tarfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import connect
from sms_gateway.postgres.statements import numbered
from sms_gateway.reading import Reading
from sms_gateway.sql.migrations import load_migrations
from sms_gateway.sqlite.migrate import migrate
from sms_gateway.store.opening import RunOf, open_store
from sms_gateway.store.postgres.opening import SCHEMA, migrate_postgres
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import Desk
from tests.postgres import Postgres
from tests.real_process import Program

ARCHIVES = sorted(Path(__file__).parent.glob("*.tar.xz"))
DIALECTS = ("sqlite", "postgres")
LONG_AGO = datetime(2024, 5, 6, 3, 15, tzinfo=UTC)
AT = 1_000

_NAME = re.compile(r"^-- name: ([a-z0-9_]+)$", re.MULTILINE)


@pytest.fixture(scope="session", params=ARCHIVES, ids=lambda path: path.name)
def old(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code and the settings of a version before."""
    folder = tmp_path_factory.mktemp("old-code")
    with tarfile.open(request.param) as archive:
        archive.extractall(folder, filter="data")
    return folder


def statements(old: Path, dialect: str) -> Mapping[str, str]:
    """All that the old code says to a database."""
    found: dict[str, str] = {}
    for file in sorted((old / "sms_gateway" / "store" / dialect).glob("*.sql")):
        pieces = _NAME.split(file.read_text(encoding="utf-8"))
        found |= dict(zip(pieces[1::2], pieces[2::2], strict=True))
    assert len(found) > 50
    return found


def migrations(old: Path, dialect: str) -> Sequence[Path]:
    return sorted((old / "sms_gateway" / "store" / dialect / "migrations").glob("*.sql"))


def test_there_is_code_of_before() -> None:
    assert ARCHIVES


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_old_code_knows_our_first_migrations_and_the_newest_admits_it(
    old: Path, dialect: str
) -> None:
    ours = load_migrations(f"sms_gateway.store.{dialect}.migrations")
    theirs = [path.read_text(encoding="utf-8") for path in migrations(old, dialect)]
    assert [step.script for step in ours[: len(theirs)]] == theirs
    assert all(step.oldest_code <= len(theirs) for step in ours)


def test_each_statement_of_the_old_code_fits_our_schema_on_sqlite(old: Path) -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db, load_migrations("sms_gateway.store.sqlite.migrations"), AT)
    for name, statement in statements(old, "sqlite").items():
        given = set(re.findall(r":([a-z_]+)", statement))
        values = dict.fromkeys(given) if given else (None,) * statement.count("?")
        assert db.execute(f"EXPLAIN {statement}", values).fetchall(), name
    db.close()


async def test_each_statement_of_the_old_code_fits_our_schema_on_postgres(
    old: Path, postgres_server: Postgres
) -> None:
    url = await asyncio.to_thread(postgres_server.database)
    await migrate_postgres(Secret(url), AT)
    db = await connect(url, SCHEMA, "tests")
    found = await asyncio.to_thread(statements, old, "postgres")
    for name, statement in found.items():
        try:
            await db.prepare(numbered(statement).text)
        except asyncpg.PostgresError as error:
            pytest.fail(f"{name}: {error}")
    await db.close()


@dataclass(frozen=True, slots=True)
class Made:
    store: SqlStore
    reading: Reading

    async def rows(self, statement: str) -> Sequence[tuple[object, ...]]:
        raise NotImplementedError(statement)

    async def sound(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class At:
    """Makes the one store that a gateway will be started on."""

    at: Path | Secret

    @asynccontextmanager
    async def opened(self, _place: Path, run: RunOf) -> AsyncIterator[Made]:
        async with open_store(self.at, run, 500) as store:
            yield Made(store, store.reading)

    def killed(self, place: Path, left: Path) -> None:
        raise NotImplementedError(place, left)


async def _filled(at: Path | Secret) -> tuple[MessageId, MessageId]:
    """A text that is old enough to be purged, and one like it that is parked."""
    async with Desk(At(at), Path()) as desk:
        desk.clock.at = LONG_AGO
        old_text, waits = await desk.receive(), await desk.receive("MCKH 2")
        mt = await desk.reply(mo=old_text)
        await desk.sent(mt, "A1")
        await desk.store.fail([waits], desk.clock.at, 1)
        return old_text.id, waits.id


@pytest.fixture(params=DIALECTS)
def where(
    request: pytest.FixtureRequest, program: Program
) -> tuple[Path, dict[str, str], Path | Secret]:
    """A data folder whose store has our schema, and the environment that names the store."""
    data = program.new_data()
    if request.param == "sqlite":
        assert program.run("init", data=data).returncode == 0
        return data, {}, data / "gateway.db"
    server: Postgres = request.getfixturevalue("postgres_server")
    url = server.database()
    env = {"SMS_GATEWAY_STORE__URL": url}
    assert program.run("init", data=data, env=env).returncode == 0
    return data, env, Secret(url)


@pytest.mark.acceptance
def test_a_gateway_of_the_version_before_serves_on_our_schema(
    old: Path, where: tuple[Path, dict[str, str], Path | Secret], program: Program
) -> None:
    data, ours, at = where
    purged, parked = asyncio.run(_filled(at))
    done = program.run("purge", "--json", data=data, env=ours)
    assert json.loads(done.stdout)["texts"] == 1, done.stderr
    theirs = {**ours, "PYTHONPATH": str(old)}
    config = old / "config"

    def told(*args: str) -> str:
        result = program.run(*args, data=data, env=theirs, config=config)
        assert result.returncode == 0, result.stderr
        return result.stdout

    assert program.run("purge", "--help", env=theirs).returncode != 0
    gateway = program(data=data, env=theirs, config=config)
    reply = asyncio.run(_text(gateway.url))
    assert "170703-0001" in reply
    listed = [json.loads(line)["id"] for line in told("messages", "--json").splitlines()]
    assert listed[1:] == [parked, purged]
    assert json.loads(told("message", listed[0], "--json"))["message"]["outcome"] == "answered"
    assert json.loads(told("message", purged, "--json"))["message"]["text"] == ""
    told("handled", parked)
    told("pause", "local")
    told("resume", "local")
    looked = program.run("doctor", data=data, env=theirs, config=config)
    assert "made by a newer version; this one may still use" in looked.stdout
    assert gateway.stop() == 0
    after = program.run("messages", "--json", data=data, env=ours)
    assert [json.loads(line)["id"] for line in after.stdout.splitlines()] == listed


async def _text(url: str) -> str:
    mo = {"id": "1", "from": "0900000001", "to": "8083", "text": "MCKH_170703-0001"}
    async with aiohttp.ClientSession(url) as session, session.post("/mo/local", json=mo) as answer:
        assert answer.status == HTTPStatus.OK
        told: dict[str, str] = await answer.json()
        return told["reply"]
