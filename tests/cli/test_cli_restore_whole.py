"""Messages on PostgreSQL come back with their dossiers, wherever those lie, or not at all."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from sms_gateway.backup.manifest import BackupError
from sms_gateway.backup.postgres import restoring
from sms_gateway.cases.embedded.trouble import CaseTablesError
from sms_gateway.cli import restored_postgres
from tests.backup.on_postgres import everything, looking, named, on_path
from tests.cli.conftest import Command, one_line
from tests.postgres import Postgres, programs

NOTHING: Mapping[str, object] = {"indexes": []}
MARKED = "SELECT to_regclass('sms_gateway_cases.restore_progress') IS NOT NULL"


class Installation:
    """A backup, and an empty database and perhaps a file that it is to be put into."""

    def __init__(self, cli: Command, folder: Path, url: str) -> None:
        self.cli = cli
        self.folder = folder
        self.url = url

    @property
    def cases(self) -> Path:
        return self.folder / "new" / "cases.db"

    def restored(self) -> str:
        file = str(self.folder / "one.tar.gz")
        return one_line(self.cli("restore", file, data=self.folder / "new"))


@pytest.fixture(params=["file", "server"])
def installation(
    request: pytest.FixtureRequest,
    cli: Command,
    postgres_server: Postgres,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Installation:
    monkeypatch.setenv("PATH", on_path(programs()))
    if request.param == "file":
        monkeypatch.setenv("SMS_GATEWAY_CASES__URL", f"sqlite:///{tmp_path}/var/cases.db")
    named(monkeypatch, postgres_server.database())
    assert cli("init", "--samples", data=tmp_path / "var").exit_code == 0
    made = cli("backup", "--to", str(tmp_path / "one.tar.gz"), data=tmp_path / "var")
    assert "33 dossiers" in made.stdout
    if request.param == "file":
        monkeypatch.setenv("SMS_GATEWAY_CASES__URL", f"sqlite:///{tmp_path}/new/cases.db")
    return Installation(cli, tmp_path, named(monkeypatch, postgres_server.database()))


def test_where_the_dossiers_cannot_be_used_no_message_comes_back(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: object) -> int:
        message = "the dossiers need newer code"
        raise CaseTablesError(message, "newer")

    monkeypatch.setattr(restored_postgres, "migrate_cases", refused)
    monkeypatch.setattr(restoring, "migrate_cases", refused)
    assert installation.restored() == "the dossiers need newer code"
    assert everything(installation.url) == NOTHING
    assert not installation.cases.exists()


def test_before_gateways_are_let_in_the_dossiers_are_there(
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    in_file = request.node.callspec.params["installation"] == "file"
    found = []

    async def look(*_: object) -> None:
        other = await looking(installation.url)
        found.append(
            (await asyncio.to_thread(installation.cases.exists), await other.fetchval(MARKED))
        )
        await other.close()
        message = "no hold could be written"
        raise BackupError(message)

    monkeypatch.setattr(restoring, "hold_back", look)
    assert installation.restored() == "no hold could be written"
    assert found == [(in_file, False)]
    assert everything(installation.url) == NOTHING
    assert not installation.cases.exists()


def test_dossiers_in_a_file_beside_go_along(
    cli: Command, tmp_path: Path, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", on_path(programs()))
    monkeypatch.setenv("SMS_GATEWAY_CASES__URL", f"sqlite:///{tmp_path}/one.db")
    named(monkeypatch, postgres_server.database())
    assert cli("init", "--samples", data=tmp_path / "var").exit_code == 0
    file = tmp_path / "one.tar.gz"
    result = cli("backup", "--to", str(file), data=tmp_path / "var")
    assert "33 dossiers" in result.stdout
    named(monkeypatch, postgres_server.database())
    assert "one.db is there" in one_line(cli("restore", str(file), data=tmp_path / "new"))
    monkeypatch.setenv("SMS_GATEWAY_CASES__URL", "")
    assert "cases.url names another kind" in one_line(
        cli("restore", str(file), data=tmp_path / "new")
    )
    monkeypatch.setenv("SMS_GATEWAY_CASES__URL", f"sqlite:///{tmp_path}/two.db")
    restored = cli("restore", str(file), data=tmp_path / "new")
    assert restored.exit_code == 0, restored.output
    shown = cli("cases", "show", "170703-0001", data=tmp_path / "new")
    assert "170703-0001" in shown.stdout
