"""What came of a comparison with a telco's file, as a document; numbers are masked."""

from datetime import datetime, tzinfo

from sms_gateway.domain.figures import ChargedMessage
from sms_gateway.reports.bill_file import BillRow
from sms_gateway.reports.document import Cell, Column, Document, Table
from sms_gateway.reports.reconcile import Difference, Reconciled

_WHAT = {
    "billing": "Tính tiền",
    "segments": "Số đoạn",
    "time": "Thời gian",
    "twice": "Nhà mạng ghi thừa dòng",
}
_MOST_NAMED = 10
_MESSAGE = (Column("message", "Mã của ta"), Column("number", "Số điện thoại"))


def document_of(
    found: Reconciled,
    office: str,
    about: tuple[str, ...],
    facts: tuple[tuple[str, str], ...],
    zone: tzinfo,
) -> Document:
    """The comparison as it is printed.

    Args:
        found: what came of it.
        office: whose it is; may be empty.
        about: the file and the period in words.
        facts: the same for programs.
        zone: of the times.
    """
    return Document(
        name="reconcile",
        office=office,
        title="Đối soát tin nhắn với nhà mạng",
        about=about,
        facts=facts,
        tables=(
            _summary(found),
            _missing_here(found, zone),
            _missing_there(found, zone),
            _differing(found),
        ),
        notes=_notes(found),
    )


def _missing_here(found: Reconciled, zone: tzinfo) -> Table:
    return Table(
        name="missing_here",
        title="Nhà mạng có, ta không có",
        columns=(
            Column("line", "Dòng"),
            Column("telco_id", "Mã của nhà mạng"),
            Column("number", "Số điện thoại"),
            Column("at", "Thời gian"),
        ),
        rows=tuple(_row(row, zone) for row in found.missing_here),
    )


def _missing_there(found: Reconciled, zone: tzinfo) -> Table:
    return Table(
        name="missing_there",
        title="Ta có, nhà mạng không có",
        columns=(*_MESSAGE, Column("at", "Thời gian"), Column("segments", "Số đoạn")),
        rows=tuple(_message(one, zone) for one in found.missing_there),
    )


def _differing(found: Reconciled) -> Table:
    return Table(
        name="differing",
        title="Khác nhau",
        columns=(
            *_MESSAGE,
            Column("line", "Dòng"),
            Column("name", "Khác ở"),
            Column("what", "Mã"),
            Column("ours", "Của ta"),
            Column("theirs", "Của nhà mạng"),
        ),
        rows=tuple(_difference(one) for one in found.differing),
    )


def _summary(found: Reconciled) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Khớp", "agreeing", found.agreeing),
        ("Nhà mạng có, ta không có", "missing_here", len(found.missing_here)),
        ("Ta có, nhà mạng không có", "missing_there", len(found.missing_there)),
        # A row that differs in two things is one row: with the others it adds up to the file's.
        ("Khác nhau", "differing", len({one.row.line for one in found.differing})),
    )
    return Table(
        "summary",
        "",
        (Column("name", "Kết quả"), Column("what", "Mã"), Column("count", "Số")),
        rows,
    )


def _row(row: BillRow, zone: tzinfo) -> tuple[Cell, ...]:
    return row.line, row.id, row.number.masked if row.number else "", _at(row.at, zone)


def _message(one: ChargedMessage, zone: tzinfo) -> tuple[Cell, ...]:
    return one.id, one.number.masked, _at(one.at, zone), one.segments


def _difference(one: Difference) -> tuple[Cell, ...]:
    message = one.message
    masked, name = message.number.masked, _WHAT[one.what]
    return message.id, masked, one.row.line, name, one.what, one.ours, one.theirs


def _notes(found: Reconciled) -> tuple[str, ...]:
    notes = []
    if found.our_segments is not None:
        theirs = found.their_segments
        notes.append(f"Tính tiền: ta {found.our_segments} đoạn, nhà mạng {theirs} đoạn.")
    if found.like_segments:
        notes.append(
            f"{found.like_segments} tin có số dòng đúng bằng số đoạn: nếu nhà mạng ghi mỗi đoạn "
            'một dòng, hãy đặt rows = "segments" trong [bills].'
        )
    if found.foot:
        more = ", …" if len(found.foot) > _MOST_NAMED else ""
        lines = ", ".join(str(row.line) for row in found.foot[:_MOST_NAMED]) + more
        notes.append(
            f"{len(found.foot)} dòng không có số điện thoại, không có thời gian và không có mã ta "
            f"biết, như dòng tổng cộng hay chữ ký, nên không so: dòng {lines}."
        )
    if found.outside:
        notes.append(f"{found.outside} dòng của nhà mạng nằm ngoài kỳ nên không so.")
    return tuple(notes)


def _at(moment: datetime | None, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%d/%m/%Y %H:%M:%S}" if moment else ""
