"""Litestream: what it is told, which one may run, and who checkpoints."""

import json
import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sms_gateway.replica.litestream import (
    ReplicaError,
    config_of,
    mark,
    marked,
    program,
    restore_copies,
    unmark,
)
from sms_gateway.settings.sections import Replica
from sms_gateway.sqlite.connecting import connect_writer


def checkpoints_at(path: Path) -> int:
    with closing(connect_writer(path)) as db:
        (pages,) = db.execute("PRAGMA wal_autocheckpoint").fetchone()
    return int(pages)


def test_our_writer_leaves_checkpoints_to_litestream_where_it_copies(tmp_path: Path) -> None:
    path = tmp_path / "gateway.db"
    assert checkpoints_at(path) > 0
    mark([path])
    assert (marked([path]), checkpoints_at(path)) == (True, 0)
    unmark([path])
    assert not marked([path])
    assert checkpoints_at(path) > 0


def test_litestream_is_told_both_databases_and_how_long_to_keep(tmp_path: Path) -> None:
    databases = {"gateway.db": tmp_path / "a.db", "cases.db": tmp_path / "b.db"}
    text = config_of("file:///other/disk/", 48, databases)
    lines = [line.split(": ", 1) for line in text.splitlines()]
    told = {key: json.loads(value) for key, value in lines}
    assert [(db["path"], db["replica"]["url"]) for db in told["dbs"]] == [
        (str(tmp_path / "a.db"), "file:///other/disk/gateway.db"),
        (str(tmp_path / "b.db"), "file:///other/disk/cases.db"),
    ]
    assert told["snapshot"]["retention"] == "48h"


def fake(folder: Path, said: str) -> Path:
    """A program that only tells its version."""
    made = folder / "litestream"
    made.write_text(f"#!/bin/sh\necho {said}\n")
    made.chmod(0o700)
    return made


@pytest.mark.parametrize("said", ["0.5.16", "v0.3.13", "development"])
def test_one_that_may_damage_databases_is_not_started(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    fake(tmp_path, said)
    with pytest.raises(ReplicaError, match=r"older than 0\.5\.17"):
        program()


def test_without_it_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReplicaError, match=r"install a bundle, or requirements/bundle\.lock"):
        program()


def test_the_one_beside_our_python_is_taken() -> None:
    assert program().name == "litestream"
    assert os.access(program(), os.X_OK)


def test_a_replica_that_is_not_there_is_told_without_its_address(tmp_path: Path) -> None:
    url = f"file://{tmp_path}/none"
    with pytest.raises(ReplicaError, match=r"gateway\.db cannot be restored") as error:
        restore_copies(url, {"gateway.db": tmp_path / "gateway.db"})
    assert url not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "s3://key:secret@bucket/sms",
        "s3://bucket/sms?endpoint=x",
        "/other/disk",
        "sftp://host/sms",
        "file://other/disk",
        "s3://bucket/it is",
    ],
)
def test_an_address_that_may_hold_a_password_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="without"):
        Replica(url=url)
