"""A document for a terminal."""

from collections.abc import Iterator, Sequence

from sms_gateway.reports.document import Document, Table
from sms_gateway.reports.renderers.cells import is_number, plain, shown


def render(document: Document) -> bytes:
    """The document as lines of text; control characters of the data are left to who prints it."""
    return ("\n".join(_lines(document)) + "\n").encode()


def _lines(document: Document) -> Iterator[str]:
    yield from filter(None, (document.office, document.title, *document.about))
    for table in document.tables:
        yield ""
        if table.title:
            yield table.title
        if table.rows:
            yield from _table(table)
        else:
            yield table.nothing
    if document.notes:
        yield ""
    yield from document.notes


def _table(table: Table) -> Iterator[str]:
    lines = [[column.heading for column in table.columns]]
    lines += [[plain(cell) for cell in row] for row in table.rows]
    if table.total:
        lines.append([shown(cell) for cell in table.total])
    right = [any(map(is_number, column)) for column in zip(*table.rows, strict=True)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield _line(line, widths, right)


def _line(line: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = [
        cell.rjust(width) if at_right else cell.ljust(width)
        for cell, width, at_right in zip(line, widths, right, strict=True)
    ]
    return "  ".join(cells).rstrip()
