"""Reports and the calendar where everything lies on PostgreSQL."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, Command
from tests.postgres import Postgres

Q3 = ("report", "dossiers", "--from", "2017-07-01", "--to", "2017-08-31", "--format", "json")


@pytest.fixture
def var(
    cli: Command, tmp_path: Path, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A data folder whose databases are on a server, with the sample dossiers."""
    monkeypatch.setenv("SMS_GATEWAY_STORE__URL", postgres_server.database())
    folder = tmp_path / "var"
    assert cli("store", "migrate", data=folder).exit_code == 0
    assert cli("init", data=folder).exit_code == 0
    sample = str(CONFIG / "samples" / "q3-2017.csv")
    assert cli("cases", "import", sample, data=folder).exit_code == 0
    return folder


def test_the_table_is_the_same_there(cli: Command, var: Path) -> None:
    total = json.loads(cli(*Q3, data=var).stdout)["tables"]["dossiers"]["total"]
    names = ("received", "resolved", "early", "on_time", "late", "pending")
    assert [total[name]["count"] for name in names] == [33, 29, 28, 1, 0, 4]


def test_messages_are_counted_and_days_are_set_there(cli: Command, var: Path) -> None:
    days = ("--from", "2026-11-01", "--to", "2026-11-30")
    for report in ("messages", "billing"):
        assert cli("report", report, *days, data=var).exit_code == 0
    done = cli("calendar", "set", "2026-12-24", "morning", "--note", "Họp", data=var)
    assert done.stdout == "2026-12-24 morning\n"
    assert "2026-12-24  Thu  morning" in cli("calendar", "show", "2026", data=var).stdout
