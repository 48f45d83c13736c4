"""A document as CSV: UTF-8 with a mark at its beginning, by which Excel knows it."""

import csv
import io

from sms_gateway.reports.document import Document
from sms_gateway.reports.renderers.cells import spread, spread_headings

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are the same in full width, which some spreadsheets read alike."""


def render(document: Document) -> bytes:
    """The tables with their headings, one below the other; an empty line and a title between.

    The notes stand below, one in a line.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for index, table in enumerate(table for table in document.tables if table.rows):
        if index:
            writer.writerows([[], [table.title]])
        writer.writerow(spread_headings(table))
        for row in (*table.rows, *([table.total] if table.total else [])):
            writer.writerow([_harmless(value) for value in spread(table, row)])
    if document.notes:
        writer.writerows([[], *([_harmless(note)] for note in document.notes)])
    return out.getvalue().encode("utf-8-sig")


def _harmless(value: str | float | None) -> str | float | None:
    """A text that a spreadsheet would run as a formula stands behind an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
