"""`report survey`: the index of satisfaction, in every form."""

import asyncio
import csv
import io
import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.notices import Learned
from sms_gateway.domain.records import Opinion
from sms_gateway.domain.surveys import SURVEY
from tests.cli.conftest import Command, one_line
from tests.contracts.store_desk import HASHER, Desk, maker_of
from tests.contracts.test_notices_contract import store
from tests.contracts.test_surveys_contract import asking, order

DAYS = ("--from", "2026-11-01", "--to", "2026-12-31")
REPORT = ("report", "survey", *DAYS)
HEADER = "MaHoSo,TenTTHC,NgayTiepNhan,TrangThaiHoSo,PhongBanXuLy\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Three questions of November, of which two were answered, and one of December."""
    data = tmp_path / "log"
    (data / "keys").mkdir(parents=True)
    (data / "keys" / "number-hash.key").write_text(HASHER.key.value + "\n")
    asyncio.run(_fill(data))
    return data


async def _fill(data: Path) -> None:
    async with Desk(maker_of("sqlite"), data) as desk:
        await store(desk).notices.learn(Learned(SURVEY, 0, desk.clock.at))
        three = [asking(desk, DossierId(f"X-{n}")) for n in (1, 2, 3)]
        await store(desk).surveys.ask(order(desk, *three))
        for dossier, score in (("X-1", 4), ("X-2", 1)):
            said = Opinion(DossierId(dossier), "", score)
            mo = await desk.receive(str(score))
            await desk.store.answer([replace(desk.answer(mo), opinion=said)])
        desk.clock.step(timedelta(days=14).total_seconds())
        await store(desk).surveys.ask(order(desk, asking(desk, DossierId("X-4")), since=7, upto=9))


def test_the_terminal_shows_rate_mean_and_index_of_each_month(cli: Command, log: Path) -> None:
    shown = cli(*REPORT, data=log)
    assert shown.exit_code == 0, shown.output
    lines = {line.split()[0]: " ".join(line.split()) for line in shown.stdout.splitlines() if line}
    assert lines["11/2026"] == "11/2026 3 2 66.67 1 0 0 1 0 2.50 1 50.00"
    assert lines["12/2026"] == "12/2026 1 0 0.00 0 0 0 0 0 0"
    assert lines["Tổng"] == "Tổng cộng 4 2 50.00 1 0 0 1 0 2.50 1 50.00"
    assert "Chỉ số hài lòng (%)" in shown.stdout


def test_json_holds_the_dossiers_behind_each_number(cli: Command, log: Path) -> None:
    told = json.loads(cli(*REPORT, "--format", "json", data=log).stdout)
    november, _ = told["tables"]["month"]["rows"]
    assert november["asked"] == {"count": 3, "ids": ["X-1", "X-2", "X-3"]}
    assert november["mark_1"]["ids"] == ["X-2"]
    assert (november["rate"], november["mean"], november["index"]) == (66.67, 2.5, 50.0)
    assert (told["report"], told["from"], told["by"]) == ("survey", "2026-11-01", "month")


def test_the_dossiers_of_one_number_can_be_listed(cli: Command, log: Path) -> None:
    assert cli(*REPORT, "--trace", "total:satisfied", data=log).stdout == "X-1\n"
    assert cli(*REPORT, "--trace", "2026-12:asked", data=log).stdout == "X-4\n"
    told = one_line(cli(*REPORT, "--trace", "2026-12:mean", data=log), 2)
    assert "of rows 2026-11, 2026-12, total" in told


@pytest.mark.parametrize(
    "by, names",
    [
        ("room", ["Phòng A", "Phòng B", "(không ghi)"]),
        ("procedure", ["Cấp thẻ", "(không ghi)"]),
    ],
)
def test_rows_may_be_rooms_or_procedures(
    cli: Command, log: Path, data: Path, tmp_path: Path, by: str, names: list[str]
) -> None:
    shutil.copy(data / "cases.db", log)
    file = tmp_path / "ours.csv"
    rows = ["X-1,Cấp thẻ,20261101080000,10,Phòng A", "X-2,Cấp thẻ,20261101080000,10,Phòng B"]
    file.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    assert cli("cases", "import", str(file), data=log).exit_code == 0
    told = json.loads(cli(*REPORT, "--by", by, "--format", "json", data=log).stdout)
    table, months = told["tables"][by], told["tables"]["month"]
    assert [row["name"] for row in table["rows"]] == names
    assert {**table["total"], **months["total"]} == table["total"]


@pytest.mark.parametrize(
    "trace, expected",
    [
        ("total:asked", ["X-1", "X-2", "X-3", "X-4"]),
        ("row total:asked", ["X-1"]),
        ("(không ghi):asked", ["X-2", "X-3", "X-4"]),
        ("(không ghi):Mức 1", ["X-2"]),
        ("Tổng cộng:Hài lòng (mức 4 và 5)", ["X-1"]),
    ],
)
def test_a_room_that_is_called_total_hides_nothing_and_what_is_printed_is_traced(
    cli: Command, log: Path, data: Path, tmp_path: Path, trace: str, expected: list[str]
) -> None:
    shutil.copy(data / "cases.db", log)
    file = tmp_path / "ours.csv"
    file.write_text(HEADER + "X-1,Cấp thẻ,20261101080000,10,total\n", encoding="utf-8")
    assert cli("cases", "import", str(file), data=log).exit_code == 0
    found = cli(*REPORT, "--by", "room", "--trace", trace, data=log)
    assert found.stdout.splitlines() == expected


def test_a_month_is_traced_as_it_is_printed(cli: Command, log: Path) -> None:
    assert cli(*REPORT, "--trace", "12/2026:Số câu hỏi", data=log).stdout == "X-4\n"


def test_rows_by_room_need_the_dossiers(cli: Command, log: Path) -> None:
    told = one_line(cli(*REPORT, "--by", "room", data=log))
    assert told.endswith("cases.db is not there: leave --by away, or name the folder with --data")


@pytest.mark.parametrize("form", ["csv", "html", "xlsx"])
def test_each_form_is_made_with_and_without_questions(
    cli: Command, log: Path, tmp_path: Path, form: str
) -> None:
    for days in (DAYS, ("--from", "2026-01-01", "--to", "2026-01-31")):
        out = tmp_path / f"r.{form}"
        args = ("report", "survey", *days, "--format", form, "--out", str(out))
        done = cli(*args, data=log)
        assert done.exit_code == 0, done.output


def test_csv_and_workbook_have_numbers_to_count_with(
    cli: Command, log: Path, tmp_path: Path
) -> None:
    octets = cli(*REPORT, "--format", "csv", data=log).stdout_bytes
    headings, november, *_ = csv.reader(io.StringIO(octets.decode("utf-8-sig")))
    assert dict(zip(headings, november, strict=True))["Chỉ số hài lòng (%)"] == "50.0"
    out = tmp_path / "r.xlsx"
    cli(*REPORT, "--format", "xlsx", "--out", str(out), data=log)
    book = CalamineWorkbook.from_path(out)
    assert book.sheet_names == ["Theo tháng"]
    rows = {row[0]: row for row in book.get_sheet_by_index(0).to_python()}
    assert rows["11/2026"][1:] == [3.0, 2.0, 66.67, 1.0, 0.0, 0.0, 1.0, 0.0, 2.5, 1.0, 50.0]


def test_without_a_message_store_it_says_what_to_do(cli: Command, tmp_path: Path) -> None:
    told = one_line(cli(*REPORT, data=tmp_path / "nothing"))
    assert "run sms-gateway init" in told
