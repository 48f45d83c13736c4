"""How a telco's own file is read."""

import unicodedata
from pathlib import Path

import pytest
import xlsxwriter

from sms_gateway.reports import bill_file
from sms_gateway.reports.bill_file import BillError, BillRow, Reader
from sms_gateway.reports.reconcile_table import document_of
from sms_gateway.settings import SettingsError, decode
from sms_gateway.settings.bills import Bill
from sms_gateway.settings.sections import Sections
from tests.reports.bills import AN, BINH, NOON, compared, differing, ours
from tests.reports.office import ZONE

BILL = Bill(
    doors=("telco",), id="MSGID", number="MSISDN", time="TIME", billed="CHARGED", segments="PARTS"
)
HEADINGS = "MSGID,MSISDN,TIME,CHARGED,PARTS\n"


def read(path: Path, bill: Bill = BILL) -> list[BillRow]:
    return list(Reader(bill, ZONE, "VN").read(path))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_is_read_by_its_headings(tmp_path: Path, delimiter: str, mark: str) -> None:
    text = (
        mark
        + HEADINGS
        + "A1,84900000001,2026-11-23 12:00:00,1,2\n\nA2,0900000002,2026-11-23 12:00:00,0,\n"
    )
    path = tmp_path / "bill.csv"
    path.write_text(text.replace(",", delimiter), encoding="utf-8")
    assert read(path) == [
        BillRow(2, "A1", AN, NOON, charged=True, segments=2),
        BillRow(4, "A2", BINH, NOON, charged=False, segments=None),
    ]


