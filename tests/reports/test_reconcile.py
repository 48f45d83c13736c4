"""Our messages against the telco's own file."""

import unicodedata
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.domain.figures import ChargedMessage, Window
from sms_gateway.domain.ids import MessageId
from sms_gateway.domain.msisdn import Address
from sms_gateway.reports import bill_file
from sms_gateway.reports.bill_file import BillError, BillRow, Reader
from sms_gateway.reports.reconcile import Reconciled, Rules, reconcile
from sms_gateway.reports.reconcile_table import document_of
from sms_gateway.settings import SettingsError, decode
from sms_gateway.settings.bills import Bill
from sms_gateway.settings.sections import Sections
from tests.reports.office import ZONE, at

AN, BINH = Address("+84900000001"), Address("+84900000002")
NOON = at("2026-11-23 12:00")
WINDOW = Window(at("2026-11-01 00:00"), at("2026-12-01 00:00"))
BILL = Bill(
    doors=("telco",), id="MSGID", number="MSISDN", time="TIME", billed="CHARGED", segments="PARTS"
)
HEADINGS = "MSGID,MSISDN,TIME,CHARGED,PARTS\n"


def ours(  # a message has so many facts
    code: str,
    *telco_ids: str,
    number: Address = AN,
    moment: datetime = NOON,
    charged: bool = True,
    segments: int = 1,
) -> ChargedMessage:
    return ChargedMessage(MessageId(code), telco_ids, number, moment, charged, segments)


def theirs(  # so has a row
    line: int,
    telco_id: str = "",
    number: Address | None = AN,
    moment: datetime | None = NOON,
    *,
    charged: bool = True,
    segments: int | None = 1,
) -> BillRow:
    return BillRow(line, telco_id, number, moment, charged, segments)


def compared(
    messages: list[ChargedMessage],
    rows: list[BillRow],
    *,
    only_charged: bool = False,
    per_segment: bool = False,
) -> Reconciled:
    slack = timedelta(seconds=120)
    return reconcile(messages, rows, Rules(WINDOW, slack, only_charged, per_segment))


def differing(found: Reconciled) -> list[tuple[int, str, str, str]]:
    return [(one.row.line, one.what, one.ours, one.theirs) for one in found.differing]


def test_rows_with_the_ids_of_the_parts_of_a_message_are_not_the_same_one_twice() -> None:
    message = ours("m1", "1", "2", "3", segments=3)
    rows = [theirs(2, "1"), theirs(3, "2"), theirs(4, "3")]
    found = compared([message], rows)
    assert (found.agreeing, found.differing, found.missing_here) == (3, [], [])
    found = compared([message], rows[:2])
    assert differing(found) == [(3, "segments", "3", "2")]
    found = compared([message], [*rows, theirs(5, "2")])
    assert differing(found) == [(5, "twice", "1", "2")]


@pytest.mark.parametrize("per_segment", [False, True])
def test_one_part_that_was_charged_twice_does_not_stand_for_another(
    per_segment: bool,  # noqa: FBT001  # pytest gives it
) -> None:
    message = ours("m1", "a", "b", "c", segments=3)
    rows = [theirs(2, "a"), theirs(3, "B"), theirs(4, "b")]
    found = compared([message], rows, per_segment=per_segment)
    assert differing(found) == [(4, "twice", "1", "2"), (4, "segments", "3", "2")]
    assert (found.agreeing, found.missing_here, found.missing_there) == (2, [], [])


def test_a_row_without_id_stands_for_a_part_that_no_row_names() -> None:
    message = ours("m1", "a", "b", "c", segments=3)
    found = compared([message], [theirs(2), theirs(3, "c"), theirs(4, "a")], per_segment=True)
    assert (found.agreeing, found.differing) == (3, [])


