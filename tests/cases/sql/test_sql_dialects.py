"""Oracle and SQL Server, by what their dialects make of the two SELECTs: no server is asked."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
from mssql_python.exceptions import OperationalError
from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import TimeoutError as NoConnectionError

from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.sql import statements
from sms_gateway.cases.sql.columns import matched, record
from sms_gateway.cases.sql.engines import asking
from sms_gateway.cases.sql.trouble import away_of
from sms_gateway.domain.secret import Secret
from tests.cases.sql.conftest import asked

ORACLE = """SELECT MA, TT, CN FROM HO_SO WHERE CN > :since OR (CN = :since AND MA > :after)
ORDER BY CN, MA FETCH FIRST :limit ROWS ONLY"""
MSSQL = """SELECT TOP (:limit) MA, TT, CN FROM HO_SO
WHERE CN > :since OR (CN = :since AND MA > :after) ORDER BY CN, MA"""


def dialect(url: str) -> Dialect:
    drivers = {"oracle": "oracle+oracledb_async", "mssql": "mssql+mssqlpython"}
    kind = make_url(url).drivername
    return create_engine(f"{drivers[kind]}://h/d").dialect


@pytest.mark.parametrize(
    "kind, wanted",
    [
        ("oracle", "IN (:codes_1, :codes_2)"),
        ("mssql", "IN (%(codes_1)s, %(codes_2)s)"),
    ],
)
def test_numbers_are_bound_one_by_one(kind: str, wanted: str) -> None:
    settings = asked(url=f"{kind}://reader@db/onestop")
    filled = statements.by_codes(settings).params(
        **statements.values(settings, ["170703-0001", "1707030001"], ["1707030001"])
    )
    text = str(
        filled.compile(dialect=dialect(settings.url), compile_kwargs={"render_postcompile": True})
    )
    assert text.count(wanted) == 2
    assert "170703" not in text


@pytest.mark.parametrize(
    "kind, select, wanted",
    [
        ("oracle", ORACLE, "FETCH FIRST :limit ROWS ONLY"),
        ("mssql", MSSQL, "SELECT TOP (%(limit)s) MA"),
    ],
)
def test_moment_code_and_limit_are_bound(kind: str, select: str, wanted: str) -> None:
    settings = asked(url=f"{kind}://reader@db/onestop", by_time=select)
    compiled = statements.by_time(settings).compile(dialect=dialect(settings.url))
    assert wanted in str(compiled)
    assert set(compiled.params) == {"since", "after", "limit"}


@pytest.mark.parametrize("kind", ["oracle", "mssql", "postgresql", "mysql", "mariadb"])
async def test_nothing_is_connected_before_it_is_asked(kind: str) -> None:
    database = asking(Secret(f"{kind}://reader:hunter2@db.invalid/onestop"), 4, 1.0)
    assert "hunter2" not in repr(vars(database))
    await database.close()


def test_a_list_has_one_of_ten_lengths() -> None:
    sizes = {len(statements.padded(["x"] * n)) for n in range(1, statements.CODES + 1)}
    assert sizes == {1, 2, 4, 8, 16, 32, 64, 128, 256, 512}
    assert statements.padded(["a", "b", "c"]) == ["a", "b", "c", "c"]


def test_what_drivers_give_becomes_text_as_it_would_be_typed() -> None:
    names = ["MaHoSo", "TrangThaiHoSo", "SoDienThoai", "NgayHenTra", "ThongBaoSMS", "NgayTra"]
    columns = matched(names, {}, "")
    row = [
        Decimal("12345.00"),
        4.0,
        ["0900000001", "0900000002"],
        dt.date(2026, 12, 4),
        True,
        dt.datetime(2026, 12, 4, 9, 0, tzinfo=dt.UTC),
    ]
    assert record(columns, row).texts == {
        Field.ID: "12345",
        Field.STATE: "4",
        Field.PHONES: "0900000001;0900000002",
        Field.DUE: "2026-12-04",
        Field.SMS_ALLOWED: "1",
        Field.RETURNED: "2026-12-04T09:00:00+00:00",
    }


@pytest.mark.parametrize("value", [b"\x00\x01", object(), "x" * 5_000, float("nan")])
def test_what_is_no_text_or_too_long_is_a_fault_of_its_field(value: object) -> None:
    read = record(matched(["MaHoSo", "TrangThaiHoSo"], {}, ""), ["A", value])
    assert [problem.field for problem in read.problems] == ["TrangThaiHoSo"]
    assert read.texts == {Field.ID: "A"}


class DriverError(Exception):
    """As drivers raise them."""


@pytest.mark.parametrize(
    "first, word, code",
    [
        (SimpleNamespace(full_code="ORA-01017"), "forbidden", "1017"),
        (SimpleNamespace(full_code="ORA-00942"), "missing", "942"),
        (SimpleNamespace(full_code="DPY-4024"), "slow", "4024"),
        (SimpleNamespace(full_code="DPY-6005"), "down", "6005"),
        (SimpleNamespace(full_code="ORA-01456"), "refused", "1456"),
        (1146, "missing", "1146"),
        (2013, "down", "2013"),
    ],
)
def test_the_code_of_a_driver_becomes_a_word_and_its_text_is_left_out(
    first: object, word: str, code: str
) -> None:
    told = away_of(DriverError(first, "0900000001 of Nguyen Van A"))
    assert told.reason == word
    assert told.sentence.endswith(f"(error {code})")
    assert "Nguyen" not in told.sentence


@pytest.mark.parametrize(
    "said, word",
    [("Timeout expired", "slow"), ("Communication link failure", "down"), ("Else", "broken")],
)
def test_the_words_of_sql_servers_driver_are_known(said: str, word: str) -> None:
    told = away_of(OperationalError(said, "0900000001 of Nguyen Van A"))
    assert told.reason == word
    assert "Nguyen" not in told.sentence


def test_who_waits_too_long_for_a_connection_hears_that_it_is_slow() -> None:
    assert away_of(TimeoutError()).reason == "slow"
    assert away_of(NoConnectionError()).reason == "slow"


def test_what_no_driver_ever_said_is_broken() -> None:
    assert away_of(ValueError("0900000001")).reason == "broken"
