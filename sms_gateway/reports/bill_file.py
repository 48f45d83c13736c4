"""A telco's file of charges: CSV or XLSX, its columns by heading."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from sms_gateway.domain.msisdn import Address, read_address
from sms_gateway.settings.bills import Bill

MAX_FILE = 64 * 1024 * 1024
"""Largest file read, in octets."""

MAX_ROWS = 1_000_000
"""Most rows read."""

_MAX_CELL = 200
_DELIMITERS = ",;\t|"


class BillError(Exception):
    """A file of charges cannot be read; the message is one line and quotes no number."""


@dataclass(frozen=True, slots=True)
class BillRow:
    """One row.

    Attributes:
        line: from 1; the headings are line 1.
        id: the telco's, or empty.
        number: the citizen's, or None.
        at: when, or None.
        charged: what the telco did.
        segments: as the telco counts them, or None.
    """

    line: int
    id: str
    number: Address | None = field(repr=False)
    at: datetime | None
    charged: bool
    segments: int | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads such files.

    Attributes:
        bill: what they look like.
        zone: of their times.
        region: of numbers without a country code.
    """

    bill: Bill
    zone: tzinfo
    region: str

    def read(self, path: Path) -> Sequence[BillRow]:
        """All rows of a file.

        Raises:
            BillError: it cannot be read, or a row cannot.
            OSError: it cannot be opened.
        """
        if path.stat().st_size > MAX_FILE:
            message = f"{path.name}: is larger than {MAX_FILE >> 20} MiB: split it"
            raise BillError(message)
        octets = path.read_bytes()
        rows = _workbook(octets, path.name) if octets[:2] == b"PK" else _lines(octets, path.name)
        headings = [str(cell).strip() for cell in next(rows, [])]
        places = {name: self._place(name, headings, path.name) for name in _COLUMNS}
        found: list[BillRow] = []
        for line, cells in enumerate(rows, 2):
            if not any(str(cell).strip() for cell in cells):
                continue
            if len(found) >= MAX_ROWS:
                message = f"{path.name}: has more than {MAX_ROWS} rows: split it"
                raise BillError(message)
            given = {
                name: cells[place] if place is not None and place < len(cells) else ""
                for name, place in places.items()
            }
            found.append(self._row(line, given, path.name))
        return found

    def _place(self, name: str, headings: Sequence[str], file: str) -> int | None:
        heading = getattr(self.bill, name)
        if not heading:
            return None
        if heading not in headings:
            message = f"{file}: has no column {heading!r}: set {name} in [bills] to its heading"
            raise BillError(message)
        return headings.index(heading)

    def _row(self, line: int, given: dict[str, object], file: str) -> BillRow:
        try:
            billed = _text(given["billed"])
            segments = _text(given["segments"])
            number = _text(given["number"])
            return BillRow(
                line=line,
                id=_text(given["id"]),
                number=read_address(number, self.region) if number else None,
                at=self._moment(given["time"]),
                charged=not self.bill.billed or billed in self.bill.charged,
                segments=int(segments) if segments else None,
            )
        except ValueError:
            message = (
                f"{file}: line {line} has a time that is not {self.bill.time_format}, or segments "
                "that are no number: set time_format, or correct the file"
            )
            raise BillError(message) from None

    def _moment(self, cell: object) -> datetime | None:
        if isinstance(cell, datetime):
            return cell.replace(tzinfo=self.zone)
        text = _text(cell)
        if not text:
            return None
        moment = datetime.strptime(text, self.bill.time_format)  # noqa: DTZ007  # set below
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)


_COLUMNS = ("id", "number", "time", "billed", "segments")


def _text(cell: object) -> str:
    """A cell as text; a whole number of a workbook without its decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()[:_MAX_CELL]


def _lines(octets: bytes, name: str) -> Iterator[Sequence[object]]:
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = f"{name}: is not UTF-8: save it as CSV UTF-8, or as XLSX"
        raise BillError(message) from None
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        message = f"{name}: is no CSV: save it as CSV UTF-8, or as XLSX"
        raise BillError(message) from None


def _workbook(octets: bytes, name: str) -> Iterator[Sequence[object]]:
    try:
        from python_calamine import (  # noqa: PLC0415  # an extra, only where it is used
            CalamineError,
            CalamineWorkbook,
        )
    except ModuleNotFoundError:
        message = "reading XLSX needs one package more: pip install 'sms-gateway[xlsx]'"
        raise BillError(message) from None
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(octets)).get_sheet_by_index(0)
        rows: Iterable[Sequence[object]] = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError):
        message = f"{name}: is no workbook that can be read: save it as XLSX again"
        raise BillError(message) from None
    yield from rows
