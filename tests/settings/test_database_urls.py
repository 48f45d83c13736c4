"""Which database a setting names, and that the password in it is never shown."""

from pathlib import Path

import pytest

from sms_gateway.domain.secret import Secret
from sms_gateway.settings import SettingsError, explain
from tests.settings.conftest import settings

CASES, STORE = "SMS_GATEWAY_CASES__URL", "SMS_GATEWAY_STORE__URL"
URL = "postgresql://gateway:hunter2@db.example:5433/gateway"
OTHER = "postgres://cases.example/cases"

SERVERS = [
    URL,
    OTHER,
    "postgresql://u@one,two:5433/x",
    "postgresql:///x?host=/run/postgresql",
    "postgresql://u:a%40b%2Fc@db/x?sslmode=verify-full",
]


@pytest.mark.parametrize("url", SERVERS)
def test_a_url_may_name_a_database_on_a_server(home: Path, url: str) -> None:
    assert settings(home, {CASES: url}).cases_at == Secret(url)
    assert settings(home, {STORE: url}).store_at == Secret(url)


NONE = [
    "sqlite://var/c.db",
    "sqlite:///:memory:",
    "mysql://u:hunter2@db/x",
    "postgresql://u:hunter2@db",
    "postgresql://u:hunter2@db/",
    "postgresql://u:hunt/er2@db/x",
    "postgresql://u:hunt@er2@db/x",
    "postgresql://u:hunt er2@db/x",
    "postgresql://u:hunt#er2@db/x",
    "postgresql://u:hunt?er2@db/x",
]


@pytest.mark.parametrize("name, key", [(CASES, "cases.url"), (STORE, "store.url")])
@pytest.mark.parametrize("url", NONE)
def test_what_names_no_database_is_refused_without_being_quoted(
    home: Path, name: str, key: str, url: str
) -> None:
    with pytest.raises(SettingsError) as told:
        settings(home, {name: url})
    assert str(told.value).startswith(f"{key} (environment {name}): write sqlite:///")
    assert "hunt" not in str(told.value)
    assert "er2" not in str(told.value)


def test_dossiers_lie_where_their_url_says_else_beside_messages_on_a_server(home: Path) -> None:
    assert settings(home).cases_at == home / "var/cases.db"
    assert settings(home, {CASES: "sqlite:///c.db"}).cases_at == home / "c.db"
    assert settings(home, {STORE: "sqlite:///elsewhere/g.db"}).cases_at == home / "var/cases.db"
    assert settings(home, {STORE: URL}).cases_at == Secret(URL)
    assert settings(home, {STORE: URL, CASES: OTHER}).cases_at == Secret(OTHER)
    assert settings(home, {STORE: URL, CASES: "sqlite:///c.db"}).cases_at == home / "c.db"
    assert settings(home, {CASES: URL}).store_at == home / "var/gateway.db"


@pytest.mark.parametrize("name, key", [(CASES, "cases.url"), (STORE, "store.url")])
def test_a_file_may_hold_the_url_and_its_password_is_not_shown(
    home: Path, name: str, key: str
) -> None:
    (home / "url").write_text(f"{URL}\n")
    found = settings(home, {f"{name}_FILE": str(home / "url")})
    assert found.cases_at == Secret(URL)
    lines = {line.key: (line.shown, line.source) for line in explain(found)}
    assert lines[key] == (
        '"postgresql://***@db.example:5433/gateway"',
        f"file named by environment {name}_FILE",
    )
    assert "hunter2" not in repr(lines) + repr(found.cases_at)


def test_a_wrong_url_in_a_file_is_refused_without_being_quoted(home: Path) -> None:
    (home / "url").write_text("postgres//u:hunter2@db/x\n")
    with pytest.raises(SettingsError) as told:
        settings(home, {f"{CASES}_FILE": str(home / "url")})
    assert "write sqlite:///" in str(told.value)
    assert "hunter2" not in str(told.value)


def test_what_is_no_secret_and_no_url_still_cannot_come_from_a_file(home: Path) -> None:
    (home / "kind").write_text("embedded\n")
    with pytest.raises(SettingsError, match="only a secret can be read from a file"):
        settings(home, {"SMS_GATEWAY_CASES__KIND_FILE": str(home / "kind")})
