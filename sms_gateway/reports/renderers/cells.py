"""How a cell reads to people, in every form alike."""

import re
from decimal import Decimal

from sms_gateway.reports.document import Cell, Number, Table

_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
"""The last four are the same in full width, which some spreadsheets read alike."""

_FORMULA = re.compile(f"[{_SIGNS}\t\r\n]")
_CUTS = frozenset(";|\t\r\n")
# Takes each run of blanks once: what looks for the cut first tries again from every one of a run.
_RUN = re.compile(f"([;|\\s\"']+)([{_SIGNS}])?")


def shown(cell: Cell) -> str:
    """The cell as it is printed: `29 (87.88%)`."""
    if not isinstance(cell, Number):
        return str(cell)
    return str(cell.count) if cell.share is None else f"{cell.count} ({cell.share}%)"


def plain(cell: Cell) -> str:
    """The same without its share, for the rows above the total, as in the form of Q3/2017."""
    return str(cell.count) if isinstance(cell, Number) else str(cell)


def is_number(cell: Cell) -> bool:
    """Whether it stands at the right of its column."""
    return not isinstance(cell, str)


def spread_headings(table: Table) -> list[str]:
    """The headings with a column of its own for each share, for forms that are counted with."""
    shares = [column.share for column in table.columns if column.share]
    return [*(column.heading for column in table.columns), *shares]


def _bare(cell: Cell) -> str | int | float:
    if isinstance(cell, Number):
        return cell.count
    return float(cell) if isinstance(cell, Decimal) else cell


def spread(table: Table, cells: tuple[Cell, ...]) -> list[str | int | float | None]:
    """A row in the same way."""
    values = [_bare(cell) for cell in cells]
    shares = [
        None if not isinstance(cell, Number) or cell.share is None else float(cell.share)
        for column, cell in zip(table.columns, cells, strict=True)
        if column.share
    ]
    return [*values, *shares]


def harmless(value: str | float | None) -> str | float | None:
    """A text that a spreadsheet would run as a formula stands behind an apostrophe.

    The same within a text: where a comma is the decimal sign, as in Vietnam, spreadsheets cut lines
    of CSV at semicolons, and what stands behind one begins a cell.
    """
    if not isinstance(value, str):
        return value
    text = _RUN.sub(_begun, value)
    return f"'{text}" if _FORMULA.match(text) else text


def _begun(run: re.Match[str]) -> str:
    blanks, sign = run.groups()
    return f"{blanks}'{sign}" if sign and not _CUTS.isdisjoint(blanks) else run[0]
