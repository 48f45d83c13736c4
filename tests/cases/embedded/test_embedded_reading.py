"""Files as offices export them, in the shapes that spreadsheets and PDF printers leave them in."""

import codecs
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_gateway.cases.embedded import ReadProblems, ReadResult, ReadRows, Row, Rules, read_file
from sms_gateway.cases.embedded.opening import MAX_FILE

Rows = Callable[[str | bytes], tuple[Row, ...]]
Problems = Callable[[str | bytes], list[str]]
Read = Callable[[str | bytes], ReadResult]

HEAD = "MaHoSo,SoBienNhan,SoDienThoai,TrangThaiHoSo,TenTTHC\n"
ROW = "H32-170703-0001,170703-0001,0900000001,9,Cấp thẻ\n"


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """Milliseconds since the epoch, from Vietnam's wall clock (UTC+7)."""
    return (
        round(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000) - 25_200_000
    )


def test_the_sample_of_2017_is_read_whole(sample: Path, rules: Rules) -> None:
    result = read_file(sample, rules)
    assert isinstance(result, ReadRows)
    assert result.notes == ()
    assert len(result.rows) == 33
    first = result.rows[0]
    assert (first.id, first.receipt) == ("000.00.12.H32-170703-0001", "170703-0001")
    assert (first.agency, first.state) == ("000.00.12.H32", 9)
    assert first.phones == (("owner", "+84900000001"),)
    assert first.finished_at == first.state_at == at(2017, 7, 11, 16, 2)
    assert first.due_at == at(2017, 7, 12, 17)
    assert first.room == "Phòng Lãnh sự"


@pytest.mark.parametrize(
    "state, began", [(2, at(2017, 7, 1)), (9, at(2017, 7, 2)), (10, at(2017, 7, 3)), (5, None)]
)
def test_a_state_began_when_its_own_date_says(rows_of: Rows, state: int, began: int) -> None:
    (row,) = rows_of(
        "MaHoSo,TrangThaiHoSo,NgayTiepNhan,NgayKetThucXuLy,NgayTra\n"
        f"A1,{state},20170701000000,20170702000000,20170703000000\n"
    )
    assert row.state_at == began


def test_a_time_told_for_the_state_counts_where_it_has_no_date_of_its_own(rows_of: Rows) -> None:
    rows = rows_of(
        "MaHoSo,TrangThaiHoSo,NgayKetThucXuLy,ThoiDiemTrangThai\n"
        "A1,5,20170702000000,20170704000000\n"
        "A2,9,20170702000000,20170704000000\n"
        "A3,9,,20170704000000\n"
    )
    assert [r.state_at for r in rows] == [at(2017, 7, 4), at(2017, 7, 2), at(2017, 7, 4)]


ENCODED = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "utf-16 with mark": lambda text: text.encode("utf-16"),
    "utf-16-be with mark": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
}


@pytest.mark.parametrize("encode", ENCODED.values(), ids=ENCODED)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_encodings_delimiters_and_line_ends_do_not_matter(
    rows_of: Rows, encode: Callable[[str], bytes], delimiter: str, line_end: str
) -> None:
    (row,) = rows_of(encode((HEAD + ROW).replace(",", delimiter).replace("\n", line_end)))
    assert (row.receipt, row.procedure_name) == ("170703-0001", "Cấp thẻ")


def test_windows_1258_is_read_and_its_guessing_is_told(read: Read) -> None:
    # Windows-1258 writes ấ as â and a combining acute.
    result = read(HEAD.encode() + ROW.replace("Cấp thẻ", "Câ\u0301p the\u0309").encode("cp1258"))
    assert isinstance(result, ReadRows)
    assert result.rows[0].procedure_name == "Cấp thẻ"
    assert "Windows-1258" in result.notes[0]


def test_the_mojibake_of_pdf_exports_is_mended(rows_of: Rows) -> None:
    (row,) = rows_of(
        "MaHoSo,TrangThaiHoSo,TenTTHC,DonViXuLy\nA1,4,Đi nƣớc ngoài,TRƢỞNG PHO\u0300NG\n"
    )
    assert row.procedure_name == "Đi nước ngoài"
    assert row.room == "TRƯỞNG PHÒNG"


