"""`replica`: what it refuses, what it writes before it becomes Litestream, and how it is ended."""

import asyncio
import os
from contextlib import closing
from pathlib import Path

import pytest

from sms_gateway.cases.embedded.sqlite.statements import prepare
from sms_gateway.replica.litestream import mark, marked
from sms_gateway.sqlite.connecting import connect_reader, connect_writer
from tests.cli.conftest import Command, one_line
from tests.cli.control_desk import opened

URL = "SMS_GATEWAY_REPLICA__URL"


class BecameError(Exception):
    """The process became another program."""


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What this process was to become."""
    line: list[str] = []

    def execv(_path: object, words: list[str]) -> None:
        line.extend(words)
        raise BecameError

    monkeypatch.setattr(os, "execv", execv)
    return line


def databases(data: Path) -> list[Path]:
    return [data / "gateway.db", data / "cases.db"]


def test_it_becomes_litestream_with_settings_of_ours(
    cli: Command, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, became: list[str]
) -> None:
    monkeypatch.setenv(URL, f"file://{tmp_path}/copy")
    result = cli("replica", data=data)
    assert isinstance(result.exception, BecameError)
    assert became[1:] == ["replicate", "-config", "litestream.yml"]
    told = (data / "litestream.yml").read_text()
    assert f"file://{tmp_path}/copy/gateway.db" in told
    assert f"file://{tmp_path}/copy/cases.db" in told
    assert marked(databases(data))


def test_without_an_address_it_does_nothing(cli: Command, data: Path, became: list[str]) -> None:
    assert "set replica.url" in one_line(cli("replica", data=data))
    assert not became
    assert not marked(databases(data))


async def test_beside_a_gateway_that_still_checkpoints_it_does_nothing(
    cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch, became: list[str]
) -> None:
    monkeypatch.setenv(URL, "file:///other/disk")
    async with opened(data):
        result = await asyncio.to_thread(cli, "replica", data=data)
    assert "still checkpoints its databases: restart it" in one_line(result)
    assert not became
    assert not await asyncio.to_thread(marked, databases(data))


def test_ended_the_gateway_checkpoints_again(
    cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(databases(data))
    told = "checkpoints are still left to Litestream"
    assert told in cli("doctor", data=data).stdout
    monkeypatch.setenv(URL, "file:///other/disk")
    assert "take it out" in one_line(cli("replica", "--off", data=data))
    monkeypatch.delenv(URL)
    result = cli("replica", "--off", data=data)
    assert "after its next restart" in result.stdout
    assert not marked(databases(data))
    assert told not in cli("doctor", data=data).stdout


def test_a_replica_that_does_not_run_is_a_fault_for_the_doctor(
    cli: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL, "file:///other/disk")
    assert "FAIL  replica     Litestream does not run" in cli("doctor", data=data).stdout


def test_an_import_of_dossiers_leaves_checkpoints_to_litestream(data: Path) -> None:
    path = data / "cases.db"
    for replicated, pages in ((False, 1000), (True, 0)):
        if replicated:
            mark([path])
        with closing(connect_writer(path)) as db:
            prepare(db)
            assert db.execute("PRAGMA wal_autocheckpoint").fetchone() == (pages,)


def test_a_reader_never_checkpoints(data: Path) -> None:
    with closing(connect_reader(data / "gateway.db")) as db:
        assert db.execute("PRAGMA wal_autocheckpoint").fetchone() == (0,)
