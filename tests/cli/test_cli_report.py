"""`report dossiers`: the table that an office signs, in every form."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from tests.cli.conftest import Command, one_line

Q3 = ("report", "dossiers", "--from", "2017-07-01", "--to", "2017-09-30", "--as-of", "2017-08-31")
MENDED = [[10, 10, 10, 0, 0, 0], [2, 1, 1, 0, 0, 1], [21, 18, 17, 1, 0, 3], [33, 29, 28, 1, 0, 4]]
HEADER = "MaHoSo,TenTTHC,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy,TrangThaiHoSo,PhongBanXuLy\n"


def imported(cli: Command, data: Path, tmp_path: Path, *rows: str) -> None:
    file = tmp_path / "ours.csv"
    file.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    assert cli("cases", "import", str(file), data=data).exit_code == 0


def test_the_terminal_shows_the_mended_table_of_q3_2017(cli: Command, data: Path) -> None:
    shown = cli(*Q3, data=data)
    assert shown.exit_code == 0, shown.output
    lines = [line.split() for line in shown.stdout.splitlines()]
    assert "Tính đến hết ngày 31/08/2017" in shown.stdout
    assert [list(map(int, line[-6:])) for line in lines if "2.00000" in "".join(line)] == MENDED[:3]
    (total,) = (line for line in shown.stdout.splitlines() if line.startswith("Tổng cộng"))
    assert " ".join(total.split()) == (
        "Tổng cộng 3 thủ tục 33 29 (87.88%) 28 (96.55%) 1 (3.45%) 0 (0.00%) 4 (12.12%)"
    )


def test_json_holds_the_dossiers_behind_each_number(cli: Command, data: Path) -> None:
    told = json.loads(cli(*Q3, "--format", "json", data=data).stdout)
    table = told["tables"]["dossiers"]
    names = ("received", "resolved", "early", "on_time", "late", "pending")
    rows = [*table["rows"], table["total"]]
    assert [[row[name]["count"] for name in names] for row in rows] == MENDED
    assert all(len(row[name]["ids"]) == row[name]["count"] for row in rows for name in names)
    assert table["total"]["on_time"] == {
        "count": 1,
        "share": 3.45,
        "ids": ["000.00.12.H32-170731-0001"],
    }
    assert (told["from"], told["as_of"]) == ("2017-07-01", "2017-09-01T00:00:00+07:00")


def test_csv_has_a_column_for_each_share(cli: Command, data: Path) -> None:
    octets = cli(*Q3, "--format", "csv", data=data).stdout_bytes
    assert octets.startswith(b"\xef\xbb\xbf")
    headings, *rows = csv.reader(io.StringIO(octets.decode("utf-8-sig")))
    assert headings[2:4] == ["Số hồ sơ đã nhận", "Đã giải quyết"]
    table, notes = rows[: rows.index([])], rows[rows.index([]) + 1 :]
    assert [list(map(int, row[2:8])) for row in table] == MENDED
    assert table[-1][8:] == ["87.88", "96.55", "3.45", "0.0", "12.12"]
    assert notes[0] == ["Tỷ lệ đã và đang giải quyết tính trên số hồ sơ đã nhận."]


def test_a_workbook_reads_back_with_vietnamese_headings(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "quý III.xlsx"
    assert cli(*Q3, "--format", "xlsx", "--out", str(out), data=data).exit_code == 0
    book = CalamineWorkbook.from_path(out)
    assert book.sheet_names == ["Hồ sơ", "Trễ hạn"]
    rows = book.get_sheet_by_name("Hồ sơ").to_python()
    (at,) = (n for n, row in enumerate(rows) if row[0] == "Thủ tục")
    assert rows[at][2:8] == [
        "Số hồ sơ đã nhận", "Đã giải quyết", "Trước hạn", "Đúng hạn", "Trễ hạn", "Đang giải quyết",
    ]  # fmt: skip
    assert [
        [int(str(c).split(".")[0]) for c in row[2:8]] for row in rows[at + 1 : at + 5]
    ] == MENDED
    assert rows[at + 4][8:] == [87.88, 96.55, 3.45, 0.0, 12.12]


def test_a_workbook_needs_a_file(cli: Command, data: Path) -> None:
    told = one_line(cli(*Q3, "--format", "xlsx", data=data))
    assert told == "an XLSX file is nothing for a terminal: name one with --out"


def test_a_page_is_escaped_prints_on_a4_and_runs_nothing(
    cli: Command, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMS_GATEWAY_REPORTS__OFFICE", "Sở <Ngoại vụ>")
    row = "X-1,<script>alert(1)</script>,20170801080000,20170810170000,,4,Phòng & A"
    imported(cli, data, tmp_path, row)
    page = cli(*Q3, "--format", "html", data=data).stdout
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Sở &lt;Ngoại vụ&gt;" in page
    assert "<script" not in page
    assert "http" not in page
    assert "size: A4" in page
    assert "29 (85.29%)" in page


def test_no_form_lets_a_spreadsheet_run_what_the_data_say(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    imported(cli, data, tmp_path, "X-1,=1+1,20170801080000,20170810170000,,4,A")
    table = cli(*Q3, "--format", "csv", data=data).stdout_bytes.decode("utf-8-sig")
    assert "'=1+1" in table
    out = tmp_path / "r.xlsx"
    cli(*Q3, "--format", "xlsx", "--out", str(out), data=data)
    rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert "=1+1" in [row[0] for row in rows]  # as text; a formula would read as its result


def test_the_dossiers_of_one_number_can_be_listed(cli: Command, data: Path) -> None:
    traced = cli(*Q3, "--trace", "2.000003:on_time", data=data)
    assert traced.stdout == "000.00.12.H32-170731-0001\n"
    assert len(cli(*Q3, "--trace", "total:pending", data=data).stdout.splitlines()) == 4
    told = one_line(cli(*Q3, "--trace", "nothing:early", data=data), 2)
    assert "of rows 2.000001, 2.000002, 2.000003, total" in told


def test_late_dossiers_are_listed_with_an_empty_cause(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    imported(cli, data, tmp_path, "X-1,Y,20170801080000,20170804170000,20170807080000,9,Phòng A")
    late = json.loads(cli(*Q3, "--format", "json", data=data).stdout)["tables"]["late"]["rows"]
    assert late == [
        {
            "id": "X-1",
            "row": "Y",
            "room": "Phòng A",
            "officer": "",
            "due": "04/08/2017 17:00",
            "finished": "07/08/2017 08:00",
            "cause": "",
        }
    ]


def test_a_table_that_does_not_add_up_is_not_printed(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    imported(cli, data, tmp_path, "X-1,Y,20170802080000,20170810170000,20170801080000,9,A")
    told = one_line(cli(*Q3, data=data))
    assert told.startswith("the table does not add up: Y: received 1 + carried over 0 is not")
    assert "look at X-1: is NgayKetThucXuLy before NgayTiepNhan?" in told


def test_by_officer(cli: Command, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    rows = "X-1,20170801080000,4,An\nX-2,20170801080000,4,Bình\nX-3,20170801080000,4,An\n"
    file.write_text(f"MaHoSo,NgayTiepNhan,TrangThaiHoSo,NguoiXuLy\n{rows}", encoding="utf-8")
    cli("cases", "import", str(file), "--replace", data=data)
    told = cli(*Q3, "--by", "officer", "--format", "json", data=data).stdout
    rows_of = json.loads(told)["tables"]["dossiers"]["rows"]
    assert {row["name"]: row["received"]["ids"] for row in rows_of} == {
        "An": ["X-1", "X-3"],
        "Bình": ["X-2"],
    }


def test_by_room_and_carried_over(cli: Command, data: Path) -> None:
    late = ("report", "dossiers", "--from", "2017-08-01", "--to", "2017-08-31")
    told = cli(*late, "--by", "room", "--carried-over", "--format", "json", data=data).stdout
    table = json.loads(told)["tables"]["dossiers"]
    assert [row["name"] for row in table["rows"]] == ["Phòng Hợp tác quốc tế", "Phòng Lãnh sự"]
    total = {name: cell["count"] for name, cell in table["total"].items() if name != "name"}
    assert total["received"] + total["carried_over"] == total["resolved"] + total["pending"]
    assert total["carried_over"] == 4


@pytest.mark.parametrize(
    "more, told",
    [
        (("--from", "july"), "no day: write 2017-08-31"),
        (("--to", "2017-06-01"), "it is before --from: swap the two"),
        (("--as-of", "then"), "no time: write 2017-08-31, or 2017-08-31T10:15"),
        (("--as-of", "2017-06-30"), "it is before the period begins"),
        (("--as-of", "2900-12-31"), "it is yet to come: write a time that is past"),
        (("--as-of", "2900-12-31T10:15"), "it is yet to come: write a time that is past"),
        (("--as-of", "0001-01-01T10:15"), "write one from 2000 to 2999"),
        (("--to", "9999-12-31"), "no year of a report: write one from 2000 to 2999"),
        (("--from", "1899-12-31"), "no year of a report: write one from 2000 to 2999"),
    ],
)
def test_what_cannot_be_reported_is_told_in_one_line(
    cli: Command, data: Path, more: tuple[str, ...], told: str
) -> None:
    result = cli(*Q3, *more, data=data)
    assert told in one_line(result, result.exit_code)
    assert result.exit_code in (1, 2)


def test_without_as_of_a_period_that_goes_on_is_reported_up_to_now(
    cli: Command, data: Path
) -> None:
    told = json.loads(
        cli("report", "dossiers", "--from", "2017-07-01", "--to", "2999-12-31", "--format", "json",
            data=data).stdout
    )  # fmt: skip
    assert told["as_of"] < "2900"


def test_the_day_of_today_is_reported_up_to_now(cli: Command, data: Path) -> None:
    before = datetime.now(UTC)
    today = before.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat()
    told = json.loads(cli(*Q3, "--as-of", today, "--format", "json", data=data).stdout)
    # At midnight the day may be over by now, and is meant with its end then.
    assert before <= datetime.fromisoformat(told["as_of"]) <= datetime.now(UTC)


def test_a_room_that_is_called_total_can_be_traced_too(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    imported(cli, data, tmp_path, "X-1,Y,20170801080000,20170810170000,,4,total")
    by_room = (*Q3, "--by", "room", "--trace")
    assert cli(*by_room, "row total:received", data=data).stdout == "X-1\n"
    assert len(cli(*by_room, "total:received", data=data).stdout.splitlines()) == 34


@pytest.mark.parametrize(
    "by, trace, expected",
    [
        ("room", "(không ghi):received", ["X-2"]),
        ("room", ":received", ["X-2"]),
        ("room", "(không ghi):Số hồ sơ đã nhận", ["X-2"]),
        ("room", "phòng  LÃNH sự:Trễ hạn", []),
        ("room", "row row 5:pending", ["X-3"]),
        ("room", "row 5:pending", ["X-3"]),
        ("room", "Tổng cộng 5 phòng:not_accepted", ["X-4"]),
        ("procedure", "Y:received", ["X-2", "X-3"]),
        ("procedure", "Thủ tục tổ chức hội nghị, hội thảo Quốc tế:pending", 1),
    ],
)
def test_what_the_table_prints_can_be_traced(
    cli: Command, data: Path, tmp_path: Path, by: str, trace: str, expected: list[str] | int
) -> None:
    imported(
        cli, data, tmp_path,
        "X-1,Z,20170801080000,20170810170000,,4,total",
        "X-2,Y,20170801080000,20170810170000,,4,",
        "X-3,Y,20170801080000,20170810170000,,4,row 5",
        "X-4,Y,20170801080000,20170810170000,,3,",
    )  # fmt: skip
    shown = cli(*Q3, "--by", by, "--trace", trace, data=data)
    assert shown.exit_code == 0, shown.output
    found = shown.stdout.splitlines()
    assert (len(found) if isinstance(expected, int) else found) == expected


def test_a_name_that_two_procedures_share_is_traced_by_the_code(
    cli: Command, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "ours.csv"
    rows = "X-1,1.1,Y,20170801080000,4\nX-2,1.2,Y,20170801080000,4\n"
    file.write_text(f"MaHoSo,MaTTHC,TenTTHC,NgayTiepNhan,TrangThaiHoSo\n{rows}", encoding="utf-8")
    cli("cases", "import", str(file), data=data)
    told = one_line(cli(*Q3, "--trace", "Y:received", data=data), 2)
    assert "no such number: write ROW:NUMBER, of rows 1.1, 1.2, 2.000001" in told
    assert cli(*Q3, "--trace", "1.2:received", data=data).stdout == "X-2\n"


def test_without_dossiers_it_says_what_to_do(cli: Command, tmp_path: Path) -> None:
    assert "run sms-gateway init" in one_line(cli(*Q3, data=tmp_path / "nothing"))
