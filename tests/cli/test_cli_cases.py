import contextlib
import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from sms_gateway.cli.cases_import import IN_NO_HURRY, MOST_SHOWN
from sms_gateway.cli.changing import RunningService
from tests.cli.conftest import CONFIG, Command, one_line

SAMPLES = CONFIG / "samples" / "q3-2017.csv"
HEADER = "MaHoSo,SoBienNhan,SoDienThoai,TrangThaiHoSo\n"


def _file(tmp_path: Path, *rows: str, name: str = "ours.csv") -> str:
    path = tmp_path / name
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(path)


def test_the_counts_of_an_import_are_told(cli: Command, data: Path, tmp_path: Path) -> None:
    file = _file(tmp_path, "H32-1,1,0912345678,4", "H32-2,2,,9")
    first = cli("cases", "import", file, data=data)
    assert first.stdout == "2 new, 0 changed, 0 unchanged, 0 removed\n"
    file = _file(tmp_path, "H32-1,1,0912345678,9", "H32-2,2,,9")
    assert cli("cases", "import", file, data=data).stdout == (
        "0 new, 1 changed, 1 unchanged, 0 removed\n"
    )
    assert cli("cases", "import", file, "--replace", data=data).stdout == (
        "0 new, 0 changed, 2 unchanged, 33 removed\n"
    )


