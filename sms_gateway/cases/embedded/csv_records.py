"""Records of a CSV file: comma, semicolon or tab, told by its header."""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TextIO

from sms_gateway.cases.embedded.fields import Field, Header, match_header
from sms_gateway.cases.embedded.rows import Place, Problem, Record
from sms_gateway.cases.embedded.values import MAX_FIELD

_DELIMITERS = ",;\t|"
_EXCEL_HINT = re.compile(r"\ufeff?sep=(.)\s*", re.IGNORECASE)


def csv_records(stream: TextIO, notes: list[str]) -> Iterator[Record | Problem]:
    """Yield the records of a CSV file; a `Problem` among them ends the reading.

    Args:
        stream: text with line ends untouched.
        notes: gets a sentence per unknown column.
    """
    first = stream.readline()
    skipped = 0
    delimiter: str | None = None
    if hint := _EXCEL_HINT.fullmatch(first):
        delimiter, first, skipped = hint[1], stream.readline(), 1
    reader = csv.reader(
        chain((first,), stream), delimiter=delimiter or _delimiter(first), strict=True
    )
    header: Header | None = None
    while True:
        place = Place(reader.line_num + 1 + skipped)
        try:
            cells = next(reader, None)
        except csv.Error:
            yield Problem(
                place, "", "is not CSV from here on: look for a quotation mark that is not closed"
            )
            return
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        if header is not None:
            yield _record(place, header, cells)
            continue
        header = match_header(cells)
        notes.extend(header.notes)
        if problems := header_problems(place, header):
            yield from problems
            return
    if header is None:
        yield Problem(Place(1), "", "holds nothing: the first line names the fields")


def header_problems(place: Place, header: Header) -> Sequence[Problem]:
    """What keeps a header from being one."""
    missing = [
        Problem(
            place,
            field.value,
            "no column has this name: write the national field names into the first line"
            + (f"; column {near} comes nearest" if near else ""),
        )
        for field, near in header.missing
    ]
    twice = [Problem(place, f.value, "two columns have this name: keep one") for f in header.twice]
    return [*missing, *twice]


def _delimiter(header: str) -> str:
    """The one that splits the header into the most known names."""

    def known(delimiter: str) -> int:
        names = header.strip().split(delimiter)
        return sum(c is not None for c in match_header([n.strip('"') for n in names]).columns)

    return max(_DELIMITERS, key=known)


def _record(place: Place, header: Header, cells: Sequence[str]) -> Record:
    columns = header.columns
    problems: list[Problem] = []
    if len(cells) < len(columns) or any(cell.strip() for cell in cells[len(columns) :]):
        sentence = (
            f"has {len(cells)} values where the header has {len(columns)}: "
            "put quotation marks around texts that hold the delimiter"
        )
        problems.append(Problem(place, "", sentence))
    texts: dict[Field, str] = {}
    for field, cell in zip(columns, cells, strict=False):
        if field is None:
            continue
        if len(cell) > MAX_FIELD:
            problems.append(Problem(place, field.value, f"is longer than {MAX_FIELD} characters"))
        elif cell != "NULL":
            texts[field] = cell
    return Record(place, texts, tuple(problems))
