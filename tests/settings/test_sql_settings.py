"""What may stand in `[cases.sql]`, and what is said where it may not."""

from pathlib import Path

import pytest

from sms_gateway.settings import Settings, SettingsError, explain
from tests.settings.conftest import settings

CODES = "SELECT * FROM ho_so WHERE ma IN (:codes)"
TIME = "SELECT * FROM ho_so WHERE cap_nhat >= :since ORDER BY cap_nhat LIMIT :limit"


def table(**other: str) -> str:
    given = {
        "url": "postgresql://reader@db.example/onestop",
        "by_codes": CODES,
        "by_time": TIME,
        "time_column": "cap_nhat",
    }
    lines = [f"{name} = '''{value}'''" for name, value in {**given, **other}.items() if value]
    return "\n".join(['[cases]\nkind = "sql"', "[cases.sql]", *lines])


def loaded(home: Path, text: str, **environ: str) -> Settings:
    (home / "config" / "gateway.toml").write_text(text)
    return settings(home, {f"SMS_GATEWAY_CASES__SQL__{name}": v for name, v in environ.items()})


@pytest.mark.parametrize(
    "select",
    [
        CODES,
        "with x as (select 1) select * from x where ma in (:codes) or khoa in (:keys)",
        "(SELECT ma FROM a WHERE ma IN :codes) UNION (SELECT ma FROM b WHERE ma IN :codes)",
        "SELECT 'a; DELETE FROM x' AS t, \"update\", ma::text FROM ho_so WHERE ma IN (:codes)",
        "SELECT to_char(ngay, 'YYYYMMDDHH24MISS') AS NgayTra FROM x WHERE ma IN (:codes)",
    ],
)
def test_a_select_that_only_reads_is_taken(home: Path, select: str) -> None:
    assert loaded(home, table(by_codes=select)).cases.sql.by_codes == select


@pytest.mark.parametrize(
    "select, told",
    [
        ("DELETE FROM ho_so WHERE ma IN (:codes)", "must be one SELECT"),
        (f"{CODES}; DROP TABLE ho_so", "must be one SELECT"),
        (f"{CODES};", "must be one SELECT"),
        ("EXPLAIN ANALYZE SELECT 1 WHERE 'x' IN (:codes)", "must be one SELECT"),
        ("WITH x AS (DELETE FROM y RETURNING *) SELECT * FROM x", "holds the word delete"),
        (CODES.replace("* FROM", "* INTO copy FROM"), "holds the word into"),
        (f"{CODES} FOR UPDATE", "holds the word update"),
        (f"{CODES} -- ours", "holds a comment"),
        (f"{CODES} /* ours */", "holds a comment"),
        ("SELECT * FROM ho_so WHERE ma = '1'", "lacks :codes"),
        (f"{CODES} AND tinh = :province", "has :province, and known are :codes, :keys"),
    ],
)
def test_any_other_statement_stops_the_start_in_one_line(
    home: Path, select: str, told: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(home, table(by_codes=select))
    assert str(caught.value).startswith("cases.sql.by_codes (config/gateway.toml): ")
    assert told in str(caught.value)


@pytest.mark.parametrize("name", ["since", "limit"])
def test_what_changed_is_asked_since_a_moment_and_with_a_limit(home: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=rf"cases\.sql\.by_time .*: lacks :{name}"):
        loaded(home, table(by_time=TIME.replace(f":{name}", "1")))


def test_the_column_of_the_change_time_must_be_named(home: Path) -> None:
    with pytest.raises(SettingsError, match=r"cases\.sql\.time_column: missing"):
        loaded(home, table(time_column=""))


@pytest.mark.parametrize("name", ["url", "by_codes", "by_time"])
def test_of_kind_sql_all_that_it_needs_must_be_set(home: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=rf"cases\.sql\.{name}.*: missing; set it"):
        loaded(home, table(**{name: ""}))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader:p%40ss@db.example:5432/onestop?sslmode=verify-full&sslrootcert=/ca.pem",
        "mariadb://reader@10.0.0.7/onestop",
        "mysql://reader@db/onestop?ssl_ca=/etc/ca.pem",
        "oracle://reader@db.example:1521/?service_name=ONESTOP",
        "mssql://reader@db.example/onestop?Encrypt=yes",
    ],
)
def test_the_address_of_each_kind_of_database_is_taken(home: Path, url: str) -> None:
    assert loaded(home, table(url=url)).cases.sql.url == url


@pytest.mark.parametrize(
    "url",
    ["sqlite:///cases.db", "postgresql://db.example", "mssql+pyodbc://a@b/c", "reader:hunter2@x"],
)
def test_another_address_is_refused_and_not_quoted(home: Path, url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(home, table(url=url))
    assert "write postgresql://USER@HOST/DATABASE" in str(caught.value)
    assert url not in str(caught.value)


def test_the_address_may_come_from_a_file_and_is_never_shown(home: Path) -> None:
    (home / "url").write_text("postgresql://reader:hunter2@db.example/onestop\n")
    found = loaded(home, table(url=""), URL_FILE=str(home / "url"))
    shown = {line.key: line for line in explain(found)}["cases.sql.url"]
    assert found.cases.sql.url == "postgresql://reader:hunter2@db.example/onestop"
    assert "hunter2" not in shown.shown
    assert shown.source == "file named by environment SMS_GATEWAY_CASES__SQL__URL_FILE"


def test_the_environment_reaches_into_the_table(home: Path) -> None:
    found = loaded(home, table(), POOL="7", COLUMNS='{"SoBienNhan": "so_bn"}')
    assert (found.cases.sql.pool, found.cases.sql.columns) == (7, {"SoBienNhan": "so_bn"})


def test_a_variable_of_that_table_that_is_misspelled_is_told(home: Path) -> None:
    with pytest.raises(SettingsError, match="did you mean SMS_GATEWAY_CASES__SQL__POOL"):
        loaded(home, table(), POOOL="7")
