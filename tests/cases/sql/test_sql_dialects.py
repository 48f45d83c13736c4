"""Oracle and SQL Server, by what their dialects make of the two SELECTs: no server is asked."""

import datetime as dt
import ssl
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import oracledb
import pytest
from mssql_python.exceptions import OperationalError
from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import TimeoutError as NoConnectionError

from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.sql import statements
from sms_gateway.cases.sql.columns import matched, record
from sms_gateway.cases.sql.engines import _connecting, asking
from sms_gateway.cases.sql.remote import KEYS
from sms_gateway.cases.sql.trouble import away_of
from sms_gateway.domain.secret import Secret
from sms_gateway.settings import SettingsError
from tests.cases.sql.conftest import asked

CERTIFICATE = Path(__file__).parents[2] / "web" / "certificates" / "proxy.pem"
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


def untrusted() -> ssl.SSLCertVerificationError:
    return ssl.SSLCertVerificationError(1, "certificate verify failed: unable to get issuer")


def test_a_certificate_that_is_not_trusted_is_no_server_that_is_down() -> None:
    assert away_of(untrusted()).reason == "certificate"
    wrapped = DriverError(2003, "Can't connect to MySQL server")
    wrapped.__cause__ = untrusted()
    said = away_of(wrapped)
    assert said.reason == "certificate"
    assert "certificate that is not trusted" in said.sentence
    assert "\n" not in said.sentence


@pytest.mark.parametrize(
    "query",
    [
        "postgresql://h/d?sslmode=verify-full&sslrootcert=/none.pem",
        "postgresql://h/d?sslrootcert=/none.pem",
        "mariadb://h/d?ssl_ca=/none.pem",
        "postgresql://h/d?sslmode=very",
    ],
)
def test_tls_that_cannot_be_set_up_so_is_told_in_one_line(query: str) -> None:
    with pytest.raises(SettingsError, match=r"^cases.sql.url: [^\n]+$"):
        asking(Secret(query), 4, 1.0)


@pytest.mark.parametrize(
    "mode, checks_host",
    [("verify-full", True), ("verify-ca", False), ("require", False), (None, True)],
)
def test_with_certificates_of_an_authority_a_server_is_always_checked_by_them(
    mode: str | None, *, checks_host: bool
) -> None:
    query = {"sslrootcert": str(CERTIFICATE)} | ({"sslmode": mode} if mode else {})
    _, told = _connecting(make_url("postgresql://h/d").update_query_dict(query), 1.0)
    context = told["ssl"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, checks_host)


def test_who_wants_a_server_checked_and_names_no_authority_gets_those_of_the_machine() -> None:
    _, told = _connecting(make_url("postgresql://h/d?sslmode=verify-full"), 1.0)
    assert told["ssl"].verify_mode is ssl.CERT_REQUIRED
    assert told["ssl"].check_hostname


def test_a_long_list_never_needs_more_places_than_a_server_has() -> None:
    settings = asked(
        url="mssql://reader@db/onestop",
        by_codes="SELECT MA FROM T WHERE A IN (:codes) OR B IN (:codes) OR C IN (:codes) "
        "OR K IN (:keys)",
    )
    filled = statements.by_codes(settings).params(
        **statements.values(settings, ["x"] * statements.CODES, ["y"] * KEYS)
    )
    text = str(
        filled.compile(dialect=dialect(settings.url), compile_kwargs={"render_postcompile": True})
    )
    assert 1_500 < text.count("%(") < 2_100
    assert max(len(statements.padded(["x"] * statements.CODES)), KEYS) < 1_000  # Oracle


class Lob:
    """As python-oracledb gives a CLOB that is not fetched as text."""


@pytest.mark.parametrize(
    "value, text",
    [
        (dt.datetime(2026, 12, 4, 17, 0), "2026-12-04T17:00:00"),  # noqa: DTZ001  # DATE and TIMESTAMP
        (Decimal(4), "4"),
        (Decimal("4E0"), "4"),
        (Decimal("1E+2"), "100"),
        ("Đã xong  ", "Đã xong  "),
        (0, "0"),
    ],
)
def test_values_of_oracle_and_sql_server_are_read(value: object, text: str) -> None:
    read = record(matched(["MaHoSo", "TrangThaiHoSo"], {}, ""), ["A", value])
    assert (read.texts[Field.STATE], read.problems) == (text, ())


def test_a_lob_is_a_fault_of_its_field_and_says_how_to_mend_it() -> None:
    read = record(matched(["MaHoSo", "TrangThaiHoSo"], {}, ""), ["A", Lob()])
    assert [str(problem.sentence) for problem in read.problems] == [
        "is neither text, number nor date: CAST it"
    ]


@pytest.mark.parametrize("time_kind", ["local", "utc", "zoned"])
def test_a_moment_keeps_its_parts_of_a_second_on_oracle(time_kind: str) -> None:
    settings = asked(url="oracle://reader@db/onestop", by_time=ORACLE, time_kind=time_kind)
    oracle = dialect(settings.url)
    compiled = statements.by_time(settings).compile(dialect=oracle)
    bound = compiled.binds["since"].type.dialect_impl(oracle)
    assert bound.get_dbapi_type(cast("Any", oracledb)) is oracledb.DB_TYPE_TIMESTAMP
