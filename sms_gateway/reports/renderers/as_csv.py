"""A document as CSV: UTF-8 with a mark at its beginning, by which Excel knows it."""

import csv
import io

from sms_gateway.reports.document import Document
from sms_gateway.reports.renderers.cells import harmless, spread, spread_headings


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
            writer.writerow([harmless(value) for value in spread(table, row)])
    if document.notes:
        writer.writerows([[], *([harmless(note)] for note in document.notes)])
    return out.getvalue().encode("utf-8-sig")
