"""A telco's file of charges: CSV or XLSX, its columns by heading."""

import csv
import enum
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import partial
from itertools import islice
from pathlib import Path

from sms_gateway.cases.embedded.opening import open_text
from sms_gateway.cases.embedded.rows import Problem
from sms_gateway.domain.msisdn import Address, AddressKind, read_address
from sms_gateway.domain.names import name_key
from sms_gateway.reports.workbook import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    GivenUp,
    Limits,
    NotRead,
    read_apart,
    text_of,
)
from sms_gateway.settings.bills import Bill

MAX_FILE = 64 * 1024 * 1024
"""Largest file read, in octets."""

_MAX_ROW = 16 * 1024
"""Characters of a row: one quotation mark that is not closed must not take all of the file."""
_MOST_ABOVE = 20
"""The headings are among so many rows: a title may stand above them."""

_YEARS = range(2000, 2200)
"""There are no texts of others, and at the ends of the calendar no zone can be told."""

_DELIMITERS = ",;\t|"
_AMOUNT = re.compile(r"([0-9]{1,3}(?:[.,\s][0-9]{3})+|[0-9]+)(?:[.,]0{1,2})?")
_ID = re.compile(r"[!-~]+")
_MASKED = re.compile(r"\+?(?=.*[xX*#]{2})[0-9xX*#]+")
_HASHED = re.compile(r"(?=.*[0-9])[!-~]{8,}")


class _Unread(enum.Enum):
    """What stands in a cell is not what its column holds."""

    UNREAD = enum.auto()


_UNREAD = _Unread.UNREAD

Sheet = Callable[[], Iterator[Sequence[object]]]
"""The rows of a file, from the first one on each time."""


class Unread(enum.StrEnum):
    """Why a file of charges cannot be read."""

    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    """Rows."""
    NO_COLUMN = "no_column"
    WRONG_ROW = "wrong_row"
    LONG_ROW = "long_row"
    NO_TEXT = "no_text"
    """It is neither a workbook nor a text in an encoding that we know."""
    NO_CSV = "no_csv"
    NO_WORKBOOK = "no_workbook"
    LARGE_WORKBOOK = "large_workbook"
    """Unpacked."""
    NO_READER = "no_reader"
    """What reads workbooks is not installed."""


_SAID: Mapping[Unread, str] = {
    Unread.TOO_LARGE: "is larger than {most} MiB: split it",
    Unread.TOO_MANY: "has more than {most} rows: split it",
    Unread.NO_COLUMN: "has no column {heading!r}: set {name} in [bills] to its heading",
    Unread.WRONG_ROW: "line {line} has a time that is not {form}, or segments that are no number: "
    "set time_format, or correct the file",
    Unread.LONG_ROW: "has a row of more than {most} characters: it is no table of charges",
    Unread.NO_TEXT: "{said}",
    Unread.NO_CSV: "is no CSV: save it as CSV UTF-8, or as XLSX",
    Unread.NO_WORKBOOK: "is no workbook that can be read: save it as XLSX again",
    Unread.LARGE_WORKBOOK: "is too large for a workbook: save it as CSV UTF-8, or split it",
    Unread.NO_READER: "reading XLSX needs one package more: pip install 'sms-gateway[xlsx]'",
}


class BillError(Exception):
    """A file of charges cannot be read; the message is one line and quotes no number.

    Attributes:
        why: as a value.
        told: what is filled into what is said of it.
    """

    def __init__(self, why: Unread, file: str, **told: object) -> None:
        super().__init__(f"{file}: {_SAID[why].format(**told)}")
        self.why = why
        self.told: Mapping[str, object] = told


@dataclass(frozen=True, slots=True)
class BillRow:
    """One row.

    Attributes:
        line: from 1; the headings are a line too.
        id: the telco's, or empty.
        number: the citizen's, or None.
        at: when, or None.
        charged: what the telco did.
        segments: as the telco counts them, or None.
        foot: it has neither number nor time, as what stands below a table: of no message unless we
            know its id.
    """

    line: int
    id: str
    number: Address | None = field(repr=False)
    at: datetime | None
    charged: bool
    segments: int | None
    foot: bool = False