def test_an_unknown_id_takes_no_part_whose_id_we_know() -> None:
    message = ours("m1", "a", "b", segments=2)
    found = compared([message], [theirs(2, "ZZZ"), theirs(3, "a")], per_segment=True)
    assert [row.line for row in found.missing_here] == [2]
    assert (differing(found), found.agreeing) == ([(3, "segments", "2", "1")], 0)
    message = ours("m1", "a", "b", segments=3)
    rows = [theirs(2, "a"), theirs(3, ""), theirs(4, "Y"), theirs(5, "Z")]
    found = compared([message], rows, per_segment=True)
    assert ([row.line for row in found.missing_here], found.differing) == ([5], [])
    assert found.agreeing == 3


def test_parts_of_midnight_are_compared_with_their_whole_message() -> None:
    before, after = at("2026-10-31 23:59"), at("2026-11-01 00:00")
    message = ours("m1", "a", "b", moment=before, segments=2)
    found = compared([message], [theirs(2, "a", moment=before), theirs(3, "b", moment=after)])
    assert (found.agreeing, found.differing, found.outside) == (2, [], 0)


def test_a_message_of_one_segment_that_was_charged_under_two_ids_is_there_twice() -> None:
    found = compared([ours("m1", "1", "2")], [theirs(2, "1"), theirs(3, "2")])
    assert differing(found) == [(3, "twice", "1", "2")]


def test_who_may_have_a_file_of_segments_is_told_how_to_say_so() -> None:
    message = ours("m1", "1", segments=2)
    found = compared([message], [theirs(2, "1", segments=2), theirs(3, "1", segments=2)])
    assert differing(found) == [(3, "twice", "1", "2")]
    assert [n for n in document_of(found, "", (), (), ZONE).notes if 'rows = "segments"' in n]
    found = compared([ours("m1", "1")], [theirs(2, "1"), theirs(3, "1")])
    assert not [n for n in document_of(found, "", (), (), ZONE).notes if "rows =" in n]
    rows = [theirs(2, "1", segments=2), theirs(3, "1", segments=2)]
    found = compared([ours("m1", "1", "2", segments=2)], rows)
    assert differing(found) == [(3, "twice", "1", "2")]
    assert not [n for n in document_of(found, "", (), (), ZONE).notes if "rows =" in n]


def test_where_each_row_is_a_segment_rows_are_counted_against_our_segments() -> None:
    messages = [ours("m1", "1", segments=3), ours("m2", "2", segments=2), ours("m3", "3")]
    rows = [theirs(n, code) for n, code in enumerate(["1", "1", "1", "2", "3", "3"], 2)]
    found = compared(messages, rows, per_segment=True)
    assert differing(found) == [(5, "segments", "2", "1"), (7, "twice", "1", "2")]
    assert (found.agreeing, found.missing_here) == (4, [])
    assert (found.our_segments, found.their_segments) == (6, 6)
    assert "Tính tiền: ta 6 đoạn, nhà mạng 6 đoạn." in document_of(found, "", (), (), ZONE).notes


def test_where_each_row_is_a_segment_several_rows_without_id_belong_to_one_message() -> None:
    messages = [ours("m1", segments=2), ours("m2", "7", number=BINH, segments=3)]
    rows = [theirs(2), theirs(3), theirs(4)]
    rows += [theirs(5, "7", BINH), theirs(6, "8", BINH), theirs(7, "", BINH)]
    found = compared(messages, rows, per_segment=True)
    assert ([row.line for row in found.missing_here], found.differing) == ([4], [])
    assert (found.agreeing, found.missing_there) == (5, [])


def test_the_segments_that_both_charge_are_counted_in_the_period_alone() -> None:
    before = at("2026-10-31 23:59")
    messages = [ours("m1", "1", segments=2), ours("m2", "2", moment=before, segments=5)]
    messages.append(ours("m3", "3", charged=False, segments=7))
    rows = [theirs(2, "1", segments=2), theirs(3, "2", moment=before, segments=5)]
    rows.append(theirs(4, "3", charged=False, segments=7))
    found = compared(messages, rows)
    assert (found.our_segments, found.their_segments) == (2, 2)


BEFORE, AFTER = at("2026-10-31 23:59"), at("2026-11-01 00:00")


