"""Records of an Excel workbook (.xlsx): one of its sheets, its first line names the fields."""

from collections.abc import Iterator, Sequence
from datetime import MAXYEAR, date, datetime, timedelta
from typing import IO

from sms_gateway.cases.embedded.csv_records import header_problems
from sms_gateway.cases.embedded.fields import Field, Header, match_header
from sms_gateway.cases.embedded.opening import MAX_FILE, Source, opened, size_of, whole_file
from sms_gateway.cases.embedded.rows import Place, Problem, Record
from sms_gateway.cases.embedded.unpacked import MAX_UNPACKED, NotUnpacked, why_not_unpacked
from sms_gateway.cases.embedded.values import MAX_FIELD, NUMBER_DAMAGE

Cell = object

_SHOWN = 10  # names of sheets
_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number
_HALF_A_SECOND = timedelta(milliseconds=500)

_DATES = frozenset({
    Field.RECEIVED, Field.DUE, Field.NEW_DUE, Field.FINISHED, Field.RETURNED, Field.STATE_TIME,
})  # fmt: skip

_DAMAGED = "is no Excel workbook that can be read: save it as .xlsx again, or as CSV UTF-8"
_OTHER = "is an archive or another kind of Excel workbook: save it as .xlsx or CSV UTF-8"
_TOO_LARGE = "is too large for a workbook: save it as CSV UTF-8, or split it"
_SAID = {
    NotUnpacked.DAMAGED: _DAMAGED,
    NotUnpacked.OTHER: _OTHER,
    NotUnpacked.TOO_LARGE: _TOO_LARGE,
}
_INSTALL = (
    "is an Excel workbook: pip install 'sms-gateway[xlsx]' brings what reads it, "
    "or save it as CSV UTF-8"
)
_DATE_DAMAGE = "was turned into a date by a spreadsheet: format the column as text and export again"


def workbook_records(source: Source, sheet: str, notes: list[str]) -> Iterator[Record | Problem]:
    """Yield the records of a sheet; a `Problem` among them may end the reading.

    Args:
        source: the file.
        sheet: its name; empty for the first one.
        notes: gets a sentence per unknown column, and one where other sheets are not read.
    """
    try:
        if size_of(source) > MAX_FILE:
            yield whole_file(_TOO_LARGE)
            return
        with opened(source) as stream:
            if (too := why_not_unpacked(stream, MAX_UNPACKED)) is not None:
                yield whole_file(_SAID[too])
                return
            stream.seek(0)
            rows = _rows(stream, sheet, notes)
    except OSError as error:
        yield whole_file(f"cannot be opened: {error.strerror or 'input error'}")
        return
    if isinstance(rows, Problem):
        yield rows
        return
    yield from _records(rows, notes)


def _rows(stream: IO[bytes], sheet: str, notes: list[str]) -> Iterator[Sequence[Cell]] | Problem:
    try:
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  # an extra
    except ModuleNotFoundError:
        return whole_file(_INSTALL)
    try:
        book = CalamineWorkbook.from_filelike(stream)
        names = book.sheet_names
        if sheet and sheet not in names:
            return whole_file(f'has no sheet "{sheet}": it has {_listed(names)}')
        name = sheet or names[0]
        if len(names) > 1 and not sheet:
            notes.append(f'sheet "{name}" was read, no other one of {_listed(names)}')
        return iter(book.get_sheet_by_name(name).iter_rows())
    except (CalamineError, IndexError, ValueError):
        return whole_file(_DAMAGED)
    except BaseException as error:
        # What the reader's own language calls a panic is no Exception.
        if type(error).__name__ == "PanicException":
            return whole_file(_DAMAGED)
        raise


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{name[:40]}"' for name in names[:_SHOWN])
    more = len(names) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _records(rows: Iterator[Sequence[Cell]], notes: list[str]) -> Iterator[Record | Problem]:
    header: Header | None = None
    for line, cells in enumerate(rows, 1):
        if not any(str(cell).strip() for cell in cells):
            continue
        place = Place(line)
        if header is not None:
            yield _record(place, header, cells)
            continue
        header = match_header([str(cell)[:MAX_FIELD] for cell in cells])
        notes.extend(header.notes)
        if problems := header_problems(place, header):
            yield from problems
            return
    if header is None:
        yield whole_file("holds nothing: the first line of the sheet names the fields")


def _record(place: Place, header: Header, cells: Sequence[Cell]) -> Record:
    texts: dict[Field, str] = {}
    problems: list[Problem] = []
    for field, cell in zip(header.columns, cells, strict=False):
        if field is None:
            continue
        text, sentence = _read(field, cell)
        if len(text) > MAX_FIELD:
            sentence = f"is longer than {MAX_FIELD} characters"
        if sentence:
            problems.append(Problem(place, field.value, sentence))
        elif text != "NULL":
            texts[field] = text
    return Record(place, texts, tuple(problems))


def _read(field: Field, cell: Cell) -> tuple[str, str]:
    """A cell as the text that a file would have, or a sentence about why there is none."""
    if isinstance(cell, bool):
        return str(int(cell)), ""
    if isinstance(cell, int | float):
        if not abs(cell) < _EXACT:  # also what is no number
            return "", NUMBER_DAMAGE
        return str(int(cell)) if cell == int(cell) else repr(cell), ""
    if isinstance(cell, date):
        return (_moment(cell), "") if field in _DATES else ("", _DATE_DAMAGE)
    return str(cell), ""


def _moment(cell: date) -> str:
    if not isinstance(cell, datetime):
        return cell.isoformat()
    # A spreadsheet counts days: a whole second may lie a little beside itself.
    rounded = cell if cell.year == MAXYEAR else cell + _HALF_A_SECOND
    return rounded.replace(microsecond=0).isoformat()
