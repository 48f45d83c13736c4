import json
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, Command

GOLDEN = Path(__file__).parent.parent / "golden" / "replies.txt"
SECRET = "tiger-lily-in-the-garden"
TELCO = f"""
[doors.telco]
kind = "http"
[doors.telco.inbound]
path = "/mo/telco"
methods = ["POST"]
[doors.telco.inbound.fields]
sender = "json:from"
short_code = "json:to"
text = "json:text"
[doors.telco.access.fields.word]
field = "json:word"
secrets = ["{SECRET}"]
[doors.telco.answer]
style = "inline"
format = "json"
"""


def _config(tmp_path: Path, text: str) -> str:
    folder = tmp_path / "config"
    folder.mkdir()
    for source in CONFIG.glob("*.toml"):
        (folder / source.name).write_bytes(source.read_bytes())
    (folder / "gateway.toml").write_text(text)
    return str(folder)


def test_each_setting_has_its_value_and_its_source(
    cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMS_GATEWAY_WEB__PORT", "9090")
    shown = json.loads(cli("show-config", "--json").stdout)
    assert shown["web.port"] == {"value": 9090, "source": "environment SMS_GATEWAY_WEB__PORT"}
    assert shown["dispatch.valid_s"] == {"value": 21600.0, "source": "default"}
    assert shown["doors.local.inbound.path"]["value"] == "/mo/local"
    assert shown["doors.local.answer.status_code"] == {"value": 200, "source": "default"}


def test_a_list_for_people_holds_the_same_keys(cli: Command) -> None:
    keys = [line.split()[0] for line in cli("show-config").stdout.splitlines()]
    assert keys == list(json.loads(cli("show-config", "--json").stdout))


def test_secrets_are_hidden(cli: Command, tmp_path: Path) -> None:
    config = _config(tmp_path, TELCO)
    for more in ([], ["--json"]):
        result = cli("show-config", "--config", config, *more)
        assert result.exit_code == 0, result.output
        assert SECRET not in result.output
        assert "***" in result.output


def test_of_a_door_whose_table_is_wrong_no_value_is_shown_that_might_be_a_secret(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMS_GATEWAY_DOORS__TELCO__ACCESS__BASIC", "user:hunter2hunter2")
    config = _config(tmp_path, f'{TELCO}bdy = "hunter3hunter3"\n[doors.old]\nkind = "telex"\n')
    shown = json.loads(cli("show-config", "--config", config, "--json").stdout)
    assert shown["doors.telco.answer.style"]["value"] == "inline"
    assert shown["doors.telco.answer.bdy"]["value"] == "***"
    assert shown["doors.telco.access.basic"] == {
        "value": "***",
        "source": "environment SMS_GATEWAY_DOORS__TELCO__ACCESS__BASIC",
    }
    assert shown["doors.old.kind"]["value"] == "telex"


def test_the_sheet_of_replies_is_the_one_that_the_golden_file_holds(
    cli: Command, tmp_path: Path
) -> None:
    result = cli("replies", "preview")
    assert result.exit_code == 0
    assert result.stdout_bytes == GOLDEN.read_bytes()
    assert cli("replies", "preview", "--output", str(tmp_path / "sheet.txt")).exit_code == 0
    assert (tmp_path / "sheet.txt").read_bytes() == GOLDEN.read_bytes()
