"""A document as a workbook: one sheet for each table, headings in Vietnamese."""

import io
import textwrap
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from sms_gateway.reports.document import Document, Table
from sms_gateway.reports.renderers.cells import spread, spread_headings

_SHEETS = {
    "dossiers": "Hồ sơ",
    "late": "Trễ hạn",
    "outcomes": "Kết quả",
    "channels": "Cổng tin nhắn",
    "telcos": "Nhà mạng",
    "hours": "Theo giờ",
    "unread": "Không hiểu",
    "billing": "Tính cước",
    "month": "Theo tháng",
    "room": "Theo phòng",
    "procedure": "Theo thủ tục",
    "officer": "Theo cán bộ",
    "summary": "Đối soát",
    "missing_here": "Ta không có",
    "missing_there": "Nhà mạng không có",
    "differing": "Khác nhau",
}
_WIDEST = 60
_NARROWEST = 12
_LINE = 15.0
"""Height of a line, in points."""


def render(document: Document) -> bytes:
    """The workbook; texts are written as texts, whatever they begin with."""
    out = io.BytesIO()
    # In memory: nothing of a report is left in a folder for temporary files.
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    try:
        forms = _Forms(book)
        for index, table in enumerate(document.tables):
            sheet = book.add_worksheet(_SHEETS.get(table.name, table.name))
            sheet.set_landscape()
            sheet.set_paper(9)  # A4
            sheet.fit_to_pages(1, 0)
            head = [table.title] if index else [document.office, document.title, *document.about]
            line = _write_head(sheet, [text for text in head if text], forms)
            line = _write_table(sheet, table, line, forms)
            if not index:
                _write_notes(sheet, document.notes, line + 1, (_widths(table), forms.note))
    finally:
        book.close()
    return out.getvalue()


class _Forms:
    """How cells look.

    Args:
        book: see there.
    """

    def __init__(self, book: Any) -> None:  # noqa: ANN401  # the library has no types
        border = {"border": 1, "valign": "top"}
        self.title = book.add_format({"bold": True})
        self.heading = book.add_format({**border, "bold": True, "text_wrap": True})
        self.cell = book.add_format({**border, "text_wrap": True})
        self.share = book.add_format({**border, "num_format": "0.00"})
        self.note = book.add_format({"text_wrap": True, "valign": "top"})
        self.total = book.add_format({**border, "bold": True, "text_wrap": True})
        self.total_share = book.add_format({**border, "bold": True, "num_format": "0.00"})


def _write_head(sheet: Any, head: Sequence[str], forms: _Forms) -> int:  # noqa: ANN401  # the same
    for line, text in enumerate(head):
        sheet.write_string(line, 0, text, forms.title)
    return len(head) + 1


def _write_table(sheet: Any, table: Table, line: int, forms: _Forms) -> int:  # noqa: ANN401  # the same
    """Write a table from a line on; the line behind it."""
    if not table.rows:
        sheet.write_string(line, 0, table.nothing)
        return line + 1
    headings = spread_headings(table)
    rows = [spread(table, row) for row in table.rows]
    widths = _widths(table)
    for column, heading in enumerate(headings):
        sheet.write_string(line, column, heading, forms.heading)
        sheet.set_column(column, column, widths[column])
    sheet.set_row(line, _height(headings, widths))
    for row in rows:
        line += 1
        sheet.set_row(line, _height(row, widths))
        _write_row(sheet, line, row, (forms.cell, forms.share))
    if table.total:
        line += 1
        total = spread(table, table.total)
        sheet.set_row(line, _height(total, widths))
        _write_row(sheet, line, total, (forms.total, forms.total_share))
    return line + 1


def _widths(table: Table) -> Sequence[int]:
    """Of the columns, in characters."""
    columns = zip(*(spread(table, row) for row in table.rows), strict=True)
    longest = (max(len(str(value or "")) for value in column) for column in columns)
    return [min(max(most + 2, _NARROWEST), _WIDEST) for most in longest]


def _height(values: Sequence[str | float | None], widths: Sequence[int]) -> float:
    """Of a row whose texts are wrapped: LibreOffice sets none by itself where it only prints."""
    lines = (
        len(textwrap.wrap(str(value), max(width - 1, 1))) if isinstance(value, str) else 1
        for value, width in zip(values, widths, strict=True)
    )
    return _LINE * max(1, *lines)


def _write_row(
    sheet: Any,  # noqa: ANN401  # the same
    line: int,
    values: Sequence[str | float | None],
    forms: tuple[object, object],
) -> None:
    form, share = forms
    for column, value in enumerate(values):
        if value is None:
            sheet.write_blank(line, column, None, form)
        elif isinstance(value, str):
            sheet.write_string(line, column, value, form)
        elif isinstance(value, int):
            sheet.write_number(line, column, value, form)
        else:
            sheet.write_number(line, column, value, share)


def _write_notes(
    sheet: Any,  # noqa: ANN401  # the same
    notes: Sequence[str],
    line: int,
    place: tuple[Sequence[int], object],
) -> None:
    """Write notes as wide as the table: a wider one would make the whole print small."""
    widths, form = place
    for index, note in enumerate(notes, line):
        sheet.set_row(index, _height([note], [sum(widths) or _WIDEST]))
        if len(widths) > 1:
            sheet.merge_range(index, 0, index, len(widths) - 1, "", form)
        sheet.write_string(index, 0, note, form)
