"""A clock, the rules of a province, a database of each dialect, short ways to files and rows."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sms_gateway.cases.embedded import (
    ReadProblems,
    ReadResult,
    ReadRows,
    Row,
    Rules,
    migrate_cases,
    read_file,
)
from sms_gateway.cases.embedded.tables import Location
from sms_gateway.domain.secret import Secret
from tests.cases.embedded.exports import SetClock
from tests.postgres import Postgres


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cases.db"


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, path: Path) -> Location:
    """Where a database may lie; on PostgreSQL it is there, and nothing in it."""
    if request.param == "sqlite":
        return path
    server: Postgres = request.getfixturevalue("postgres_server")
    return Secret(server.database())


@pytest.fixture
async def at(empty: Location) -> Location:
    """A database with the schema, of each dialect."""
    await migrate_cases(empty, 0)
    return empty


@pytest.fixture
async def on_server(postgres_server: Postgres) -> Secret:
    """A database with the schema on PostgreSQL."""
    made = Secret(postgres_server.database())
    await migrate_cases(made, 0)
    return made


@pytest.fixture
def sample() -> Path:
    return Path(__file__).parents[3] / "config" / "samples" / "q3-2017.csv"


@pytest.fixture
def rules() -> Rules:
    return Rules(
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        agency_of=lambda code: "000.00.12.H32" if code.startswith("000.00.12.H32") else "",
        hash_secret=lambda secret: f"hash-of-{len(secret)}",
    )


@pytest.fixture
def read(rules: Rules) -> Callable[[str | bytes], ReadResult]:
    def read_content(content: str | bytes) -> ReadResult:
        octets = content.encode() if isinstance(content, str) else content
        return read_file(("export.csv", octets), rules)

    return read_content


@pytest.fixture
def rows_of(read: Callable[[str | bytes], ReadResult]) -> Callable[[str | bytes], tuple[Row, ...]]:
    def rows_of_content(content: str | bytes) -> tuple[Row, ...]:
        result = read(content)
        assert isinstance(result, ReadRows), [str(p) for p in result.problems]
        return result.rows

    return rows_of_content


@pytest.fixture
def problems_of(read: Callable[[str | bytes], ReadResult]) -> Callable[[str | bytes], list[str]]:
    def problems_of_content(content: str | bytes) -> list[str]:
        result = read(content)
        assert isinstance(result, ReadProblems)
        return [str(problem) for problem in result.problems]

    return problems_of_content
