"""The report of dossiers as a document: the form of Q3/2017 (domain 1.4), mended.

Its two denominators: resolved and pending are shares of what there was to do, early, on time and
late are shares of what was resolved.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

from sms_gateway.reports.document import (
    UNNAMED,
    Cell,
    Column,
    Document,
    Remark,
    Table,
    number,
)
from sms_gateway.reports.dossiers import (
    NUMBERS,
    By,
    DossierReport,
    DossierRow,
    Due,
    Ids,
    JudgedBy,
    LateDossier,
    LeftOut,
    Noted,
    Order,
)
from sms_gateway.reports.tracing import Traceable

_FIRST = {
    By.PROCEDURE: (Column("name", "Thủ tục"), Column("key", "Mã thủ tục")),
    By.ROOM: (Column("name", "Phòng"),),
    By.OFFICER: (Column("name", "Cán bộ"),),
}
_TOTAL = {
    By.PROCEDURE: "Tổng cộng {} thủ tục",
    By.ROOM: "Tổng cộng {} phòng",
    By.OFFICER: "Tổng cộng {} cán bộ",
}
_NOT_GIVEN = "(chưa ghi nguyên nhân) trong thời gian sự cố"

_OF_ALL = {
    "received": Column("received", "Số hồ sơ đã nhận"),
    "carried_over": Column("carried_over", "Kỳ trước chuyển sang"),
    "resolved": Column("resolved", "Đã giải quyết", "Tỷ lệ giải quyết (%)"),
    "pending": Column("pending", "Đang giải quyết", "Tỷ lệ đang giải quyết (%)"),
}
_OF_RESOLVED = {
    "early": Column("early", "Trước hạn", "Tỷ lệ trước hạn (%)"),
    "on_time": Column("on_time", "Đúng hạn", "Tỷ lệ đúng hạn (%)"),
    "late": Column("late", "Trễ hạn", "Tỷ lệ trễ hạn (%)"),
    "undated": Column("undated", "Không xét được hạn", "Tỷ lệ không xét được hạn (%)"),
}
_LATE = (
    Column("id", "Mã hồ sơ"),
    Column("row", "Thuộc"),
    Column("room", "Phòng"),
    Column("officer", "Cán bộ"),
    Column("due", "Hẹn trả"),
    Column("finished", "Xử lý xong"),
    Column("cause", "Nguyên nhân"),
)
_JUDGED = {JudgedBy.DAY: "theo ngày", JudgedBy.HOUR: "theo giờ"}
_DUE = {Due.FIRST: "ngày hẹn đầu tiên", Due.NEWEST: "ngày hẹn mới nhất"}
_LEFT_OUT = {
    LeftOut.UNDATED: "không có NgayTiepNhan nên không tính",
    LeftOut.NOT_ACCEPTED: "chưa hoặc không được tiếp nhận nên không tính",
    LeftOut.REFUSED_LATER: "kỳ trước chuyển sang, trong kỳ không được tiếp nhận nên không tính",
}
_NOTED = {
    Noted.OPEN: "có NgayKetThucXuLy nhưng trạng thái chưa xong nên tính là đang giải quyết",
    Noted.END_UNKNOWN: "đã xong mà không có NgayKetThucXuLy nên không xét được hạn",
    Noted.HEARD_LATER: "sau thời điểm báo cáo mới biết là đã xong nên tính là đang giải quyết",
    Noted.BY_FINISHED: "không có NgayKetThucXuLy nên xét hạn theo lúc chuyển sang trạng thái 9",
    Noted.BY_RETURNED: "không có NgayKetThucXuLy và không qua trạng thái 9 nên xét hạn theo lúc "
    "trả kết quả (NgayTra)",
}
_MOST_NAMED = 10


def document_of(report: DossierReport, office: str) -> Document:
    """The report as it is printed.

    Args:
        report: the values, checked.
        office: whose it is; may be empty.
    """
    order = report.order
    names = _columns(report)
    columns = tuple((_OF_ALL | _OF_RESOLVED)[name] for name in names)
    table = Table(
        name="dossiers",
        title="",
        columns=(*_FIRST[order.by], *columns),
        rows=tuple((*_named(row, order.by), *_cells(row, names)) for row in report.rows),
        total=(*_head(report), *_cells(report.total, names)),
        nothing="Không có hồ sơ nào trong kỳ.",
    )
    return Document(
        name="dossiers",
        office=office,
        title="Tình hình giải quyết thủ tục hành chính",
        about=tuple(_about(order)),
        facts=tuple(_facts(order)),
        tables=(table, _late_table(report)),
        notes=tuple(_notes(report)),
        signed=True,
        noted=tuple(Remark(what, number(ids)) for what, ids in _remarked(report).items()),
    )


def traceable(report: DossierReport) -> Sequence[Traceable]:
    """The rows whose numbers can be traced, the total with the numbers of the notes last."""

    def numbers(row: DossierRow) -> Mapping[str, Ids]:
        return {name: getattr(row, name) for name in NUMBERS}

    by, total = report.order.by, report.total
    rows = [Traceable(row.key, _named(row, by)[0], numbers(row)) for row in report.rows]
    noted = {**_remarked(report), **numbers(total)}
    return [*rows, Traceable(total.key, _head(report)[0], noted)]


def _remarked(report: DossierReport) -> Mapping[str, Ids]:
    """The dossiers of each note, by what programs call it."""
    noted = {what.value: ids for what, ids in report.noted.items()}
    return {**{why.value: ids for why, ids in report.left_out.items()}, **noted}


def _columns(report: DossierReport) -> tuple[str, ...]:
    """Which numbers are shown: those that say nothing here are left out."""
    carried = ("carried_over",) if report.order.carried_over else ()
    undated = ("undated",) if report.total.undated else ()
    return ("received", *carried, "resolved", "early", "on_time", "late", *undated, "pending")


def _named(row: DossierRow, by: By) -> tuple[str, ...]:
    name = row.name or UNNAMED
    return (name, row.key) if by is By.PROCEDURE else (name,)


def _head(report: DossierReport) -> tuple[str, ...]:
    by = report.order.by
    total = _TOTAL[by].format(len(report.rows))
    return (total, "") if by is By.PROCEDURE else (total,)


def _cells(row: DossierRow, names: tuple[str, ...]) -> Iterator[Cell]:
    to_do = len(row.received) + len(row.carried_over)
    for name in names:
        ids = getattr(row, name)
        if name in ("received", "carried_over"):
            yield number(ids)
        else:
            yield number(ids, len(row.resolved) if name in _OF_RESOLVED else to_do)


def _late_table(report: DossierReport) -> Table:
    zone = report.order.zone
    return Table(
        name="late",
        title="Hồ sơ trễ hạn",
        columns=_LATE,
        rows=tuple(_late_row(late, zone) for late in report.late),
        nothing="Không có hồ sơ trễ hạn.",
    )


def _late_row(late: LateDossier, zone: tzinfo) -> tuple[Cell, ...]:
    due, finished = _moment(late.due_at, zone), _moment(late.finished_at, zone)
    if late.by_state is not None:
        finished += f" (trạng thái {late.by_state.value})"
    row = late.row or UNNAMED
    cause = late.cause or (f"{_NOT_GIVEN}: {late.offered}" if late.offered else "")
    return (late.id, row, late.room, late.officer, due, finished, cause)


def _about(order: Order) -> Iterator[str]:
    yield f"Từ ngày {_day(order.first)} đến ngày {_day(order.last)}"
    yield f"Tính đến {last_moment(order.as_of, order.zone)}"
    yield (
        "Trước hạn, đúng hạn, trễ hạn: so ngày kết thúc xử lý với "
        f"{_DUE[order.due]}, {_JUDGED[order.judged_by]}"
    )


def _facts(order: Order) -> Iterator[tuple[str, str]]:
    yield "from", order.first.isoformat()
    yield "to", order.last.isoformat()
    yield "as_of", order.as_of.astimezone(order.zone).isoformat()
    yield "by", order.by
    yield "judged_by", order.judged_by
    yield "due", order.due


def _notes(report: DossierReport) -> Iterator[str]:
    yield "Tỷ lệ đã và đang giải quyết tính trên số hồ sơ đã nhận" + (
        " cùng số kỳ trước chuyển sang." if report.order.carried_over else "."
    )
    yield "Tỷ lệ trước hạn, đúng hạn, trễ hạn tính trên số hồ sơ đã giải quyết."
    for why, ids in report.left_out.items():
        yield _note(_LEFT_OUT[why], ids)
    for what, ids in report.noted.items():
        if what in _NOTED:
            yield _note(_NOTED[what], ids)
    if report.told_at is not None:
        yield _told_later(report.noted[Noted.TOLD_LATER], report.told_at, report.order.zone)


def _note(what: str, ids: Ids) -> str:
    more = len(ids) - _MOST_NAMED
    shown = ", ".join(ids[:_MOST_NAMED]) + (f" và {more} hồ sơ khác" if more > 0 else "")
    return f"{len(ids)} hồ sơ {what}: {shown}."


def _told_later(ids: Ids, told_at: datetime, zone: tzinfo) -> str:
    """Mostly all of them, so none is named."""
    return (
        f"{len(ids)} hồ sơ được cập nhật sau thời điểm báo cáo, lần cuối lúc "
        f"{told_at.astimezone(zone):%H:%M ngày %d/%m/%Y}: phòng, cán bộ và các ngày của chúng là "
        "theo lần cập nhật mới nhất."
    )


def last_moment(as_of: datetime, zone: tzinfo) -> str:
    """The last moment that is looked at, in words: a whole day where it ends with one."""
    here = as_of.astimezone(zone)
    if (here.hour, here.minute, here.second, here.microsecond) == (0, 0, 0, 0):
        return f"hết ngày {_day((here - timedelta(days=1)).date())}"
    return f"{here:%H:%M} ngày {_day(here.date())}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _moment(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%d/%m/%Y %H:%M}"
