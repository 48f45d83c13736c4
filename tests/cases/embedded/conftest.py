"""A clock, the rules of a province, and short ways to files and rows."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sms_gateway.cases.embedded import ReadProblems, ReadResult, ReadRows, Row, Rules, read_file
from tests.cases.embedded.exports import SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cases.db"


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
