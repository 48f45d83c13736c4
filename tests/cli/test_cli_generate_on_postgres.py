"""`generate` where the messages lie on PostgreSQL."""

import asyncio
from pathlib import Path

import pytest

from tests.backup.on_postgres import Maker, asked
from tests.cli.conftest import Command, one_line
from tests.contracts.store_desk import Desk
from tests.postgres import Postgres

WORDS = ("generate", "--until", "2026-11-26", "--days", "3")
ROWS = "SELECT id, sender, text, outcome, reason, received_at FROM inbox ORDER BY id"


@pytest.fixture
def url(postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch) -> str:
    """The settings name an empty database."""
    found = postgres_server.database()
    monkeypatch.setenv("SMS_GATEWAY_STORE__URL", found)
    return found


@pytest.fixture
def made(cli: Command, url: str, tmp_path: Path) -> Path:
    """A data folder whose database has the tables, and nothing in them."""
    del url
    assert cli("init", data=tmp_path / "new").exit_code == 0
    return tmp_path / "new"


def test_dossiers_and_messages_are_made_and_found(cli: Command, made: Path) -> None:
    result = cli(*WORDS, "--dossiers", "30", "--messages", "500", data=made)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == ["made 500 messages", "made 30 dossiers"]
    listed = cli("messages", "--limit", "1000", data=made).stdout.splitlines()
    assert len(listed) == 500
    by_phone = cli("messages", "--phone", "0900000000", data=made).stdout.splitlines()
    assert by_phone
    assert all("09xx xxx 000" in line for line in by_phone)


def test_they_are_those_that_sqlite_would_hold(
    cli: Command, made: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli(*WORDS, "--messages", "200", "--seed", "3", data=made).exit_code == 0
    ours = cli("messages", "--json", "--limit", "500", data=made).stdout
    monkeypatch.delenv("SMS_GATEWAY_STORE__URL")
    assert cli("init", data=tmp_path / "small").exit_code == 0
    assert cli(*WORDS, "--messages", "200", "--seed", "3", data=tmp_path / "small").exit_code == 0
    assert cli("messages", "--json", "--limit", "500", data=tmp_path / "small").stdout == ours
    assert len(asked(url, ROWS)) == 200


def test_messages_are_not_mixed_in_unless_that_is_said(cli: Command, made: Path, url: str) -> None:
    assert cli(*WORDS, "--messages", "50", data=made).exit_code == 0
    assert "--add" in one_line(cli(*WORDS, "--messages", "5", data=made))
    again = one_line(cli(*WORDS, "--messages", "50", "--add", data=made))
    assert "these very messages are there already" in again
    assert len(asked(url, ROWS)) == 50
    assert cli(*WORDS, "--messages", "5", "--seed", "2", "--add", data=made).exit_code == 0
    assert len(asked(url, ROWS)) == 55
    acts = asked(url, "SELECT act FROM audit WHERE act LIKE 'messages.%'")
    assert acts == [("messages.generate",)] * 2


def test_while_a_gateway_is_connected_nothing_is_made(cli: Command, made: Path, url: str) -> None:
    async def connected() -> str:
        async with Desk(Maker(url), made):
            return await asyncio.to_thread(
                lambda: one_line(cli(*WORDS, "--messages", "5", data=made))
            )

    assert "gateways are connected to the database" in asyncio.run(connected())
    assert asked(url, ROWS) == []
