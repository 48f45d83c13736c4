from pathlib import Path

import pytest

from sms_gateway.store.sqlite.lock import data_lock
from tests.cli.conftest import Command, one_line

UNTIL = ("--until", "2026-11-26")


def made(cli: Command, folder: Path, *words: str) -> str:
    result = cli("generate", *UNTIL, *words, data=folder)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_dossiers_and_messages_are_made_in_a_new_folder(cli: Command, tmp_path: Path) -> None:
    said = made(cli, tmp_path / "new", "--dossiers", "30", "--messages", "200", "--days", "3")
    assert said.splitlines() == ["made 200 messages", "made 30 dossiers"]
    listed = cli("messages", "--limit", "1000", data=tmp_path / "new").stdout.splitlines()
    assert len(listed) == 200
    assert listed[0].startswith("2026-11-25")
    assert "09xx xxx 007" in cli("cases", "show", "260000-0007", data=tmp_path / "new").stdout


def test_a_made_up_phone_that_asks_is_answered_from_a_made_up_dossier(
    cli: Command, tmp_path: Path
) -> None:
    made(cli, tmp_path / "new", "--dossiers", "5")
    result = cli("ask", "MCKH 260000-0003", "--from", "0900000003", data=tmp_path / "new")
    assert "260000-0003" in result.stdout


def test_messages_are_found_by_phone_by_code_and_by_day(cli: Command, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    made(cli, folder, "--dossiers", "10", "--messages", "500", "--days", "2")
    by_phone = cli("messages", "--phone", "0900000000", data=folder).stdout
    by_code = cli("messages", "--code", "260000-0000", data=folder).stdout
    by_day = cli("messages", "--since", "2026-11-24", "--until", "2026-11-25", data=folder).stdout
    assert by_phone
    assert all("09xx xxx 000" in line for line in by_phone.splitlines())
    assert by_code
    assert all("2600000000" in line for line in by_code.splitlines())
    assert by_day
    assert all(line.startswith("2026-11-24") for line in by_day.splitlines())


def test_the_same_words_make_the_same_messages(cli: Command, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        made(cli, tmp_path / folder, "--messages", "50", "--seed", "3")
    ids = [
        [line.split()[2] for line in cli("messages", data=tmp_path / f).stdout.splitlines()]
        for f in ("one", "two")
    ]
    assert len(ids[0]) == 50
    assert ids[0] == ids[1]


def test_a_folder_that_is_served_is_refused(cli: Command, data: Path) -> None:
    with data_lock(data / "gateway.db"):
        line = one_line(cli("generate", "--messages", "5", data=data))
    assert "another process is serving" in line


def test_messages_are_not_mixed_in_unless_that_is_said(cli: Command, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    made(cli, folder, "--messages", "5")
    line = one_line(cli("generate", "--messages", "5", "--dossiers", "5", data=folder))
    assert "--add" in line
    assert "holds messages already" in line
    assert cli("cases", "show", "260000-0001", data=folder).exit_code == 1
    made(cli, folder, "--messages", "5", "--seed", "2", "--add")
    assert len(cli("messages", data=folder).stdout.splitlines()) == 10


@pytest.mark.parametrize(
    "words, said",
    [
        ([], "nothing to make"),
        (["--messages", "-1"], "-1 is not in the range"),
        (["--messages", "5", "--days", "0"], "0 is not in the range"),
        (["--messages", "5", "--until", "soon"], "no time"),
    ],
)
def test_what_cannot_be_made_is_told_in_one_line(
    cli: Command, tmp_path: Path, words: list[str], said: str
) -> None:
    line = one_line(cli("generate", *words, data=tmp_path / "new"), status=2)
    assert said in line
    assert not (tmp_path / "new").exists()


def test_the_audit_says_that_messages_were_made_up(cli: Command, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    made(cli, folder, "--messages", "5", "--seed", "9")
    assert b"messages.generate" in (folder / "gateway.db").read_bytes()
