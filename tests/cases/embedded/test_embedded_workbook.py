"""Excel workbooks: read as the same dossiers in a CSV are, with the traps of spreadsheets told."""

import io
import random
import sys
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

import pytest
import xlsxwriter

from sms_gateway.cases.embedded import ReadProblems, ReadResult, ReadRows, Rules, read_file
from sms_gateway.cases.embedded import workbook as reading

HEAD = ("MaHoSo", "SoBienNhan", "TrangThaiHoSo", "SoDienThoai", "NgayTiepNhan", "NgayHenTra")
Book = Callable[..., bytes]
Read = Callable[..., ReadResult]


def book(*rows: Sequence[object], name: str = "Hồ sơ", others: Sequence[str] = ()) -> bytes:
    """A workbook as Excel and LibreOffice write it: numbers, dates and texts in cells."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as made:
        day = made.add_format({"num_format": "dd/mm/yyyy"})
        moment = made.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        sheet = made.add_worksheet(name)
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, datetime | time):
                    sheet.write_datetime(line, column, value, moment)
                elif isinstance(value, date):
                    sheet.write_datetime(line, column, value, day)
                else:
                    sheet.write(line, column, value)
        for other in others:
            made.add_worksheet(other)
    return content.getvalue()


@pytest.fixture
def read_book(rules: Rules) -> Read:
    def read(octets: bytes, sheet: str = "") -> ReadResult:
        return read_file(("ours.xlsx", octets), rules, sheet)

    return read


def problems(result: ReadResult) -> list[str]:
    assert isinstance(result, ReadProblems), result
    return [str(problem) for problem in result.problems]


def test_a_workbook_is_read_as_the_same_dossiers_in_csv(read_book: Read, rules: Rules) -> None:
    csv = (
        "MaHoSo,SoBienNhan,TrangThaiHoSo,SoDienThoai,NgayTiepNhan,NgayHenTra\n"
        "H32-1,170703,4,900000042,20261120081500,04/12/2026 17:00\n"
        "H32-2,,Đang xử lý,0900000043;0900000044,2026-11-20T08:15:00,04/12/2026\n"
    )
    cells = book(
        HEAD,
        ("H32-1", 170703, 4, 900000042, 20261120081500, datetime(2026, 12, 4, 17)),  # noqa: DTZ001  # as in a cell
        (
            "H32-2", None, "Đang xử lý", "0900000043;0900000044",
            datetime(2026, 11, 20, 8, 15), date(2026, 12, 4),  # noqa: DTZ001  # as in a cell
        ),
    )  # fmt: skip
    result, told = read_book(cells), read_file(("ours.csv", csv.encode()), rules)
    assert isinstance(result, ReadRows), result
    assert isinstance(told, ReadRows), told
    assert [row.state for row in result.rows] == [4, 4]
    assert result.rows == told.rows


def test_empty_lines_are_passed_over_and_lines_are_counted_as_the_spreadsheet_does(
    read_book: Read,
) -> None:
    cells = book((), HEAD[:3], (), ("H32-1", "1", 4), (), ("H32-2", "2", ""))
    assert problems(read_book(cells)) == [
        "line 6, TrangThaiHoSo: is empty: each dossier needs its state"
    ]


def test_the_first_sheet_is_read_or_the_one_that_is_named(read_book: Read) -> None:
    cells = book(("MaHoSo", "TrangThaiHoSo"), ("H32-1", 4), others=["Khác", "Nữa"])
    first = read_book(cells)
    assert isinstance(first, ReadRows)
    assert first.notes == ('sheet "Hồ sơ" was read, no other one of "Hồ sơ", "Khác", "Nữa"',)
    named = read_book(cells, "Hồ sơ")
    assert isinstance(named, ReadRows)
    assert named.notes == ()
    assert problems(read_book(cells, "Khác")) == [
        "the file: holds nothing: the first line of the sheet names the fields"
    ]
    assert problems(read_book(cells, "Hoso")) == [
        'the file: has no sheet "Hoso": it has "Hồ sơ", "Khác", "Nữa"'
    ]
    assert problems(read_book(b"MaHoSo,TrangThaiHoSo\nA,4\n", "Khác")) == [
        "the file: is no Excel workbook: leave --sheet out"
    ]


@pytest.mark.parametrize(
    "column, value, told",
    [
        ("MaHoSo", 17070300000012345, "digits are lost"),
        ("SoBienNhan", date(2026, 3, 1), "was turned into a date by a spreadsheet"),
        ("SoDienThoai", "không có", "not a phone number"),
        ("NgayHenTra", time(17, 0), "is not a date"),
        ("NgayHenTra", "31/02/2026", "is not a date"),
        ("NgayHenTra", "x" * 5000, "longer than 4096"),
        ("MaHoSo", "", "is empty"),
    ],
)
def test_what_a_spreadsheet_did_to_a_value_is_told_by_line_and_field(
    read_book: Read, column: str, value: object, told: str
) -> None:
    good = {"MaHoSo": "H32-1", "SoBienNhan": "1", "TrangThaiHoSo": 4}
    row = {**dict.fromkeys(HEAD), **good, column: value}
    (problem,) = problems(read_book(book(HEAD, [row[name] for name in HEAD])))
    assert problem.startswith(f"line 2, {column}: ")
    assert told in problem


def test_a_heading_that_is_none_shows_nothing_of_its_dossiers(read_book: Read) -> None:
    told = problems(read_book(book(("H32-1", "Nguyễn Văn An"), ("H32-2", "Lê"))))
    assert [line.split(":")[0] for line in told] == ["line 1, MaHoSo", "line 1, TrangThaiHoSo"]
    assert "Nguy" not in "".join(told)


def packed(parts: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return content.getvalue()


def changed(octets: bytes, part: str, before: str, after: str) -> bytes:
    """A workbook with something else in one of its parts."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert before in parts[part]
    return packed({**parts, part: parts[part].replace(before, after)})


