"""Code of a version before runs on the schema of this one: nodes are started again one by one.

Each archive here is a version that was given out, as `git archive` packs it; docs/contributing.md
("A release") says how. The one of 0.1.0 was made a little later, when it had learned PostgreSQL.
"""

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from sms_gateway.cases.embedded.postgres import opening as dossiers
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.secret import Secret
from sms_gateway.postgres.connecting import PostgresConnection, connect
from sms_gateway.postgres.statements import numbered
from sms_gateway.reading import Reading
from sms_gateway.sql.migrations import Migration, load_migrations
from sms_gateway.sqlite.migrate import migrate
from sms_gateway.store.opening import RunOf, open_store
from sms_gateway.store.postgres.opening import SCHEMA, migrate_postgres
from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import Desk
from tests.postgres import Postgres
from tests.real_process import ROOT, Program

ARCHIVES = {
    path.name.removesuffix(".tar.xz"): path for path in Path(__file__).parent.glob("*.tar.xz")
}
DIALECTS = ("sqlite", "postgres")
PARTS = ("store", "cases.embedded")
SAFELY: Mapping[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
"""Python 3.11.4 and newer ask how archives are unpacked; these are our own."""
NOT_YET = {("0.1.0", "cases.embedded", "postgres")}
"""What a version had not: 0.1.0 kept dossiers in a file only."""
MAKERS = {
    "store": (migrate_postgres, SCHEMA),
    "cases.embedded": (dossiers.migrate_cases, dossiers.SCHEMA),
}
"""What makes the tables of a part on PostgreSQL, and where."""
LONG_AGO = datetime(2024, 5, 6, 3, 15, tzinfo=UTC)
AT = 1_000

_HEADING = re.compile(r"^## (\S+)(?: - (.+))?$", re.MULTILINE)
_NAME = re.compile(r"^-- name: ([a-z0-9_]+)$", re.MULTILINE)
_COPY = re.compile(r"COPY (?P<table>\w+) \((?P<columns>[\w,\s]+)\) FROM STDIN")


def in_parts(*dialects: str) -> pytest.MarkDecorator:
    """Once for each version, part and dialect that it had."""
    had = (
        (version, part, dialect)
        for version in sorted(ARCHIVES)
        for part in PARTS
        for dialect in dialects
    )
    rows = [row for row in had if row not in NOT_YET]
    return pytest.mark.parametrize("old, part, dialect", rows, indirect=["old"])


@pytest.fixture(scope="session", params=sorted(ARCHIVES))
def old(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code and the settings of a version before."""
    folder = tmp_path_factory.mktemp("old-code")
    with tarfile.open(ARCHIVES[request.param]) as archive:
        archive.extractall(folder, **SAFELY)  # noqa: S202  # our own
    return folder


def folder(old: Path, part: str, dialect: str) -> Path:
    """Where what a part says to a database lies; 0.1.0 had no folder of a dialect for dossiers."""
    at = old.joinpath("sms_gateway", *part.split("."))
    return at / dialect if (at / dialect).is_dir() else at


def statements(old: Path, part: str, dialect: str) -> Mapping[str, str]:
    """All that a part of the old code says to a database."""
    found: dict[str, str] = {}
    for file in sorted(folder(old, part, dialect).glob("*.sql")):
        pieces = _NAME.split(file.read_text(encoding="utf-8"))
        names = [f"{file.name}: {name}" for name in pieces[1::2]]
        found |= dict(zip(names, pieces[2::2], strict=True))
    assert len(found) > 20
    return found


def migrations(old: Path, part: str, dialect: str) -> Sequence[str]:
    found = sorted((folder(old, part, dialect) / "migrations").glob("*.sql"))
    assert found
    return [path.read_text(encoding="utf-8") for path in found]


def ours(part: str, dialect: str) -> Sequence[Migration]:
    return load_migrations(f"sms_gateway.{part}.{dialect}.migrations")


def scripts(root: Path) -> Mapping[str, str]:
    """All SQL of some code, by its place."""
    found = (root / "sms_gateway").rglob("*.sql")
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in found}


def test_each_version_that_was_given_out_left_its_code_here() -> None:
    found = _HEADING.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    given_out = {version for version, when in found if when != "not released yet"}
    assert given_out == ARCHIVES.keys()


def test_the_code_left_here_by_the_version_that_is_given_out_now_says_what_ours_says(
    tmp_path: Path,
) -> None:
    """A change of SQL after it needs a new archive, or a new version: docs/contributing.md."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if project["version"] in ARCHIVES:
        with tarfile.open(ARCHIVES[project["version"]]) as archive:
            archive.extractall(tmp_path, **SAFELY)  # noqa: S202  # our own
        assert scripts(tmp_path) == scripts(ROOT)


@in_parts(*DIALECTS)
def test_the_old_code_knows_our_first_migrations_and_the_newest_admits_it(
    old: Path, part: str, dialect: str
) -> None:
    theirs = migrations(old, part, dialect)
    steps = ours(part, dialect)
    assert [step.script for step in steps[: len(theirs)]] == theirs
    assert all(step.oldest_code <= len(theirs) for step in steps)


@in_parts("sqlite")
def test_each_statement_of_the_old_code_fits_our_schema_on_sqlite(
    old: Path, part: str, dialect: str
) -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db, ours(part, dialect), AT)
    # A function that 0.1.0 brought itself.
    db.create_function("state_fingerprint", 4, lambda *_: "")
    for name, statement in statements(old, part, dialect).items():
        given = set(re.findall(r":([a-z_]+)", statement))
        values = dict.fromkeys(given) if given else (None,) * statement.count("?")
        assert db.execute(f"EXPLAIN {statement}", values).fetchall(), name
        if "CREATE TEMPORARY" in statement:
            # What takes it away again stands further down.
            db.execute(statement)
    db.close()


@in_parts("postgres")
async def test_each_statement_of_the_old_code_fits_our_schema_on_postgres(
    old: Path, part: str, dialect: str, postgres_server: Postgres
) -> None:
    url = await asyncio.to_thread(postgres_server.database)
    make, schema = MAKERS[part]
    await make(Secret(url), AT)
    db = await connect(url, schema, "tests")
    found = await asyncio.to_thread(statements, old, part, dialect)
    try:
        async with db.transaction():
            for name, statement in found.items():
                await fits(db, name, statement)
    finally:
        await db.close()


async def fits(db: PostgresConnection, name: str, statement: str) -> None:
    """The server must know all that a statement names."""
    # It looks at what COPY names only when that runs.
    looked_at = _COPY.sub(r"SELECT \g<columns> FROM \g<table>", statement)
    try:
        await db.prepare(numbered(looked_at).text)
        if "\nCREATE TEMPORARY TABLE " in statement:
            await db.execute(statement)
    except asyncpg.PostgresError as error:
        pytest.fail(f"{name}: {error}")


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
    data, env, at = where
    purged, parked = asyncio.run(_filled(at))
    done = program.run("purge", "--json", data=data, env=env)
    assert json.loads(done.stdout)["texts"] == 1, done.stderr
    theirs = {**env, "PYTHONPATH": str(old)}
    config = old / "config"

    def told(*args: str) -> str:
        result = program.run(*args, data=data, env=theirs, config=config)
        assert result.returncode == 0, result.stderr
        return result.stdout

    assert runs_from(program, theirs) == old
    gateway = program(data=data, env=theirs, config=config)
    reply = asyncio.run(_text(gateway.url))
    assert "170703-0001" in reply
    listed = [json.loads(line)["id"] for line in told("messages", "--json").splitlines()]
    assert listed[1:] == [parked, purged]
    assert json.loads(told("message", listed[0], "--json"))["message"]["outcome"] == "answered"
    # 0.1.0 shows no words, 0.2.0 that there are none any more.
    assert json.loads(told("message", purged, "--json"))["message"]["text"] in ("", None)
    told("handled", parked)
    told("pause", "local")
    told("resume", "local")
    looked = program.run("doctor", data=data, env=theirs, config=config)
    dialect = "sqlite" if isinstance(at, Path) else "postgres"
    newer = any(len(ours(part, dialect)) > len(migrations(old, part, dialect)) for part in PARTS)
    assert ("made by a newer version; this one may still use" in looked.stdout) == newer
    assert gateway.stop() == 0
    after = program.run("messages", "--json", data=data, env=env)
    assert [json.loads(line)["id"] for line in after.stdout.splitlines()] == listed


def runs_from(program: Program, env: Mapping[str, str]) -> Path:
    """Where the code lies that such an environment runs."""
    line = (sys.executable, "-c", "import sms_gateway as it; print(it.__path__[0])")
    told = subprocess.run(  # noqa: S603  # our own Python
        line, cwd=program.folder, env=program.environment(env), capture_output=True, text=True,
        timeout=30, check=True,
    )  # fmt: skip
    return Path(told.stdout.strip()).parent


async def _text(url: str) -> str:
    mo = {"id": "1", "from": "0900000001", "to": "8083", "text": "MCKH_170703-0001"}
    async with aiohttp.ClientSession(url) as session, session.post("/mo/local", json=mo) as answer:
        assert answer.status == HTTPStatus.OK
        told: dict[str, str] = await answer.json()
        return told["reply"]
