"""Tables that are too long for memory, written some rows at a time: as CSV, or as a workbook."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from sms_gateway.reports.renderers import FormMissingError
from sms_gateway.reports.renderers.cells import harmless

CSV_HEAD = b"\xef\xbb\xbf"
"""By which Excel knows UTF-8."""


_WIDTH = 18
"""Of the columns, in characters."""

Line = Sequence[str]


def csv_lines(rows: Iterable[Line]) -> bytes:
    """Rows as they stand in a file, each cell harmless to spreadsheets and in quotes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


class LongSheet:
    """A workbook of one sheet; texts are written as texts, whatever they begin with.

    What was written lies in `folder` and not in memory. Each method is for a thread.

    Args:
        folder: a private one; whoever made it removes it.
        headings: of the columns.

    Raises:
        FormMissingError: what writes workbooks is not installed.
    """

    def __init__(self, folder: Path, headings: Line) -> None:
        try:
            from xlsxwriter import Workbook  # noqa: PLC0415  # an extra, only where it is used
        except ModuleNotFoundError as error:
            message = "XLSX needs one package more: pip install 'sms-gateway[xlsx]'"
            raise FormMissingError(message) from error
        self.path = folder / "table.xlsx"
        settings = {"constant_memory": True, "tmpdir": str(folder)}
        self._book = Workbook(str(self.path), settings)
        self._sheet = self._book.add_worksheet()
        self._line = 0
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(headings) - 1, _WIDTH)
        self._write(headings, self._book.add_format({"bold": True}))

    def add(self, rows: Iterable[Line]) -> None:
        """Write the next rows."""
        for row in rows:
            self._write(row, None)

    def finish(self) -> None:
        """Write the file at `path`."""
        self._book.close()

    def _write(self, cells: Line, form: object) -> None:
        for column, cell in enumerate(cells):
            self._sheet.write_string(self._line, column, cell, form)
        self._line += 1