SHEET = "xl/worksheets/sheet1.xml"
SMALL = book(("MaHoSo", "TrangThaiHoSo"), ("H32-1", 4))


FAR = changed(SMALL, SHEET, 'r="B2"', 'r="XFD1048576"')
"""What asks for so many cells that the reader ends the whole process."""


def moved(octets: bytes, where: str) -> bytes:
    """A workbook whose sheet lies elsewhere in it."""
    links = "xl/_rels/workbook.xml.rels"
    linked = changed(octets, links, "worksheets/sheet1.xml", where)
    with zipfile.ZipFile(io.BytesIO(linked)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts[f"xl/{where}"] = parts.pop(SHEET)
    return packed(parts)


@pytest.mark.parametrize(
    "octets, told",
    [
        (b"PK\x03\x04rest", "is no Excel workbook that can be read"),
        (SMALL[:-200], "is no Excel workbook that can be read"),
        (packed({"a.txt": "x"}), "is an archive or another kind of Excel workbook"),
        (packed({"xl/workbook.xml": "<x"}), "is no Excel workbook that can be read"),
        (changed(SMALL, SHEET, 'r="B2"', 'r="XFD1048576"'), "is too large for a workbook"),
        (changed(SMALL, SHEET, '<row r="2"', '<row r="9999999"'), "is too large for a workbook"),
        (moved(FAR, "other/sheet1.xml"), "is too large for a workbook"),
        (moved(FAR, "Worksheets/sheet1.xml"), "is too large for a workbook"),
        (
            changed(
                SMALL,
                SHEET,
                "<sheetData>",
                f"<sheetData>{'<row/>' * 9000}<row>{'<c/>' * 9000}</row>",
            ),
            "is too large for a workbook",
        ),
        (
            packed({"xl/workbook.xml": "x", "content.xml": "<x/>"}),
            "is an archive or another kind of Excel workbook",
        ),
    ],
    ids=[
        *("rest", "cut off", "archive", "no sheets", "far cell", "far row"),
        *("sheet elsewhere", "other letters", "rows without numbers", "another table"),
    ],
)
def test_a_file_that_is_none_or_would_fill_the_memory_is_refused_in_one_line(
    read_book: Read, octets: bytes, told: str
) -> None:
    (problem,) = problems(read_book(octets))
    assert told in problem


def test_a_workbook_that_unpacks_to_more_than_is_allowed_is_refused(
    read_book: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_UNPACKED", 1_000)
    assert "is too large for a workbook" in problems(read_book(SMALL))[0]


def test_no_octets_whatever_make_the_reading_fail(read_book: Read) -> None:
    """A few hundred workbooks with some octets changed, the same ones each time."""
    dice = random.Random(8083)  # noqa: S311  # no secret
    for _ in range(300):
        octets = bytearray(SMALL)
        for _ in range(dice.randint(1, 8)):
            octets[dice.randrange(4, len(octets))] = dice.randrange(256)
        assert isinstance(read_book(bytes(octets)), ReadRows | ReadProblems)
    with zipfile.ZipFile(io.BytesIO(SMALL)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for _ in range(300):
        text = list(parts[SHEET])
        for _ in range(dice.randint(1, 8)):
            text[dice.randrange(len(text))] = dice.choice("<>/\"'&;0aA =:rtv")
        result = read_book(packed({**parts, SHEET: "".join(text)}))
        assert isinstance(result, ReadRows | ReadProblems)


def test_without_what_reads_workbooks_it_is_said_what_to_install(
    read_book: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    (problem,) = problems(read_book(SMALL))
    assert "pip install 'sms-gateway[xlsx]'" in problem


def test_a_date_in_a_cell_is_of_the_zone_of_the_settings(read_book: Read) -> None:
    cells = book(
        ("MaHoSo", "TrangThaiHoSo", "NgayTiepNhan"),
        ("H32-1", 2, datetime(2026, 11, 20, 8, 15, 30)),  # noqa: DTZ001  # as in a cell
    )
    result = read_book(cells)
    assert isinstance(result, ReadRows)
    received = datetime(2026, 11, 20, 1, 15, 30, tzinfo=UTC)
    assert result.rows[0].received_at == received.timestamp() * 1000