def test_names_of_columns_may_be_written_in_any_manner(rows_of: Rows) -> None:
    (row,) = rows_of(" mahoso ;Số biên nhận;TRẠNG THÁI HỒ SƠ;Ngày hẹn trả\nA1;B2;4;04/12/2026\n")
    assert (row.id, row.receipt, row.due_at) == ("A1", "B2", at(2026, 12, 5) - 1000)


def test_an_unknown_column_is_ignored_and_told_once_with_the_nearest_name(read: Read) -> None:
    result = read("MaHoSo,TrangThaiHoSo,NgayHenTr,ChuHoSo,Xyz\n" + "A1,4,x,y,z\nA2,4,x,y,z\n")
    assert isinstance(result, ReadRows)
    assert result.notes == (
        'column "NgayHenTr" is not known and was ignored; did you mean NgayHenTra?',
        'column "Xyz" is not known and was ignored',
    )


@pytest.mark.parametrize(
    "written, is_read",
    [
        ("20261204170000", at(2026, 12, 4, 17)),
        ("202612041700", at(2026, 12, 4, 17)),
        ("04/12/2026 17:00", at(2026, 12, 4, 17)),
        ("4-12-2026 17h00", at(2026, 12, 4, 17)),
        ("04/12/2026 17:00:00", at(2026, 12, 4, 17)),
        ("2026-12-04T17:00:00", at(2026, 12, 4, 17)),
        ("2026-12-04 17:00:00+07:00", at(2026, 12, 4, 17)),
        ("2026-12-04T10:00:00Z", at(2026, 12, 4, 17)),
        ("20261204", at(2026, 12, 4)),
        ("04/12/2026", at(2026, 12, 4)),
        ("2026-12-04", at(2026, 12, 4)),
        ("20261204170000.0", at(2026, 12, 4, 17)),
        ("00010101000000", None),
        ("0001-01-01T00:00:00", None),
        ("NULL", None),
        ("", None),
    ],
)
def test_dates_are_read_in_every_usual_form(rows_of: Rows, written: str, is_read: int) -> None:
    (row,) = rows_of(f"MaHoSo,TrangThaiHoSo,NgayTra\nA1,4,{written}\n")
    assert row.returned_at == is_read


@pytest.mark.parametrize("written", ["20261204", "20261204000000", "04/12/2026", "2026-12-04"])
def test_an_appointment_without_an_hour_lasts_the_whole_day(rows_of: Rows, written: str) -> None:
    (row,) = rows_of(f"MaHoSo,TrangThaiHoSo,NgayHenTra,NgayHenTraMoi\nA1,4,{written},{written}\n")
    assert row.due_at == row.new_due_at == at(2026, 12, 5) - 1000


@pytest.mark.parametrize(
    "written, is_read",
    [
        ("1.70703E+05", "170703"),
        ("170703.0", "170703"),
        ("'00170703", "00170703"),
        ('"=""00170703"""', "00170703"),
        ("H32\u200b-\u00a00001", "H32- 0001"),
        ("Đ-77/2017", "Đ-77/2017"),
    ],
)
def test_codes_that_a_spreadsheet_touched_are_mended(
    rows_of: Rows, written: str, is_read: str
) -> None:
    (row,) = rows_of(f"MaHoSo,TrangThaiHoSo\n{written},4.0\n")
    assert (row.id, row.state) == (is_read, 4)


@pytest.mark.parametrize(
    "written, numbers",
    [
        ("900000001", ["+84900000001"]),
        ("900000001.0", ["+84900000001"]),
        ("+84 900.000.001", ["+84900000001"]),
        ("0900000001; 0900000002", ["+84900000001", "+84900000002"]),
        ("0900000001/0900000001", ["+84900000001"]),
        ("01620000001", ["+84320000001"]),
        ("+65 9123 4567", ["+6591234567"]),
        ("-", []),
        ("", []),
    ],
)
def test_phones_are_read_in_every_usual_form(
    rows_of: Rows, written: str, numbers: list[str]
) -> None:
    (row,) = rows_of(f"MaHoSo,TrangThaiHoSo,SoDienThoai\nA1,4,{written}\n")
    assert [number for _, number in row.phones] == numbers


