"""The chart beside a report: one number of its main rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sms_gateway.reports.document import Cell, Document, Number

MOST: Final = 40
"""Bars; the table below has the other rows too."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars.

    Attributes:
        heading, value: of the rows, and of the number.
        rows: label, number, and how many of it are late.
        late: what the last one is called; empty where there is none.
    """

    heading: str
    value: str
    rows: Sequence[tuple[str, float, float]]
    late: str = ""


_SHOWN: Final[Mapping[str, tuple[int | str, str, str, str]]] = {
    "messages": ("hours", "name", "texts", ""),
    "dossiers": (0, "name", "resolved", "late"),
    "survey": (0, "name", "index", ""),
    "billing": (0, "name", "messages", ""),
}
"""Of each report: the table, and which of its columns names a bar, is its height, is late."""


def chart_of(document: Document) -> Chart | None:
    """The chart of a report; None where there is nothing to show."""
    which, *names = _SHOWN[document.name]
    found = (one for one in document.tables if one.name == which)
    table = document.tables[0] if which == 0 else next(found)
    keys = [column.key for column in table.columns]
    label, value, late = (keys.index(name) if name else -1 for name in names)
    rows = [
        (str(row[label]), _height(row[value]), _height(row[late]) if late >= 0 else 0)
        for row in table.rows[:MOST]
    ]
    if not any(height for _, height, _ in rows):
        return None
    headings = [column.heading for column in table.columns]
    return Chart(headings[label], headings[value], rows, headings[late] if late >= 0 else "")


def _height(cell: Cell) -> float:
    if isinstance(cell, Number):
        return cell.count
    if isinstance(cell, str):
        return 0
    return cell if isinstance(cell, int) else float(cell)