@pytest.mark.parametrize(
    "message, rows",
    [
        (ours("m1", "1", moment=BEFORE), [theirs(2, "1", moment=AFTER)]),
        (ours("m1", "1", moment=AFTER), [theirs(2, "1", moment=BEFORE)]),
        (ours("m1", "1", "2", segments=2), [theirs(n, str(n - 1), segments=2) for n in (2, 3)]),
        (ours("m1", "1", segments=2), [theirs(2, "1", segments=None)]),
    ],
)
def test_where_all_agrees_both_charge_as_many_segments(
    message: ChargedMessage, rows: list[BillRow]
) -> None:
    other = BillRow(9, "9", None, at("2026-09-01 00:00"), charged=True, segments=4)
    found = compared([message], [*rows, other])
    assert (found.agreeing, found.differing, found.missing_there) == (len(rows), [], [])
    assert found.our_segments == found.their_segments == message.segments


TOLD = st.tuples(
    st.sampled_from([BEFORE, AFTER, NOON]),
    st.sampled_from([-60, 0, 60]),
    st.booleans(),
    st.integers(1, 3),
    st.sampled_from(["", "a", "a", "aa", "ab", "abc", "bb", "z"]),
    st.booleans(),
)
"""A message and its rows: when, how much later there, charged, segments, the parts of the rows, and
whether these count segments."""


@given(st.lists(TOLD, max_size=5), st.booleans())
def test_each_row_is_counted_once_and_segments_differ_only_where_something_else_does(
    told: list[tuple[datetime, int, bool, int, str, bool]],
    per_segment: bool,  # noqa: FBT001  # hypothesis gives it
) -> None:
    messages, rows = [], []
    for n, (moment, later, charged, segments, parts, counted) in enumerate(told):
        ids = [f"{n}{part}" for part in "abc"[:segments]]
        messages.append(ours(f"m{n}", *ids, moment=moment, charged=charged, segments=segments))
        rows += [
            theirs(10 * n + place, f"{n}{part}", moment=moment + timedelta(seconds=later),
                   charged=charged, segments=segments if counted and not per_segment else None)
            for place, part in enumerate(parts)
        ]  # fmt: skip
    found = compared(messages, rows, per_segment=per_segment)
    lines = {one.row.line for one in found.differing}
    assert found.agreeing + found.outside + len(found.missing_here) + len(lines) == len(rows)
    if not (found.differing or found.missing_here or found.missing_there):
        assert found.our_segments == found.their_segments


def test_what_either_has_alone_counts_among_its_segments() -> None:
    found = compared([ours("m1", "1", segments=2)], [theirs(2, "2", segments=3)])
    assert (found.our_segments, found.their_segments) == (2, 3)


def test_a_row_belongs_to_the_message_that_has_its_id_however_it_is_written() -> None:
    found = compared([ours("m1", "00AB12"), ours("m2", "7")], [theirs(2, "ab12"), theirs(3, "007")])
    assert (found.agreeing, found.missing_here, found.missing_there) == (2, [], [])


def test_without_id_a_row_belongs_to_the_nearest_message_of_its_number() -> None:
    messages = [
        ours("m1", moment=NOON),
        ours("m2", moment=NOON + timedelta(seconds=90)),
        ours("m3", number=BINH),
    ]
    rows = [
        theirs(2, moment=NOON + timedelta(seconds=80)),
        theirs(3, moment=NOON + timedelta(seconds=85)),
    ]
    found = compared(messages, rows)
    assert (found.agreeing, [one.id for one in found.missing_there]) == (2, ["m3"])


def test_a_row_with_an_unknown_id_takes_no_message_that_has_one() -> None:
    found = compared([ours("m1", "1")], [theirs(2, "99"), theirs(3, "1")])
    assert ([row.line for row in found.missing_here], found.agreeing) == ([2], 1)
    assert (found.differing, found.missing_there) == ([], [])
    found = compared([ours("m1", "1")], [theirs(2, "99")])
    assert [row.line for row in found.missing_here] == [2]
    assert [one.id for one in found.missing_there] == ["m1"]