def test_the_authorised_person_comes_before_the_owner(rows_of: Rows) -> None:
    (row,) = rows_of(
        "MaHoSo,TrangThaiHoSo,SoDienThoai,SoDienThoaiUyQuyen\nA1,4,0900000001,0900000002\n"
    )
    assert row.phones == (("authorised", "+84900000002"), ("owner", "+84900000001"))


def test_ways_consent_and_secret_are_read(rows_of: Rows) -> None:
    rows = rows_of(
        "MaHoSo,TrangThaiHoSo,HinhThuc,HinhThucTra,HinhThucNop,ThongBaoSMS,MaTraCuu\n"
        "A1,4,1,,2,0,k7-x9\nA2,4,1,0,,không,\nA3,4,,,,,\n"
    )
    told = [(r.submitted_via, r.return_via, r.sms_allowed, r.secret_hash) for r in rows]
    assert told == [
        ("online", "post", False, "hash-of-4"),
        ("", "counter", False, ""),
        ("", "counter", True, ""),
    ]


def test_the_secret_is_hashed_as_citizens_words_are_and_not_kept(rules: Rules) -> None:
    heard: list[str] = []

    def listen(secret: str) -> str:
        heard.append(secret)
        return "hash"

    listening = Rules(rules.zone, rules.agency_of, listen)
    result = read_file(("x.csv", b"MaHoSo,TrangThaiHoSo,MaTraCuu\nA1,4, k7-x9 \n"), listening)
    assert heard == ["K7X9"]
    assert isinstance(result, ReadRows)
    assert result.rows[0].secret_hash == "hash"
    assert "k7" not in str([getattr(result.rows[0], name) for name in Row.__slots__]).lower()


BAD = [
    ("MaHoSo", ",1,0900000001,4,", "is empty"),
    ("MaHoSo", "1.70703E+11,1,0900000001,4,", "digits are lost"),
    ("MaHoSo", f"{'9' * 65},1,0900000001,4,", "longer than 64"),
    ("MaHoSo", "...,1,0900000001,4,", "neither a letter nor a digit"),
    ("SoBienNhan", f"A2,{'9' * 65},0900000001,4,", "longer than 64"),
    ("SoDienThoai", "A2,1,khong co,4,", "not a phone number"),
    ("SoDienThoai", "A2,1,8083,4,", "not a phone number"),
    ("SoDienThoai", "A2,1,9.00E+08,4,", "digits are lost"),
    ("SoDienThoai", f"A2,1,{';'.join(str(900000000 + n) for n in range(11))},4,", "more than 10"),
    ("TrangThaiHoSo", "A2,1,0900000001,,", "is empty"),
    ("TrangThaiHoSo", "A2,1,0900000001,1.7E+10,", "digits are lost"),
    ("NgayHenTra", "A2,1,0900000001,4,20171345", "is not a date"),
    ("NgayHenTra", "A2,1,0900000001,4,31/02/2017", "is not a date"),
    ("NgayHenTra", "A2,1,0900000001,4,2.01707E+13", "digits are lost"),
    ("NgayHenTra", "A2,1,0900000001,4,01/01/2517", "1990 to 2100"),
    ("NgayHenTra", f"A2,1,0900000001,4,{'x' * 4097}", "longer than 4096"),
]


@pytest.mark.parametrize("field, line, says", BAD, ids=[f"{b[0]}-{b[2]}" for b in BAD])
def test_a_bad_value_is_told_by_line_and_field_and_never_shown(
    problems_of: Problems, field: str, line: str, says: str
) -> None:
    head = "MaHoSo,SoBienNhan,SoDienThoai,TrangThaiHoSo,NgayHenTra\nA1,1,0900000001,4,\n"
    (problem,) = problems_of(f"{head}{line}\nA3,3,,4,\n")
    assert problem.startswith(f"line 3, {field}: ")
    assert says in problem
    for value in line.split(","):
        assert len(value) < 3 or value not in problem


def test_every_bad_row_is_told_and_none_is_read(problems_of: Problems) -> None:
    problems = problems_of("MaHoSo,TrangThaiHoSo,NgayTra\nA1,4,\n,,x\nA3,4,\nA4,,\n")
    assert [p.split(":")[0] for p in problems] == [
        "line 3, MaHoSo",
        "line 3, TrangThaiHoSo",
        "line 3, NgayTra",
        "line 5, TrangThaiHoSo",
    ]


