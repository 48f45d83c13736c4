"""The chart beside a report: one number of its main rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sms_gateway.console.labels import label
from sms_gateway.console.languages import PageLanguage, catalogue
from sms_gateway.console.numerals import number
from sms_gateway.console.words import template_words, word
from sms_gateway.domain.message import MtKind
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


_KINDS: Final = {kind.value: label(kind) for kind in MtKind}

_SHOWN: Final[Mapping[str, tuple[int | str, str, str, str]]] = {
    "messages": ("hours", "name", "texts", ""),
    "dossiers": (0, "name", "resolved", "late"),
    "survey": (0, "name", "index", ""),
    "billing": (0, "kind", "messages", ""),
}
"""Of each report: the table, and which of its columns names a bar, is its height, is late."""


def chart_of(document: Document) -> Chart | None:
    """The chart of a report; None where there is nothing to show."""
    which, *names = _SHOWN[document.name]
    found = (one for one in document.tables if one.name == which)
    table = document.tables[0] if which == 0 else next(found)
    keys = [column.key for column in table.columns]
    bar, value, late = (keys.index(name) if name else -1 for name in names)
    rows = [
        (_named(keys, row, bar), _height(row[value]), _height(row[late]) if late >= 0 else 0)
        for row in table.rows[:MOST]
    ]
    if not any(height for _, height, _ in rows):
        return None
    headings = [column.heading for column in table.columns]
    return Chart(headings[bar], headings[value], rows, headings[late] if late >= 0 else "")


def _named(keys: Sequence[str], row: Sequence[Cell], bar: int) -> str:
    """What a bar is called: a kind of message with its reason, for each has several."""
    name = read_as(keys[bar], row[bar])
    if keys[bar] != "kind" or "reason" not in keys:
        return name
    reason = read_as("reason", row[keys.index("reason")])
    return f"{name}: {reason}" if reason and reason != name else name


def read_as(key: str, cell: Cell) -> str:
    """A cell as it is read on a page; files keep its code. Reports are in Vietnamese alone.

    Args:
        key: of its column.
        cell: as the report has it.
    """
    say = catalogue(PageLanguage.VI).gettext
    if isinstance(cell, Number):
        return number(cell.count, PageLanguage.VI)
    if not isinstance(cell, str):
        return number(cell, PageLanguage.VI)
    if not cell or key not in {"kind", "reason"}:
        return cell
    if key == "kind":
        return say(_KINDS.get(cell, cell))
    names = template_words(cell)
    return f"{cell} {', '.join(map(say, names))}" if names else say(word(cell))


def total_as(cell: Cell) -> str:
    """A cell of the last row, with its share: `29 (87,88 %)`."""
    read = read_as("", cell)
    if not isinstance(cell, Number) or cell.share is None:
        return read
    share = cell.share.quantize(Decimal(1)) if cell.share == int(cell.share) else cell.share
    return f"{read} ({number(share, PageLanguage.VI)} %)"


def _height(cell: Cell) -> float:
    if isinstance(cell, Number):
        return cell.count
    if isinstance(cell, str):
        return 0
    return cell if isinstance(cell, int) else float(cell)