def test_a_row_with_an_unknown_id_belongs_to_a_message_whose_id_was_never_told() -> None:
    found = compared([ours("m1")], [theirs(2, "99")])
    assert (found.agreeing, found.missing_here, found.missing_there) == (1, [], [])


def test_a_message_that_a_later_row_names_is_left_to_that_row() -> None:
    found = compared([ours("m1", "1")], [theirs(2), theirs(3, "1")])
    assert ([row.line for row in found.missing_here], found.differing) == ([2], [])


def test_ids_that_differ_by_leading_zeros_only_are_two_where_we_have_both() -> None:
    messages = [ours("m1", "111"), ours("m2", "0111", charged=False)]
    found = compared(messages, [theirs(2, "111"), theirs(3, "0111", charged=False)])
    assert (found.agreeing, found.differing) == (2, [])


def test_a_message_of_midnight_may_stand_in_either_month() -> None:
    before, after = at("2026-10-31 23:59"), at("2026-11-01 00:00")
    messages = [ours("m1", "1", moment=before), ours("m2", "2", moment=before)]
    found = compared(messages, [theirs(2, "1", moment=after)])
    assert (found.agreeing, found.missing_here, found.missing_there) == (1, [], [])
    found = compared(messages, [theirs(2, "1", moment=before), theirs(3, "2", moment=before)])
    assert (found.outside, found.agreeing) == (2, 0)


def test_what_is_missing_here_and_there_is_told() -> None:
    found = compared([ours("m1", "1")], [theirs(2, "2", number=None, moment=None)])
    assert [row.line for row in found.missing_here] == [2]
    assert [one.id for one in found.missing_there] == ["m1"]


def test_rows_of_another_time_are_left_alone() -> None:
    found = compared([], [theirs(2, "1", moment=at("2026-10-31 23:59"))])
    assert (found.outside, found.missing_here) == (1, [])


def test_charge_segments_and_time_that_differ_are_told_one_by_one() -> None:
    message = ours("m1", "1", charged=False, segments=2)
    row = theirs(2, "1", moment=NOON + timedelta(minutes=5), segments=3)
    found = compared([message], [row])
    assert [(one.what, one.ours, one.theirs) for one in found.differing] == [
        ("billing", "không tính tiền", "tính tiền"),
        ("segments", "2", "3"),
        ("time", "23/11/2026 12:00:00", "23/11/2026 12:05:00"),
    ]
    assert found.agreeing == 0
    (summary, *_) = document_of(found, "", (), (), ZONE).tables
    assert [row[1:] for row in summary.rows] == [
        ("agreeing", 0), ("missing_here", 0), ("missing_there", 0), ("differing", 1),
    ]  # fmt: skip


def test_a_message_that_stands_there_twice_is_told() -> None:
    found = compared([ours("m1", "1")], [theirs(2, "1"), theirs(3, "1")])
    assert [(one.what, one.row.line) for one in found.differing] == [("twice", 3)]


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


def test_where_the_file_holds_charged_messages_only_free_ones_are_not_missed() -> None:
    messages = [ours("m1", "1", charged=False), ours("m2", "2")]
    found = compared(messages, [], only_charged=True)
    assert [one.id for one in found.missing_there] == ["m2"]


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


def test_where_each_row_is_a_segment_no_column_counts_them() -> None:
    bill = {"doors": ["a"], "id": "N", "rows": "segments"}
    assert decode({"bills": {"x": bill}}, Sections, "").bills["x"].rows == "segments"
    with pytest.raises(SettingsError, match="each row is a segment: leave it away"):
        decode({"bills": {"x": {**bill, "segments": "PARTS"}}}, Sections, "")


def test_a_bill_needs_ids_or_numbers_with_times() -> None:
    with pytest.raises(SettingsError, match="name the column of the ids"):
        decode({"bills": {"x": {"doors": ["a"], "number": "N"}}}, Sections, "")
    assert decode({"bills": {"x": {"doors": ["a"], "id": "N"}}}, Sections, "").bills["x"].id == "N"