def test_lines_are_counted_as_an_editor_counts_them(problems_of: Problems) -> None:
    (problem,) = problems_of('sep=;\nMaHoSo;TrangThaiHoSo;TenTTHC\nA1;4;"two\nlines"\n\nA2;;\n')
    assert problem.startswith("line 6, TrangThaiHoSo: ")


def test_a_dossier_that_stands_twice_is_told_with_both_lines(problems_of: Problems) -> None:
    (problem,) = problems_of("MaHoSo,TrangThaiHoSo\nA1,4\nA2,4\nA1,9\n")
    assert problem.startswith("line 4, MaHoSo: ")
    assert "line 2" in problem


def test_a_file_without_header_shows_nothing_of_its_dossiers(problems_of: Problems) -> None:
    problems = problems_of("H32-170703-0001,Nguyễn Văn A,0900000001,9\n" * 3)
    assert [p.split(":")[0] for p in problems] == ["line 1, MaHoSo", "line 1, TrangThaiHoSo"]
    assert not any(told in " ".join(problems) for told in ("H32", "Nguy", "0900000001"))


def test_a_missing_column_names_the_nearest_one(problems_of: Problems) -> None:
    (problem,) = problems_of("MaHoSo,TrangThaiHS\nA1,4\n")
    assert problem.startswith("line 1, TrangThaiHoSo: ")
    assert problem.endswith("column 2 comes nearest")


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "holds nothing"),
        (b"\n\n", "holds nothing"),
        (HEAD.encode(), "holds no dossier"),
        (b"MaHoSo,MaHoSo,TrangThaiHoSo\nA1,A1,4\n", "two columns"),
        (b"MaHoSo,TrangThaiHoSo\nA1,4,5\n", "has 3 values where the header has 2"),
        (b"MaHoSo,TrangThaiHoSo,TenTTHC\nA1,4\n", "has 2 values where the header has 3"),
        (b'MaHoSo,TrangThaiHoSo\nA1,4\n"A2,4\n', "quotation mark"),
        (b"MaHoSo,TrangThaiHoSo\nA1," + b"4" * 200_000, "quotation mark"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"\xff\xfeM\x00a", "damaged"),
        (b"\xff\xfeM\x00a\x00\x00", "damaged"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_one_sentence(
    problems_of: Problems, content: bytes, says: str
) -> None:
    first = problems_of(content)[0]
    assert says in first
    assert "\n" not in first


def test_a_missing_file_is_refused_in_one_sentence(tmp_path: Path, rules: Rules) -> None:
    result = read_file(tmp_path / "none.csv", rules)
    assert isinstance(result, ReadProblems)
    assert str(result.problems[0]) == "the file: cannot be opened: No such file or directory"


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path, rules: Rules) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(MAX_FILE + 1)
    result = read_file(path, rules)
    assert isinstance(result, ReadProblems)
    assert "larger than 256 MiB" in str(result.problems[0])


def test_a_file_of_another_kind_does_not_fill_the_screen(read: Read) -> None:
    result = read("MaHoSo,TrangThaiHoSo\n" + ",\n" * 10 + "x,y\n" * 5_000)
    assert isinstance(result, ReadProblems)
    assert (len(result.problems), result.more) == (1_000, True)


@settings(max_examples=150)
@given(st.binary(max_size=400), st.integers(0, 2**32))
def test_no_file_whatever_its_octets_raises(octets: bytes, seed: int) -> None:
    rules = Rules(UTC, lambda _code: "", lambda _secret: "h")
    whole = (HEAD + ROW).encode()
    cut = random.Random(seed).randrange(len(whole))  # noqa: S311 - a test's dice
    for content in (octets, whole[:cut] + octets + whole[cut:], b"[" + octets, b'{"' + octets):
        assert isinstance(read_file(("x", content), rules), ReadRows | ReadProblems)


def test_nothing_of_a_row_that_is_personal_shows_in_its_repr(rows_of: Rows) -> None:
    (row,) = rows_of(HEAD + ROW)
    assert "900000001" not in repr(row)
