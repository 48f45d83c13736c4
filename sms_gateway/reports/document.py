"""A report as values: tables of cells, whatever they will be printed as."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Number:
    """A count that can be traced.

    Attributes:
        count: how many.
        share: of what the report divides it by, in percent with two decimals; None where it is
            divided by nothing.
        ids: of what was counted; None where a count is all there is.
    """

    count: int
    share: Decimal | None = None
    ids: tuple[str, ...] | None = field(default=None, repr=False)


Cell = str | int | Decimal | Number

UNNAMED = "(không ghi)"
"""How a row without a name is printed."""

TOTAL = "total"
"""What the total is traced by."""

_ROW = "row "


def row_key(key: str) -> str:
    """What a row is traced by: its key, unless that could be taken for the total's."""
    return _ROW + key if key == TOTAL or key.startswith(_ROW) else key


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        key: for programs, and for `--trace`.
        heading: for people, in Vietnamese.
        share: heading of the percentages, where its numbers have any.
    """

    key: str
    heading: str
    share: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        name: for programs.
        title: for people; empty where the document's own title says it.
        columns: from left to right.
        rows: cells in the order of the columns; the first one of each names it.
        total: the last row, or None.
        nothing: what is said where there are no rows.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    nothing: str = "Không có."


@dataclass(frozen=True, slots=True)
class Remark:
    """What stands behind a note.

    Attributes:
        name: for programs, and for `--trace`.
        number: how many, and which.
    """

    name: str
    number: Number


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    Attributes:
        name: which report, for programs.
        office: whose it is, for the head of the page; may be empty.
        title, about: the title, and what it covers, line by line.
        facts: the same for programs.
        tables: the main one first.
        notes: what a reader must know beside the numbers.
        signed: there is room for names under it.
        noted: the numbers of the notes, for programs.
    """

    name: str
    office: str
    title: str
    about: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    signed: bool = False
    noted: tuple[Remark, ...] = ()


def share(part: int, whole: int) -> Decimal | None:
    """Percent with two decimals, halves away from zero; None of nothing."""
    if not whole:
        return None
    exact = Decimal(100 * part) / Decimal(whole)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def number(ids: Sequence[str], whole: int | None = None) -> Number:
    """The count of these, and its share of a whole."""
    return Number(len(ids), None if whole is None else share(len(ids), whole), tuple(ids))
