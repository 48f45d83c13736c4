"""Commands where the dossiers lie on PostgreSQL."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, Command, one_line
from tests.postgres import Postgres

SAMPLES = str(CONFIG / "samples" / "q3-2017.csv")
ASKED = ("ask", "MCKH 170703-0001", "--from", "0900000001", "--json")


@pytest.fixture
def url(postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch) -> str:
    """The settings name an empty database on a server, with a password that it does not need."""
    found = postgres_server.database().replace("gateway@", "gateway:hunter2@")
    monkeypatch.setenv("SMS_GATEWAY_CASES__URL", found)
    return found


def away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_GATEWAY_CASES__URL", "postgresql://u:hunter2@127.0.0.1:1/gateway")


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.mark.usefixtures("url")
def test_init_makes_the_tables_and_loads_the_samples_once(cli: Command, var: Path) -> None:
    key = var / "keys" / "number-hash.key"
    first = cli("init", "--samples", data=var)
    assert first.exit_code == 0, first.output
    assert first.stdout.splitlines() == [
        f"made {var}",
        f"made {key}",
        f"made {var / 'gateway.db'}",
        "loaded q3-2017.csv: 33 new, 0 changed, 0 unchanged, 0 removed",
    ]
    again = cli("init", "--samples", data=var)
    assert again.stdout.splitlines() == [
        f"found {place}" for place in (var, key, var / "gateway.db")
    ]
    assert not (var / "cases.db").exists()


@pytest.mark.usefixtures("url")
def test_dossiers_are_imported_shown_and_answered_from_there(cli: Command, var: Path) -> None:
    cli("init", data=var)
    first = cli("cases", "import", SAMPLES, data=var)
    assert first.stdout == "33 new, 0 changed, 0 unchanged, 0 removed\n"
    again = cli("cases", "import", SAMPLES, "--replace", data=var)
    assert again.stdout == "0 new, 0 changed, 33 unchanged, 0 removed\n"
    (shown,) = cli("cases", "show", "170703-0001", "--json", data=var).stdout.splitlines()
    assert json.loads(shown)["phones"] == ["09xx xxx 001"]
    assert json.loads(cli(*ASKED, data=var).stdout)["outcome"] == "answered"


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize("command", [("cases", "import", SAMPLES), ("cases", "show", "1")])
def test_without_the_tables_one_line_says_what_to_do(
    cli: Command, var: Path, command: tuple[str, ...]
) -> None:
    said = one_line(cli(*command, data=var))
    assert said.startswith("the dossiers on PostgreSQL: ")
    assert said.endswith("run sms-gateway store migrate")


@pytest.mark.parametrize("command", [("cases", "import", SAMPLES), ("cases", "show", "1")])
def test_without_the_server_one_line_says_what_to_do(
    cli: Command, data: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    away(monkeypatch)
    said = one_line(cli(*command, data=data))
    assert said == (
        "the dossiers on PostgreSQL: the server cannot be reached: start it, or check its URL"
    )


def test_without_the_server_a_citizen_hears_to_try_later(
    cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away(monkeypatch)
    answer = json.loads(cli(*ASKED, data=data).stdout)
    assert (answer["outcome"], answer["billing"]) == ("answered", "free")
    assert "thu lai" in answer["text"]


def told(cli: Command, data: Path) -> dict[str, str]:
    """What `doctor` says of the dossiers: level to sentences."""
    lines = [line.split(None, 2) for line in cli("doctor", data=data).stdout.splitlines()]
    return {level: sentence for level, what, sentence in lines if what == "cases"}


@pytest.mark.usefixtures("url")
def test_doctor_tells_tables_that_are_not_made_a_server_that_is_away_and_what_is_sound(
    cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = "tables of this version are missing: run sms-gateway store migrate"
    assert told(cli, data) == {"FAIL": missing}
    assert cli("store", "migrate", data=data).stdout == "2 steps made\n"
    assert told(cli, data)["warn"].startswith("no dossier is there: load some with")
    cli("cases", "import", SAMPLES, data=data)
    assert told(cli, data)["ok"].startswith("33 dossiers, one looked up in ")
    away(monkeypatch)
    assert told(cli, data)["FAIL"].startswith("the dossiers on PostgreSQL: the server cannot be")
    whole = cli("doctor", data=data).output + cli("show-config", data=data).output
    assert "hunter2" not in whole


@pytest.fixture
def everything(postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are on a server, and nothing is said of the dossiers."""
    monkeypatch.setenv("SMS_GATEWAY_STORE__URL", postgres_server.database())


@pytest.mark.usefixtures("everything")
def test_dossiers_are_where_the_messages_are(cli: Command, var: Path) -> None:
    missing = cli("store", "status", "--json", data=var)
    assert missing.exit_code == 1
    assert json.loads(missing.stdout)["cases"] == {"dialect": "postgres", "made": 0, "known": 2}
    assert cli("init", "--samples", data=var).stdout.splitlines() == [
        f"made {var}",
        f"made {var / 'keys' / 'number-hash.key'}",
        "loaded q3-2017.csv: 33 new, 0 changed, 0 unchanged, 0 removed",
    ]
    assert cli("store", "migrate", data=var).stdout.startswith("nothing to do")
    status = cli("store", "status", data=var)
    assert (status.exit_code, status.stdout.splitlines()[1]) == (
        0,
        "dossiers: 2 steps of the schema made, 2 known",
    )
    imported = cli("cases", "import", SAMPLES, data=var)
    assert imported.stdout == "0 new, 0 changed, 33 unchanged, 0 removed\n"
    assert json.loads(cli(*ASKED, data=var).stdout)["outcome"] == "answered"
    assert sorted(path.name for path in var.iterdir()) == ["keys"]


@pytest.mark.usefixtures("everything")
def test_dossiers_that_no_other_node_sees_are_told(
    cli: Command, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMS_GATEWAY_CASES__URL", "sqlite:///cases.db")
    cli("init", "--samples", data=var)
    assert told(cli, var)["warn"].endswith("no other node sees them: leave cases.url empty")
    refused = one_line(cli("serve", "--workers", "2", data=var))
    assert refused.startswith("--workers 2 needs PostgreSQL")
    assert "set cases.url" in refused
