"""`windows`: incidents and planned outages, and the causes of what was late inside."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Command, one_line

HEADER = "MaHoSo,TenTTHC,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy,TrangThaiHoSo,PhongBanXuLy\n"
INSIDE, ENDED, OUTSIDE = (f"000.00.12.H32-170601-{number:04}" for number in (1, 2, 3))
INCIDENT = (
    "--from", "2017-06-17", "--to", "2017-06-24", "--cause", "sự cố máy chủ",
    "--document", "818/SNgV-VP",
)  # fmt: skip
TOLD = "sự cố máy chủ (818/SNgV-VP)"
JUNE = ("report", "dossiers", "--from", "2017-06-01", "--to", "2017-07-31", "--format", "json")


@pytest.fixture
def late(cli: Command, data: Path, tmp_path: Path) -> None:
    """Three dossiers were late, two of them inside the incident of June 2017."""
    file = tmp_path / "late.csv"
    rows = [
        f"{INSIDE},Cấp thẻ,01/06/2017 08:00,20/06/2017 17:00,30/06/2017 09:00,9,Phòng A",
        f"{ENDED},Cấp thẻ,01/06/2017 08:00,15/06/2017 17:00,24/06/2017 09:00,9,Phòng A",
        f"{OUTSIDE},Cấp thẻ,01/06/2017 08:00,28/06/2017 17:00,30/06/2017 09:00,9,Phòng A",
    ]
    file.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    done = cli("cases", "import", str(file), data=data)
    assert done.exit_code == 0, done.output


def added(cli: Command, data: Path, *said: str) -> str:
    done = cli("windows", "add", *said, data=data)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


def causes(cli: Command, data: Path) -> dict[str, str]:
    """The list of late ones of the report: code to cause."""
    told = json.loads(cli(*JUNE, data=data).stdout)
    assert told["tables"]["dossiers"]["total"]["late"]["count"] == 3
    return {row["id"]: row["cause"] for row in told["tables"]["late"]["rows"]}


def test_the_incident_of_june_2017_is_written_down_and_listed(cli: Command, data: Path) -> None:
    window = added(cli, data, *INCIDENT)
    (shown,) = cli("windows", "list", "--json", data=data).stdout.splitlines()
    told = json.loads(shown)
    assert (told["id"], told["document"], told["lookups"]) == (window, "818/SNgV-VP", "stopped")
    # A day is meant with its end.
    assert told["from"].startswith("2017-06-17T00:00:00")
    assert told["to"].startswith("2017-06-25T00:00:00")
    assert told["by"].startswith("os:")
    line = cli("windows", "list", data=data).stdout
    assert " over " in line
    assert TOLD in line


def test_an_open_one_stands_until_it_is_ended(cli: Command, data: Path) -> None:
    window = added(cli, data, "--from", "2026-11-01", "--cause", "mất mạng")
    assert "stands, look-ups stopped" in cli("windows", "list", data=data).stdout
    ended = cli("windows", "end", window, "--at", "2026-11-02T09:00", data=data)
    assert ended.stdout == f"{window} ends 2026-11-02 09:00:00\n"
    assert " over " in cli("windows", "list", data=data).stdout


def test_a_planned_one_that_has_not_begun_is_called_off(cli: Command, data: Path) -> None:
    said = ("--from", "2099-01-01", "--to", "2099-01-02", "--cause", "nâng cấp", "--planned")
    window = added(cli, data, *said)
    assert "planned, not announced" in cli("windows", "list", data=data).stdout
    assert cli("windows", "end", window, data=data).stdout == f"{window} called off\n"
    assert "called off" in cli("windows", "list", data=data).stdout


def test_the_announcement_is_shown_and_noted_when_it_was_made(cli: Command, data: Path) -> None:
    said = ("--from", "2099-01-01T20:00", "--to", "2099-01-02T06:00", "--cause", "nâng cấp")
    window = added(cli, data, *said, "--planned")
    vietnamese, sms, english = cli("windows", "announce", window, data=data).stdout.splitlines()
    assert "từ 20:00 01/01/2099, dự kiến hoạt động lại lúc 06:00 02/01/2099" in vietnamese
    assert sms.isascii()
    assert "interrupted from 20:00 01/01/2099" in english
    done = cli("windows", "announce", window, "--done", "trang thông tin", data=data)
    assert done.stdout == f"{window} announced\n"
    assert "planned, announced" in cli("windows", "list", data=data).stdout


@pytest.mark.usefixtures("late")
def test_what_was_late_inside_is_marked_listed_and_given_the_cause_and_stays_late(
    cli: Command, data: Path
) -> None:
    window = added(cli, data, *INCIDENT)
    mark = f"(chưa ghi nguyên nhân) trong thời gian sự cố: {TOLD}"
    assert causes(cli, data) == {INSIDE: mark, ENDED: mark, OUTSIDE: ""}
    listed = cli("windows", "causes", "--window", window, data=data).stdout.splitlines()
    assert {line.split()[0] for line in listed} == {INSIDE, ENDED}
    given = cli("windows", "causes", "--window", window, "--give", data=data)
    assert given.stderr == "gave 2 dossiers a cause\n"
    assert causes(cli, data) == {INSIDE: TOLD, ENDED: TOLD, OUTSIDE: ""}
    again = cli("windows", "causes", "--window", window, "--give", data=data)
    assert again.stderr == ""


@pytest.mark.usefixtures("late")
def test_a_cause_in_words_stands_beside_the_first_one_also_for_the_codes_of_a_file(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "codes.txt"
    file.write_text(f"{OUTSIDE}\n\n{INSIDE}\n", encoding="utf-8")
    said = ("windows", "cause", "--cause", "sở khác phối hợp chậm")
    assert cli(*said, OUTSIDE, data=data).stdout == "gave 1 dossiers a cause\n"
    more = ("windows", "cause", "--cause", "mất điện", "--note", "cả tầng", "--file", str(file))
    assert cli(*more, data=data).stdout == "gave 2 dossiers a cause\n"
    found = causes(cli, data)
    assert found[OUTSIDE] == "sở khác phối hợp chậm; mất điện: cả tầng"
    assert found[INSIDE] == "mất điện: cả tầng"
    with closing(sqlite3.connect(data / "gateway.db")) as db:
        acts = db.execute("SELECT subject FROM audit WHERE act = 'windows.cause' ORDER BY id")
        assert acts.fetchall() == [(OUTSIDE,), (OUTSIDE,), (INSIDE,)]


@pytest.mark.parametrize(
    "words, told",
    [
        (("add", "--from", "soon", "--cause", "x"), "no time: write 2017-06-17"),
        (("add", "--from", "2026-11-02", "--to", "2026-11-01", "--cause", "x"), "ends after"),
        (("add", "--from", "2099-01-01", "--cause", "x", "--planned"), "add --to"),
        (("end", "none"), "no window has that id"),
        (("announce", "none"), "no window has that id"),
        (("causes", "--window", "none"), "no window has that id"),
        (("cause", "--cause", "x"), "name dossiers"),
        (("cause", "--cause", "x", "no-such-code"), "1 of these codes are of no dossier"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    cli: Command, data: Path, words: tuple[str, ...], told: str
) -> None:
    result = cli("windows", *words, data=data)
    assert told in one_line(result, result.exit_code)


def test_doctor_names_what_stands_and_what_waits_to_be_announced(cli: Command, data: Path) -> None:
    assert "none stands" in cli("doctor", data=data).stdout
    added(cli, data, "--from", "2026-11-01", "--cause", "mất mạng")
    assert "mất mạng stands since 2026-11-01" in cli("doctor", data=data).stdout
