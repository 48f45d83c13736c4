"""`store copy`: what it says of places that it cannot copy from or into."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from sms_gateway import local_socket
from sms_gateway.copying import source
from sms_gateway.copying.copy import Copy
from sms_gateway.copying.plan import Compared, Progress
from sms_gateway.copying.target import Far
from sms_gateway.store.sqlite.lock import data_lock
from tests.cli.conftest import Command, one_line
from tests.postgres import Postgres

TO = "postgresql://sms@127.0.0.1:1/sms"


@pytest.mark.parametrize(
    "start, to, said",
    [
        ("var/gateway.db", TO, "FROM: write sqlite:///FOLDER/gateway.db, or sqlite:////FOLDER/..."),
        ("sqlite://gateway.db", TO, "FROM: write sqlite:///"),
        (
            "sqlite:///gone/gateway.db",
            TO,
            "gone/gateway.db is not there: name gateway.db or",
        ),
        ("sqlite:///var/gateway.db", "postgres:secret-word@x", "TO: write postgresql://USER@HOST/"),
        ("sqlite:///var/gateway.db", "sqlite:///other.db", "TO: write postgresql://"),
        (TO, "sqlite:///var/gateway.db", "copies go from SQLite to PostgreSQL only"),
        (TO, TO, "copies go from SQLite to PostgreSQL only"),
    ],
)
def test_places_that_are_none_are_told_and_never_quoted(
    start: str, to: str, said: str, cli: Command, data: Path
) -> None:
    assert data.name == "var"
    line = one_line(cli("store", "copy", start, to))
    assert said in line
    assert "secret-word" not in line


@pytest.mark.parametrize("file", ["gateway.db", "cases.db"])
def test_nothing_is_copied_while_a_gateway_serves(file: str, cli: Command, data: Path) -> None:
    with data_lock(data / "gateway.db"):
        line = one_line(cli("store", "copy", f"sqlite:///var/{file}", TO))
    assert "a gateway serves" in line
    assert line.endswith("stop it first")


def test_dossiers_are_not_copied_while_a_gateway_with_messages_elsewhere_serves(
    cli: Command, data: Path
) -> None:
    with local_socket.listen(data):
        line = one_line(cli("store", "copy", "sqlite:///var/cases.db", TO))
    assert "a gateway serves" in line


def test_a_file_that_is_no_database_of_ours_is_named(cli: Command, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE other (id)")
    line = one_line(cli("store", "copy", "sqlite:///other.db", TO))
    assert line == "FROM is no database of a gateway: name gateway.db or cases.db of a data folder"


def test_a_server_that_does_not_answer_is_told_without_its_address(
    cli: Command, data: Path
) -> None:
    assert data.is_dir()
    line = one_line(cli("store", "copy", "sqlite:///var/gateway.db", TO.replace("@", ":hidden@")))
    assert line.startswith("TO does not answer: look whether its server runs")
    assert "hidden" not in line


def test_a_copy_is_told_table_by_table_and_leaves_the_file_as_it_was(
    cli: Command, data: Path, postgres_server: Postgres
) -> None:
    file = data / "gateway.db"
    before = file.read_bytes()
    done = cli("store", "copy", "sqlite:///var/gateway.db", postgres_server.database())
    assert done.exit_code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["table", "FROM", "TO", "checksum", "of", "both"]
    with closing(sqlite3.connect(file)) as db:
        (rows,) = db.execute("SELECT count(*) FROM audit").fetchone()
    assert ["audit", str(rows), str(rows)] in [line.split()[:3] for line in lines]
    assert lines[-1].startswith("copied ")
    assert file.read_bytes() == before


def test_progress_is_told_in_a_few_lines_where_there_is_no_terminal(
    cli: Command, data: Path, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert data.is_dir()
    monkeypatch.setattr("sms_gateway.cli.copying._QUIET_BELOW", 0)
    monkeypatch.setattr(source, "MOST_ROWS", 1)
    monkeypatch.setattr(source, "_PIECE", 1)
    done = cli("store", "copy", "sqlite:///var/gateway.db", postgres_server.database())
    told = done.stderr.splitlines()
    assert told[-1] == "comparing: 100 %"
    assert "copying: 100 %" in told
    assert 4 <= len(told) <= 8


def test_one_that_is_stopped_says_that_it_goes_on(
    cli: Command, data: Path, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert data.is_dir()

    async def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    url = postgres_server.database()
    with monkeypatch.context() as patch:
        patch.setattr(Copy, "compare", stopped)
        line = one_line(cli("store", "copy", "sqlite:///var/gateway.db", url))
    assert line == "stopped: the same command goes on where it was"
    assert cli("store", "copy", "sqlite:///var/gateway.db", url).exit_code == 0


def test_one_that_loses_its_server_says_that_it_goes_on(
    cli: Command, data: Path, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert data.is_dir()
    url = postgres_server.database()
    compare = Copy.compare

    async def alone(work: Copy, far: Mapping[str, Far], progress: Progress) -> Sequence[Compared]:
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
        other = await asyncpg.connect(postgres_server.url())
        await other.fetch(end, url.rpartition("/")[2])
        await other.close()
        return await compare(work, far, progress)

    with monkeypatch.context() as patch:
        patch.setattr(Copy, "compare", alone)
        line = one_line(cli("store", "copy", "sqlite:///var/gateway.db", url))
    assert line.startswith("PostgreSQL cannot be used: ")
    assert line.endswith("; then the same command goes on where it was")
    assert cli("store", "copy", "sqlite:///var/gateway.db", url).exit_code == 0
