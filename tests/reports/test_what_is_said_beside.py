"""What a report says beside its numbers: by what it judged, and what was told after its moment."""

import io
import re
import unicodedata
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from sms_gateway.domain.dossier import State
from sms_gateway.reports.adding_up import check
from sms_gateway.reports.document import Document
from sms_gateway.reports.dossier_table import document_of
from sms_gateway.reports.dossiers import By, DossierReport, Noted
from sms_gateway.reports.renderers import Form, render
from tests.reports.office import case, counted, order

LATER = "2026-11-03 09:30"
TOLD_LATER = (
    "2 hồ sơ được cập nhật sau thời điểm báo cáo, lần cuối lúc 09:30 ngày 03/11/2026: phòng, "
    "cán bộ và các ngày của chúng là theo lần cập nhật mới nhất."
)


def printed(report: DossierReport) -> Document:
    check(report)
    return document_of(report, "")


def test_an_end_that_no_date_tells_is_judged_by_the_state_9_and_noted() -> None:
    dossier = case("A", state=State.FINISHED, state_at="2026-10-10 09:00")
    report = counted([dossier], order())
    assert (report.total.early, report.noted) == (("A",), {Noted.BY_FINISHED: ("A",)})
    assert printed(report).notes[-1] == (
        "1 hồ sơ không có NgayKetThucXuLy nên xét hạn theo lúc chuyển sang trạng thái 9: A."
    )


def test_where_no_9_was_told_it_is_judged_by_the_hand_over_and_noted() -> None:
    cases = [
        case("FETCHED", state=State.RETURNED, state_at="2026-10-20 09:00"),
        case("BY 9", state=State.RETURNED, state_at="2026-10-20 09:00", ended="2026-10-09 09:00",
             ended_state=State.FINISHED),
        case("DATED", state=State.RETURNED, state_at="2026-10-20 09:00",
             finished="2026-10-09 09:00"),
    ]  # fmt: skip
    report = counted(cases, order())
    assert (report.total.late, report.total.early) == (("FETCHED",), ("BY 9", "DATED"))
    assert report.noted == {Noted.BY_RETURNED: ("FETCHED",), Noted.BY_FINISHED: ("BY 9",)}
    document = printed(report)
    assert (
        "1 hồ sơ không có NgayKetThucXuLy và không qua trạng thái 9 nên xét hạn theo lúc trả "
        "kết quả (NgayTra): FETCHED."
    ) in document.notes
    ((late, *_, finished, _cause),) = document.tables[1].rows
    assert (late, finished) == ("FETCHED", "20/10/2026 09:00 (trạng thái 10)")


def test_what_has_no_appointment_is_judged_by_nothing() -> None:
    dossier = case("A", due=None, state=State.RETURNED, state_at="2026-10-20 09:00")
    assert counted([dossier], order()).noted == {}


def test_what_was_told_after_the_moment_of_a_report_is_said_in_every_form() -> None:
    cases = [case("A", told=LATER), case("B", told="2026-11-01 00:00"), case("C")]
    document = printed(counted(cases, order()))
    assert document.notes[-1] == TOLD_LATER
    for form in (Form.TABLE, Form.JSON, Form.CSV, Form.HTML):
        assert TOLD_LATER in render(document, form).decode()


def test_rows_of_a_workbook_are_as_high_as_their_wrapped_texts() -> None:
    cases = [case("A", room="Phòng " + "Hợp tác quốc tế " * 9), case("B", room="Phòng B")]
    octets = render(printed(counted(cases, order(by=By.ROOM))), Form.XLSX)
    with zipfile.ZipFile(io.BytesIO(octets)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    heights = [float(one) for one in re.findall(r'<row [^>]*?ht="([0-9.]+)"', sheet)]
    # A row of one line has the usual height, which is left out.
    assert heights == [45, 45]


def test_a_long_note_of_a_workbook_is_as_wide_as_its_table(tmp_path: Path) -> None:
    cases = [case(f"000.00.12.H32-1706{n:02}-0001", None) for n in range(10)]
    path = tmp_path / "r.xlsx"
    path.write_bytes(render(printed(counted([*cases, case("A")], order())), Form.XLSX))
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    (note,) = (row for row in sheet.to_python() if str(row[0]).startswith("10 hồ sơ"))
    assert note[1:] == [""] * (len(note) - 1)
    merged = sheet.merged_cell_ranges
    assert merged
    assert {(first[1], last[1]) for first, last in merged} == {(0, len(note) - 1)}


def test_nothing_is_said_where_nothing_was_told_later() -> None:
    notes = printed(counted([case("A", told="2026-10-31 23:59")], order())).notes
    assert not [note for note in notes if "cập nhật" in note]


def test_json_holds_the_dossiers_behind_each_note() -> None:
    cases = [case("A", told=LATER), case("B", None), case("C", state=State.NOT_ACCEPTED)]
    told = render(printed(counted(cases, order())), Form.JSON).decode()
    assert '"noted": {' in told
    noted = {one.name: list(one.number.ids or ()) for one in printed(counted(cases, order())).noted}
    assert noted == {"not_received": ["B"], "not_accepted": ["C"], "told_later": ["A"]}


@pytest.mark.parametrize("by", [By.ROOM, By.OFFICER])
def test_a_name_that_is_written_in_several_ways_is_one_row_as_it_was_first_seen(by: By) -> None:
    names = ["Phòng Hộ tịch", "PHÒNG HỘ TỊCH", "  Phòng   hộ tịch ", "Phòng Hộ khẩu"]
    names.append(unicodedata.normalize("NFD", "phòng hộ tịch"))
    cases = [case(str(n), room=name, officer=name) for n, name in enumerate(names)]
    rows = {row.name: row.received for row in counted(cases, order(by=by)).rows}
    assert rows == {"Phòng Hộ tịch": ("0", "1", "2", "4"), "Phòng Hộ khẩu": ("3",)}


def test_a_procedure_without_code_is_one_row_however_its_name_is_written() -> None:
    cases = [case("A", procedure=("", "Cấp thẻ")), case("B", procedure=("", "CẤP THẺ"))]
    (row,) = counted(cases, order()).rows
    assert row.received == ("A", "B")