@dataclass(frozen=True, slots=True)
class _Head:
    """The headings of a file: in which line, where each column is, and which are not there."""

    sheet: Sheet
    line: int
    places: Mapping[str, int]
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads such files.

    Attributes:
        bill: what they look like.
        zone: of their times.
        region: of numbers without a country code.
        limits: of what is read.
        given_up: by which another thread ends the reading of a workbook.
    """

    bill: Bill
    zone: tzinfo
    region: str
    limits: Limits = field(default_factory=Limits)
    given_up: GivenUp = field(default_factory=GivenUp)

    def read(self, path: Path) -> Sequence[BillRow]:
        """All rows of a file.

        Raises:
            BillError: it cannot be read, or a row cannot.
            OSError: it cannot be opened.
        """
        if path.stat().st_size > MAX_FILE:
            raise BillError(Unread.TOO_LARGE, path.name, most=MAX_FILE >> 20)
        return self.read_octets(path.read_bytes(), path.name)

    def read_octets(self, octets: bytes, file: str) -> Sequence[BillRow]:
        """All rows of a file's octets. Raises BillError: it cannot be read, or a row cannot."""
        packed = octets[:2] == b"PK"
        sheets = [self._workbook(octets, file)] if packed else _texts(octets, file)
        head = min(map(self._head, sheets), key=lambda one: len(one.missing))
        if head.missing:
            name = head.missing[0]
            heading = getattr(self.bill, name)
            raise BillError(Unread.NO_COLUMN, file, heading=heading, name=name)
        return self._rows(head, file)

    def _workbook(self, octets: bytes, name: str) -> Sheet:
        match read_apart(octets, self.limits, self.given_up):
            case NotRead.TOO_LARGE:
                raise BillError(Unread.LARGE_WORKBOOK, name)
            case NotRead.DAMAGED:
                raise BillError(Unread.NO_WORKBOOK, name)
            case NotRead.NO_READER:
                raise BillError(Unread.NO_READER, name)
            case rows:
                return rows.__iter__

    def _head(self, sheet: Sheet) -> _Head:
        """The row of headings: the one of the first rows that has most of them."""
        first = enumerate(islice(sheet(), _MOST_ABOVE), 1)
        heads = [self._read_head(sheet, line, cells) for line, cells in first]
        nothing = self._read_head(sheet, 1, [])
        return min(heads, key=lambda one: len(one.missing), default=nothing)

    def _read_head(self, sheet: Sheet, line: int, cells: Sequence[object]) -> _Head:
        there = [name_key(str(cell)[:MAX_CELL]) for cell in cells[:MAX_COLUMNS]]
        wanted = {name: name_key(getattr(self.bill, name)) for name in _COLUMNS}
        places = {name: there.index(key) for name, key in wanted.items() if key in there and key}
        missing = [name for name, key in wanted.items() if key and name not in places]
        return _Head(sheet, line, places, missing)

    def _rows(self, head: _Head, file: str) -> Sequence[BillRow]:
        found: list[BillRow] = []
        for line, cells in enumerate(head.sheet(), 1):
            if line <= head.line or not any(str(cell).strip() for cell in cells):
                continue
            if len(found) >= min(self.limits.rows, MAX_ROWS):
                raise BillError(Unread.TOO_MANY, file, most=min(self.limits.rows, MAX_ROWS))
            given = dict.fromkeys(_COLUMNS, "") | {
                name: cells[place] for name, place in head.places.items() if place < len(cells)
            }
            found.append(self._row(line, given, file))
        return found

    def _row(self, line: int, given: dict[str, object], file: str) -> BillRow:
        number = text_of(given["number"])
        address = read_address(number, self.region) if number else None
        at, segments = self._moment(given["time"]), _count(text_of(given["segments"]))
        foot = not (isinstance(at, datetime) or _is_number(number, address)) and (
            self._is_foot(text_of(given["id"]), text_of(given["time"]))
        )
        if not foot and _UNREAD in (at, segments):
            raise BillError(Unread.WRONG_ROW, file, line=line, form=self.bill.time_format)
        billed = _plain(text_of(given["billed"]))
        return BillRow(
            line=line,
            id=text_of(given["id"]),
            number=address,
            at=at if isinstance(at, datetime) else None,
            charged=not self.bill.billed or billed in map(_plain, self.bill.charged),
            segments=segments if isinstance(segments, int) else None,
            foot=foot,
        )

    def _is_foot(self, telco_id: str, time: str) -> bool:
        """Whether a row that has neither number nor time stands below the table.

        Where it seems to have an id, it does not if the file has no columns of them, or if the time
        is only written in another way.
        """
        if not _ID.fullmatch(telco_id):
            return True
        return bool(self.bill.number or self.bill.time) and not re.search("[0-9]", time)

    def _moment(self, cell: object) -> datetime | _Unread | None:
        if isinstance(cell, datetime):
            return cell.replace(tzinfo=self.zone) if cell.year in _YEARS else _UNREAD
        text = text_of(cell)
        if not text:
            return None
        try:
            moment = datetime.strptime(text, self.bill.time_format)  # noqa: DTZ007  # set below
        except ValueError:
            return _UNREAD
        if moment.year not in _YEARS:
            return _UNREAD
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)


_COLUMNS = ("id", "number", "time", "billed", "segments")


def _is_number(text: str, address: Address | None) -> bool:
    """Whether it is a person's number, be it masked or hashed."""
    if address is not None and address.kind is AddressKind.MSISDN:
        return True
    masked = _MASKED.fullmatch(re.sub(r"[\s.-]", "", text))
    return masked is not None or _HASHED.fullmatch(text) is not None


def _count(text: str) -> int | _Unread | None:
    if not text:
        return None
    plain = _plain(text)
    return int(plain) if plain.isdecimal() else _UNREAD


def _plain(text: str) -> str:
    """An amount without the separators of its thousands and without empty decimals."""
    match = _AMOUNT.fullmatch(text)
    return re.sub("[^0-9]", "", match[1]) if match else name_key(text)


def _texts(octets: bytes, name: str) -> Sequence[Sheet]:
    """A file of text, by each of the delimiters that there are."""
    stream = open_text((name, octets), [])
    if isinstance(stream, Problem):
        raise BillError(Unread.NO_TEXT, name, said=stream.sentence)
    text = stream.read()

    def sheet(delimiter: str) -> Iterator[Sequence[object]]:
        try:
            lines = _Lines(io.StringIO(text, newline=""), name)
            for row in csv.reader(lines, delimiter=delimiter):
                lines.taken = 0
                yield row
        except csv.Error:
            raise BillError(Unread.NO_CSV, name) from None

    return [partial(sheet, delimiter) for delimiter in _DELIMITERS]


class _Lines:
    """Lines of a text, as long as one row of it does not take too many."""

    def __init__(self, stream: io.StringIO, file: str) -> None:
        self._stream = stream
        self._file = file
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(_MAX_ROW + 1)
        self.taken += len(line)
        if self.taken > _MAX_ROW:
            raise BillError(Unread.LONG_ROW, self._file, most=_MAX_ROW)
        if not line:
            raise StopIteration
        return line
