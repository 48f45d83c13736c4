"""`replies history` and `replies export`: what staff changed, and how files become the source."""

import json
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

from sms_gateway.domain.message import Language
from sms_gateway.enquiry.replies import load_replies
from tests.cli.conftest import Command, one_line
from tests.parts import rules

UNFIT = "{hotline}"
NEW = "Hồ sơ {code} đang được giải quyết."
ENGLISH = "Dossier {code} is in process."


def write(data: Path) -> None:
    """Two versions of one reply, one of which holds."""
    with closing(sqlite3.connect(data / "gateway.db", isolation_level=None)) as db:
        db.executemany(
            "INSERT INTO template_version VALUES (?, 'S4', ?, 0, ?, '', ?, '', 'aaaaaaaaaaaa',"
            " 'bbbbbbbbbbbb', 'gọn hơn', NULL, ?, 'staff:an', 'p1', ?, 6, 'staff:ba', '', ?)",
            [
                ("v1", "", NEW, ENGLISH, 5, "approved", 6),
                ("v2", "v1", NEW, ENGLISH, 7, "rejected", None),
            ],
        )


def test_the_history_says_what_became_of_each_the_last_one_first(cli: Command, data: Path) -> None:
    assert cli("replies", "history", data=data).stderr == "nobody changed one\n"
    write(data)
    lines = cli("replies", "history", "S4", data=data).stdout.splitlines()
    assert ["rejected" in line for line in lines] == [True, False]
    assert "in force" in lines[1]
    assert "staff:an  staff:ba  gọn hơn" in lines[1]
    assert cli("replies", "history", "S1", data=data).stdout == ""
    found = [
        json.loads(line)
        for line in cli("replies", "history", "--json", data=data).stdout.splitlines()
    ]
    assert [one["id"] for one in found] == ["v2", "v1"]
    assert found[1]["wording"]["vi"] == NEW
    assert "no reply of that name" in cli("replies", "history", "S99", data=data).stderr


def test_what_is_in_force_is_exported_as_files_that_say_the_same(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    write(data)
    folder = tmp_path / "replies"
    done = cli("replies", "export", str(folder), data=data)
    assert done.stdout.splitlines() == [str(folder / "vi.toml"), str(folder / "en.toml")]
    read = [_toml(folder / name) for name in ("vi.toml", "en.toml")]
    replies, shipped = load_replies(read[0], read[1]), rules().replies
    assert replies.wording("S4", Language.VI_ACCENTED) == (NEW, "")
    assert replies.wording("S4", Language.EN) == (ENGLISH, "")
    assert replies.version("S4") != shipped.version("S4")
    others = [name for name in read[0] if name != "S4"]
    assert [replies.version(name) for name in others] == [shipped.version(name) for name in others]
    assert "is there: name another folder" in one_line(
        cli("replies", "export", str(folder), data=data)
    )


def _toml(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text("utf-8"))


def test_without_a_store_the_files_are_exported(cli: Command, tmp_path: Path) -> None:
    done = cli("replies", "export", str(tmp_path / "out"), data=tmp_path / "none")
    assert done.exit_code == 0, done.stderr
    replies = load_replies(_toml(tmp_path / "out/vi.toml"), _toml(tmp_path / "out/en.toml"))
    assert replies.rules_hash == rules().replies.rules_hash


def test_the_sheet_shows_what_is_in_force_and_says_so_or_what_the_files_say(
    cli: Command, data: Path
) -> None:
    of_files = cli("replies", "preview", data=data).stdout
    write(data)
    sheet = cli("replies", "preview", data=data).stdout
    assert sheet.startswith("In force from the console, not from the files: S4\n\n")
    assert "Ho so H32.12-230615-0001 dang duoc giai quyet." in sheet
    assert cli("replies", "preview", "--files", data=data).stdout == of_files
    assert "dang duoc giai quyet" not in of_files


def test_the_doctor_says_which_replies_the_console_words_and_which_of_them_are_lost(
    cli: Command, data: Path
) -> None:
    assert "wording" not in cli("doctor", data=data).stdout.replace("settings, wording", "")
    write(data)
    assert (
        "ok    wording     from the console: S4; others: the files"
        in cli("doctor", data=data).stdout
    )
    with closing(sqlite3.connect(data / "gateway.db", isolation_level=None)) as db:
        db.execute("UPDATE template_version SET vi = ?", (UNFIT,))
    told = cli("doctor", data=data).stdout
    assert "warn  wording     S4: the version that was approved breaks a rule" in told
    assert "In force" not in cli("replies", "preview", data=data).stdout