VIETNAMESE = Bill(
    doors=("telco",), id="Mã tin", number="Số thuê bao", time="Thời gian", billed="Cước (đ)",
    charged=("1000", "1.500"), segments="Số đoạn", time_format="%d/%m/%Y %H:%M:%S",
)  # fmt: skip


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"]
)
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_what_vietnamese_programs_save_is_read(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    title = "BANG DOI SOAT, thang 11, nam 2026\n\n" if delimiter == ";" else ""
    text = title + (
        "MÃ TIN;Số  thuê bao;Thời gian;Cước (đ);Số đoạn\r\n"
        "A1;84900000001;23/11/2026 12:00:00;1.000;2\r\n"
        "A2;0900 000 002;23/11/2026 12:00:00;1,500.00;1\r\n"
        "A3;84900000002;23/11/2026 12:00:00;0;1.0\r\n"
    )
    if encoding == "cp1258":
        text = "".join(map(legacy, text))
    path = tmp_path / "doi soat.csv"
    path.write_bytes(text.replace(";", delimiter).encode(encoding))
    first = 4 if title else 2
    assert read(path, VIETNAMESE) == [
        BillRow(first, "A1", AN, NOON, charged=True, segments=2),
        BillRow(first + 1, "A2", BINH, NOON, charged=True, segments=1),
        BillRow(first + 2, "A3", BINH, NOON, charged=False, segments=1),
    ]


def legacy(letter: str) -> str:
    """A letter as Windows-1258 has it: its tone apart, where it has no such letter."""
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        return tone_apart(letter)
    return letter


def tone_apart(letter: str) -> str:
    """A letter with its tone behind it."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    apart = unicodedata.normalize("NFD", letter)
    tone = "".join(one for one in apart if one in tones)
    rest = "".join(one for one in apart if one not in tones)
    return unicodedata.normalize("NFC", rest) + tone


def test_a_workbook_with_a_title_and_vietnamese_headings_is_read(tmp_path: Path) -> None:
    path = tmp_path / "doi soat.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Bảng đối soát tháng 11/2026"])
    heads = ["Mã tin", "Số thuê bao", "Thời gian", "Cước (đ)", "Số đoạn"]
    sheet.write_row(2, 0, [unicodedata.normalize("NFD", head) for head in heads])
    sheet.write_row(3, 0, ["A1", 84900000001, "23/11/2026 12:00:00", 1000, 2])
    book.close()
    assert read(path, VIETNAMESE) == [BillRow(4, "A1", AN, NOON, charged=True, segments=2)]


def test_a_workbook_is_read_with_its_numbers_and_dates(tmp_path: Path) -> None:
    path = tmp_path / "bill.xlsx"
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy hh:mm"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS.strip().split(","))
    sheet.write_row(1, 0, ["A1", 900000001])
    sheet.write_datetime(1, 2, NOON.replace(tzinfo=None))
    sheet.write_row(1, 3, [1, 2])
    book.close()
    assert read(path) == [BillRow(2, "A1", AN, NOON, charged=True, segments=2)]


@pytest.mark.parametrize(
    "octets, told",
    [
        (b"MSGID,MSISDN\n", "has no column 'TIME'"),
        (HEADINGS.encode() + b"A1,0900000001,yesterday,1,1\n", "line 2 has a time that is not"),
        (HEADINGS.encode() + b"A1,0900000001,9999-12-31 23:59:59,1,1\n", "line 2 has a time that"),
        (HEADINGS.encode() + b"A1,0900000001,0001-01-01 00:00:00,1,1\n", "line 2 has a time that"),
        (HEADINGS.encode() + b"A1,0900000001,,1,two\n", "segments that are no number"),
        (HEADINGS.encode() + b"A1,0900xxx001,23/11/2026,1,1\n", "line 2 has a time that is not"),
        (HEADINGS.encode() + b"A1,,23/11/2026,1,1\n", "line 2 has a time that is not"),
        ("MSGID,Thời".encode("utf-16"), "has no column 'MSISDN'"),
        (b"%PDF-1.7", "is a PDF"),
        (HEADINGS.encode() + b"\x00\x8d\xff", "is damaged or in an unknown encoding"),
        (b"PK\x03\x04 no workbook", "is no workbook that can be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_one_line_without_its_numbers(
    tmp_path: Path, octets: bytes, told: str
) -> None:
    path = tmp_path / "bill.csv"
    path.write_bytes(octets)
    with pytest.raises(BillError) as error:
        read(path)
    assert told in str(error.value)
    assert "0900000001" not in str(error.value)


def test_a_workbook_whose_cells_share_a_long_string_is_not_read(tmp_path: Path) -> None:
    """Each cell gets a copy of it: a thousand of them, and the process was ended for its memory."""
    path = tmp_path / "bill.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for line in range(70_000):
        sheet.write_row(line, 0, ["x" * 32_000])
    book.close()
    with pytest.raises(BillError, match="is too large for a workbook"):
        read(path)


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bill.csv"
    path.write_text(HEADINGS + "A1,,,1,1\nA2,,,1,1\n", encoding="utf-8")
    monkeypatch.setattr(bill_file, "MAX_ROWS", 1)
    with pytest.raises(BillError, match="more than 1 rows"):
        read(path)
    monkeypatch.setattr(bill_file, "MAX_FILE", 10)
    with pytest.raises(BillError, match="larger than"):
        read(path)


FOOT = [
    "Tổng cộng,,,5000,5000", "Người lập,,Kế toán,", ",,,,5001", ",Tổng cộng,,,5.000 tin",
    "Người lập,,Ngày 30 tháng 11 năm 2026,,", "5000,,,,", "TOTAL,5000,,,",
]  # fmt: skip


@pytest.mark.parametrize("foot", FOOT)
def test_what_stands_below_the_table_is_no_message(tmp_path: Path, foot: str) -> None:
    path = tmp_path / "bill.csv"
    row = "A1,84900000001,2026-11-23 12:00:00,1,1\n"
    path.write_text(f"{HEADINGS}{row}{foot}\n", encoding="utf-8")
    found = compared([ours("m1", "A1")], read(path))
    assert (found.agreeing, found.missing_here, found.their_segments) == (1, [], 1)
    (_, note) = document_of(found, "", (), (), ZONE).notes
    assert note == (
        "1 dòng không có số điện thoại, không có thời gian và không có mã ta biết, như dòng tổng "
        "cộng hay chữ ký, nên không so: dòng 3."
    )


def test_a_row_whose_id_we_know_is_compared_although_it_has_neither_number_nor_time(
    tmp_path: Path,
) -> None:
    path = tmp_path / "bill.csv"
    path.write_text(f"{HEADINGS}A1,,,1,2\n", encoding="utf-8")
    found = compared([ours("m1", "A1")], read(path))
    assert (differing(found), found.foot) == ([(2, "segments", "1", "2")], [])


@pytest.mark.parametrize(
    "columns, row",
    [
        (("MSISDN", ""), "B1,84900xxx001,"),
        (("MSISDN", ""), "B1,5f0c7d1ee2a9,"),
        (("", "TIME"), "B1,,2026-11-23 12:00:00"),
        (("", ""), "B1,,"),
    ],
)
def test_a_charge_of_which_the_file_tells_less_is_still_missing_here(
    tmp_path: Path, columns: tuple[str, str], row: str
) -> None:
    path = tmp_path / "bill.csv"
    path.write_text(f"MSGID,MSISDN,TIME\n{row}\nTổng cộng,,\n", encoding="utf-8")
    bill = Bill(doors=("telco",), id="MSGID", number=columns[0], time=columns[1])
    found = compared([], read(path, bill))
    assert [one.line for one in found.missing_here] == [2]
    assert [one.line for one in found.foot] == [3]


def test_where_each_row_is_a_segment_no_column_counts_them() -> None:
    bill = {"doors": ["a"], "id": "N", "rows": "segments"}
    assert decode({"bills": {"x": bill}}, Sections, "").bills["x"].rows == "segments"
    with pytest.raises(SettingsError, match="each row is a segment: leave it away"):
        decode({"bills": {"x": {**bill, "segments": "PARTS"}}}, Sections, "")


def test_a_bill_needs_ids_or_numbers_with_times() -> None:
    with pytest.raises(SettingsError, match="name the column of the ids"):
        decode({"bills": {"x": {"doors": ["a"], "number": "N"}}}, Sections, "")
    assert decode({"bills": {"x": {"doors": ["a"], "id": "N"}}}, Sections, "").bills["x"].id == "N"
