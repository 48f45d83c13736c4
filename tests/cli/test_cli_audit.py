"""`audit`: who did what, and whether all of it is still there."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Command, one_line

NOTE = "called 0912345678 back"


@pytest.fixture
def acted(cli: Command, data: Path) -> Path:
    """A data folder in which somebody did three things."""
    assert cli("init", data=data).exit_code == 0
    for kind, value in (("--code", "170703-0001"), ("--phone", "0900000001")):
        assert cli("hold", "add", kind, value, "--reason", NOTE, data=data).exit_code == 0
    assert cli("hold", "remove", "--code", "170703-0001", data=data).exit_code == 0
    return data


def change(data: Path, statement: str) -> None:
    with closing(sqlite3.connect(data / "gateway.db", isolation_level=None)) as db:
        db.execute(statement)


def head_of(cli: Command, data: Path) -> str:
    done = cli("audit", "verify", "--json", data=data)
    told = json.loads(done.stdout.splitlines()[-1])
    return f"{told['seq']}:{told['hash']}"


def test_an_audit_that_nobody_touched_is_ok(cli: Command, acted: Path) -> None:
    done = cli("audit", "verify", data=acted)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("ok: ")
    head = head_of(cli, acted)
    assert done.stdout.endswith(f"head {head}\n")
    assert cli("audit", "verify", "--head", head, data=acted).exit_code == 0


def test_each_fault_is_one_line_and_the_status_is_1(cli: Command, acted: Path) -> None:
    last = int(head_of(cli, acted).split(":")[0])
    change(acted, f"UPDATE audit SET detail = 'nothing' WHERE seq = {last}")  # noqa: S608  # a number
    done = cli("audit", "verify", data=acted)
    assert done.exit_code == 1
    first, summary = done.stdout.splitlines()
    assert first == f"line {last}: changed after it was written"
    assert summary.startswith("1 faults: ")
    change(acted, f"DELETE FROM audit WHERE seq = {last - 1}")  # noqa: S608  # a number
    done = cli("audit", "verify", "--json", data=acted)
    assert done.exit_code == 1
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"wrong": "missing", "first": last - 1, "last": last - 1} in told
    assert told[-1]["faults"] == len(told) - 1


def test_an_older_copy_lacks_what_the_journal_knows(
    cli: Command, acted: Path, tmp_path: Path
) -> None:
    older = tmp_path / "older"
    shutil.copytree(acted, older)
    assert cli("hold", "remove", "--phone", "0900000001", data=acted).exit_code == 0
    head = head_of(cli, acted)
    assert cli("audit", "verify", data=older).exit_code == 0
    done = cli("audit", "verify", "--head", head, data=older)
    assert done.exit_code == 1
    number = head.split(":")[0]
    assert done.stdout.splitlines()[0] == f"line {number}: missing, and no purge took them"


def test_a_backup_that_was_restored_verifies_and_says_what_it_lacks(
    cli: Command, acted: Path, tmp_path: Path
) -> None:
    file = str(tmp_path / "one.tar.gz")
    known = head_of(cli, acted)
    assert cli("backup", "--to", file, data=acted).exit_code == 0
    assert cli("hold", "remove", "--phone", "0900000001", data=acted).exit_code == 0
    head = head_of(cli, acted)
    new = tmp_path / "new"
    assert cli("restore", file, data=new).exit_code == 0
    shutil.copytree(acted / "keys", new / "keys")
    for sound in ((), ("--head", known)):
        done = cli("audit", "verify", *sound, data=new)
        assert done.exit_code == 0, done.output
    # The restore wrote a line of its own, where the lost one would have its number.
    done = cli("audit", "verify", "--head", head, data=new)
    assert done.exit_code == 1
    assert head.split(":")[0] in done.stdout.splitlines()[0]


def test_erasing_a_citizen_breaks_no_chain(cli: Command, acted: Path) -> None:
    assert NOTE.encode() in (acted / "gateway.db").read_bytes()
    assert cli("hold", "remove", "--phone", "0900000001", data=acted).exit_code == 0
    done = cli("citizen", "erase", "0900000001", "--yes", data=acted)
    assert done.exit_code == 0, done.output
    done = cli("audit", "verify", data=acted)
    assert done.exit_code == 0, done.output
    assert ", 1 of them blanked;" in done.stdout


def test_a_head_that_is_none_is_refused(cli: Command, acted: Path) -> None:
    done = cli("audit", "verify", "--head", "12", data=acted)
    assert done.exit_code == 2
    assert "write the number and the hash" in done.stderr


def test_keys_that_were_rotated_still_verify_what_a_purge_left(cli: Command, acted: Path) -> None:
    change(acted, "UPDATE audit SET at = 1000000000000")
    # Their times are part of their hashes: the chain is made anew, as of old lines.
    change(acted, "UPDATE audit SET seq = NULL")
    change(acted, "DELETE FROM audit_head")
    assert cli("hold", "remove", "--phone", "0900000001", data=acted).exit_code == 0
    assert cli("audit", "verify", data=acted).exit_code == 0
    assert cli("purge", data=acted).exit_code == 0
    assert cli("keys", "rotate", data=acted).exit_code == 0
    done = cli("audit", "verify", data=acted)
    assert done.exit_code == 0, done.output
    assert " 0 purged before" not in done.stdout


def test_lines_are_listed_newest_first_with_numbers_masked(cli: Command, acted: Path) -> None:
    lines = cli("audit", "list", "--act", "hold.", data=acted).stdout.splitlines()
    acts = [line.split()[4] for line in lines]
    assert acts == sorted(acts, reverse=True)
    assert set(acts) == {"hold.remove", "hold.add"}
    assert "0912345678" not in "".join(lines)
    assert "called 09xx xxx 678 back" in lines[-1]
    newest = cli("audit", "list", "--act", "hold.", "--limit", "1", "--json", data=acted)
    (one,) = newest.stdout.splitlines()
    told = json.loads(one)
    assert set(told) == {"seq", "at", "by", "act", "subject", "detail", "blanked"}
    assert told["act"] == "hold.remove"
    by = cli("audit", "list", "--by", told["by"], "--json", data=acted).stdout.splitlines()
    assert len(by) >= len(lines)
    about = cli("audit", "list", "--subject", told["subject"], data=acted).stdout.splitlines()
    assert [line.split()[4] for line in about] == ["hold.remove", "hold.add"]
    assert cli("audit", "list", "--by", "os:nobody", data=acted).stderr == "no such lines\n"


def test_an_audit_of_no_store_says_so(cli: Command, tmp_path: Path) -> None:
    assert "is not there" in one_line(cli("audit", "verify", data=tmp_path / "nothing"))
