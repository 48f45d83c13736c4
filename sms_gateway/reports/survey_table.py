"""The report of the survey as a document: the monthly index of satisfaction."""

from collections.abc import Sequence
from decimal import Decimal

from sms_gateway.reports.document import UNNAMED, Cell, Column, Document, Table, number
from sms_gateway.reports.survey import MARKS, SurveyBy, SurveyReport, SurveyRow
from sms_gateway.reports.tracing import Traceable

_FIRST = {
    SurveyBy.MONTH: (Column("name", "Tháng"),),
    SurveyBy.ROOM: (Column("name", "Phòng"),),
    SurveyBy.PROCEDURE: (Column("name", "Thủ tục"), Column("key", "Mã thủ tục")),
    SurveyBy.OFFICER: (Column("name", "Cán bộ"),),
}
_NUMBERS = (
    Column("asked", "Số câu hỏi"),
    Column("answered", "Số trả lời"),
    Column("rate", "Tỷ lệ trả lời (%)"),
    *(Column(f"mark_{mark}", f"Mức {mark}") for mark in MARKS),
    Column("mean", "Điểm trung bình"),
    Column("satisfied", "Hài lòng (mức 4 và 5)"),
    Column("index", "Chỉ số hài lòng (%)"),
)
_TOTAL = "Tổng cộng"
_NOTES = (
    "Mức 1 là rất không hài lòng, mức 5 là rất hài lòng.",
    "Chỉ số hài lòng: số trả lời mức 4 và mức 5 trên tổng số trả lời.",
    "Câu trả lời tính vào tháng gửi câu hỏi. Câu hỏi của 7 ngày gần đây còn có thể được trả lời.",
)


def document_of(
    report: SurveyReport, office: str, about: str, facts: tuple[tuple[str, str], ...]
) -> Document:
    """The report as it is printed.

    Args:
        report: the values.
        office: whose it is; may be empty.
        about: the period in words.
        facts: the same for programs.
    """
    tables = [_table(report.by, "", report.rows, report.total)]
    if report.by is not SurveyBy.MONTH:
        tables.append(_table(SurveyBy.MONTH, "Theo tháng", report.months, report.total))
    return Document(
        name="survey",
        office=office,
        title="Mức độ hài lòng của người dân",
        about=(about,),
        facts=(*facts, ("by", report.by)),
        tables=tuple(tables),
        notes=_NOTES,
        signed=True,
    )


def traceable(report: SurveyReport) -> Sequence[Traceable]:
    """The rows whose numbers can be traced, the total last."""
    rows = [Traceable(row.key, _named(row)[0], row.ids) for row in report.rows]
    return [*rows, Traceable(report.total.key, _TOTAL, report.total.ids)]


def _table(by: SurveyBy, title: str, rows: Sequence[SurveyRow], total: SurveyRow) -> Table:
    first = _FIRST[by]
    rest = ("",) * (len(first) - 1)
    return Table(
        name=by,
        title=title,
        columns=(*first, *_NUMBERS),
        rows=tuple((*_named(row)[: len(first)], *_cells(row)) for row in rows),
        total=(_TOTAL, *rest, *_cells(total)),
        nothing="Không có câu hỏi nào trong kỳ.",
    )


def _named(row: SurveyRow) -> tuple[str, str]:
    return row.name or UNNAMED, row.key


def _cells(row: SurveyRow) -> tuple[Cell, ...]:
    ids = row.ids
    return (
        *(number(ids["asked"]), number(ids["answered"]), _or_nothing(row.rate)),
        *(number(ids[f"mark_{mark}"]) for mark in MARKS),
        *(_or_nothing(row.mean), number(ids["satisfied"]), _or_nothing(row.index)),
    )


def _or_nothing(value: Decimal | None) -> Decimal | str:
    """A number, or an empty cell where there is nothing to divide by."""
    return "" if value is None else value