@pytest.mark.parametrize("running", [True, False])
def test_beside_a_gateway_a_file_is_read_without_hurry(
    *,
    running: bool,
    cli: Command,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slower: list[int] = []
    service = RunningService(data) if running else None
    monkeypatch.setattr("sms_gateway.cli.cases_import.running_service", lambda _folder: service)
    monkeypatch.setattr(os, "nice", slower.append)
    assert "is empty" in cli("cases", "import", _file(tmp_path, "1,1,,"), data=data).stderr
    assert slower == ([IN_NO_HURRY] if running else [])


def test_an_import_begins_a_data_folder(cli: Command, tmp_path: Path) -> None:
    result = cli("cases", "import", str(SAMPLES), data=tmp_path / "new")
    assert result.stdout == "33 new, 0 changed, 0 unchanged, 0 removed\n"


def test_each_bad_row_is_told_by_line_and_field_and_nothing_is_imported(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    file = _file(tmp_path, "H32-1,1,,4", "H32-2,2,nobody,4", "H32-3,3,,")
    result = cli("cases", "import", file, data=data)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == [
        "line 3, SoDienThoai",
        "line 4, TrangThaiHoSo",
        "nothing was imported",
    ]
    assert cli("cases", "show", "H32-1", data=data).exit_code == 1


def test_of_many_bad_rows_the_first_are_listed_and_the_others_counted(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    file = _file(tmp_path, *[f"H32-{i},,," for i in range(MOST_SHOWN + 7)])
    lines = cli("cases", "import", file, data=data).stderr.splitlines()
    assert len(lines) == MOST_SHOWN + 2
    assert lines[-2] == "... and 7 more"
    assert f"{MOST_SHOWN + 7} faults" in lines[-1]


def test_a_column_that_is_not_known_is_noted_and_the_rest_imported(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "more.csv"
    path.write_text("MaHoSo,TrangThaiHoSo,SoDienThoia\nH32-1,4,\n")
    result = cli("cases", "import", str(path), data=data)
    assert result.exit_code == 0
    assert "note" in result.stderr
    assert "SoDienThoai" in result.stderr


def test_a_state_in_words_is_understood_and_one_that_nobody_knows_is_named_until_it_is_known(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    file = _file(tmp_path, "H32-1,1,,Đã xử lý xong", "H32-2,2,,Trình ký")
    result = cli("cases", "import", file, data=data)
    assert result.stdout == "2 new, 0 changed, 0 unchanged, 0 removed\n"
    assert 'state "Trình ký" is not in states.toml' in result.stderr
    states = [json.loads(cli("cases", "show", n, "--json", data=data).stdout) for n in ("1", "2")]
    assert [one["state"] for one in states] == [9, 4]
    told = 'import says "Trình ký" for a state'
    assert told in cli("doctor", data=data).stdout
    ours = tmp_path / "ours"
    shutil.copytree(CONFIG, ours)
    with (ours / "states.toml").open("a", encoding="utf-8") as more:
        more.write('[sources.import]\n5 = ["Trình ký"]\n')
    assert told not in cli("doctor", "--config", str(ours), data=data).stdout
    again = cli("cases", "import", file, "--config", str(ours), data=data)
    assert again.stdout == "0 new, 1 changed, 1 unchanged, 0 removed\n"


@pytest.mark.parametrize("name", ["none.csv", "."])
def test_a_file_that_cannot_be_read_is_told_in_one_line(
    name: str, cli: Command, data: Path, tmp_path: Path
) -> None:
    line = one_line(cli("cases", "import", str(tmp_path / name), data=data))
    assert line.startswith("nothing was imported: ")


def test_an_import_is_audited_with_who_what_and_how(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    cli("cases", "import", _file(tmp_path, "H32-1,1,,4"), "--replace", data=data)
    with contextlib.closing(sqlite3.connect(data / "gateway.db")) as db:
        *_, row = db.execute("SELECT by, act, subject, detail FROM audit ORDER BY id").fetchall()
    by, *rest = row
    assert by.startswith("os:")
    assert rest == ["cases.import", "ours.csv", "rows=1 replace=yes"]


def test_a_second_secret_is_kept_as_answers_look_for_it(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "secret.csv"
    path.write_text(
        "MaHoSo,SoBienNhan,SoDienThoai,TrangThaiHoSo,MaTraCuu\nH32-7,170703-0099,,9,ab-c7 d\n"
    )
    cli("cases", "import", str(path), data=data)
    config = tmp_path / "config"
    config.mkdir()
    for source in CONFIG.glob("*.toml"):
        (config / source.name).write_bytes(source.read_bytes())
    (config / "gateway.toml").write_text("[disclosure]\nsecond_secret = true\n")
    asked = cli(
        "ask", "MCKH 170703-0099 ABC7D", "--from", "0912345678", "--explain", "--json",
        "--config", str(config), data=data,
    )  # fmt: skip
    assert json.loads(asked.stdout)["template"].startswith("S9")


def test_a_dossier_is_shown_with_its_phones_masked_and_its_states(cli: Command, data: Path) -> None:
    for code in ("170703-0001", "000.00.12.h32-170703-0001", "000 00 12 H32 170703 0001"):
        shown = cli("cases", "show", code, data=data)
        assert shown.exit_code == 0, shown.output
        assert "9 finished" in shown.stdout
        assert "09xx xxx 001" in shown.stdout
        assert "0900000001" not in shown.stdout


def test_a_dossier_is_shown_as_json(cli: Command, data: Path) -> None:
    dossier = json.loads(cli("cases", "show", "170703-0001", "--json", data=data).stdout)
    assert dossier["id"] == "000.00.12.H32-170703-0001"
    assert dossier["due_at"] == "2017-07-12T17:00:00.000+07:00"
    assert dossier["phones"] == ["09xx xxx 001"]
    assert [entry["state"] for entry in dossier["history"]] == [9]


def test_dossiers_that_share_a_number_are_all_shown(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    cli("cases", "import", _file(tmp_path, "A-1,77-1,,4", "B-1,77-1,,9"), data=data)
    shown = cli("cases", "show", "77-1", "--json", data=data).stdout.splitlines()
    assert [json.loads(line)["id"] for line in shown] == ["A-1", "B-1"]


def test_an_unknown_number_is_told_in_one_line(cli: Command, data: Path) -> None:
    assert one_line(cli("cases", "show", "nothing-1", data=data))


def test_a_directory_that_is_not_there_is_told_in_one_line(cli: Command, tmp_path: Path) -> None:
    assert "run init" in one_line(cli("cases", "show", "1", data=tmp_path / "none"))
