"""An export of a case database, read whole before anything is written.

What enters: a file in CSV or JSON, or a workbook, with the national field names. What leaves: all
its dossiers, or every reason why it is not imported, by line and field.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from sms_gateway.cases.embedded.csv_records import csv_records
from sms_gateway.cases.embedded.fields import Field
from sms_gateway.cases.embedded.json_records import json_records
from sms_gateway.cases.embedded.opening import Source, is_packed, open_text, whole_file
from sms_gateway.cases.embedded.rows import Place, Problem, Record, Row, Rules, read_row
from sms_gateway.cases.embedded.workbook import workbook_records

MAX_ROWS = 1_000_000
"""Most dossiers of one file."""

MAX_PROBLEMS = 1_000
"""After so many problems the reading stops: the file is of another kind."""


MAX_UNKNOWN = 30
"""Most words for states of one file that are not known."""

_NO_STATES = (
    f"more than {MAX_UNKNOWN} different words here are not in states.toml: "
    "is this the column of the states?"
)


@dataclass(frozen=True, slots=True)
class ReadRows:
    """A file without fault.

    Attributes:
        rows: its dossiers, in the file's order.
        notes: what was ignored or guessed, a sentence each.
    """

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadProblems:
    """A file of which nothing is imported.

    Attributes:
        problems: what is wrong, in the file's order; at most `MAX_PROBLEMS`.
        more: there may be further ones.
        notes: what was ignored or guessed, a sentence each.
    """

    problems: tuple[Problem, ...]
    more: bool = False
    notes: tuple[str, ...] = ()


ReadResult = ReadRows | ReadProblems


def read_file(source: Source, rules: Rules, sheet: str = "") -> ReadResult:
    """Read a file whole. Never raises for what a file may hold.

    It takes about 0.1 ms a dossier and holds the thread: call it in a thread of its own
    where other work must go on.

    Args:
        source: a path, or a name and octets.
        rules: what the file does not say.
        sheet: of a workbook; empty for its first one.
    """
    notes: list[str] = []
    if is_packed(source):
        return _read(workbook_records(source, sheet, notes), rules, notes)
    if sheet:
        return ReadProblems((whole_file("is no Excel workbook: leave --sheet out"),))
    stream = open_text(source, notes)
    if isinstance(stream, Problem):
        return ReadProblems((stream,))
    with stream:
        return _read(_records(stream, notes), rules, notes)


def _read(records: Iterator[Record | Problem], rules: Rules, notes: list[str]) -> ReadResult:
    rows: list[Row] = []
    problems: list[Problem] = []
    seen: dict[str, Place] = {}
    unknown: Counter[str] = Counter()
    for record in records:
        if isinstance(record, Problem):
            problems.append(record)
            continue
        row = read_row(record, rules)
        if not isinstance(row, Row):
            problems.extend(row)
        elif row.unknown_state and _one_too_many(row, unknown):
            problems.append(Problem(row.place, Field.STATE.value, _NO_STATES))
            break
        elif (first := seen.setdefault(row.id, row.place)) is not row.place:
            problems.append(_twice(row.place, first))
        else:
            rows.append(row)
        if len(seen) > MAX_ROWS:
            problems.append(whole_file(f"holds more than {MAX_ROWS} dossiers: split it"))
            break
        if len(problems) >= MAX_PROBLEMS:
            return ReadProblems(tuple(problems[:MAX_PROBLEMS]), more=True, notes=tuple(notes))
    notes.extend(_unknown_notes(unknown))
    if not rows and not problems:
        problems.append(whole_file("holds no dossier"))
    if problems:
        return ReadProblems(tuple(problems), notes=tuple(notes))
    return ReadRows(tuple(rows), tuple(notes))


def _one_too_many(row: Row, unknown: Counter[str]) -> bool:
    """Count a word that is not known; whether there are so many that they are no states."""
    unknown[row.unknown_state] += 1
    return len(unknown) > MAX_UNKNOWN


def _unknown_notes(unknown: Counter[str]) -> Iterator[str]:
    for word, times in unknown.items():
        yield (
            f'state "{word}" is not in states.toml and was read as 4 (being processed), '
            f"{times} times: write down there what it means"
        )


def _twice(place: Place, first: Place) -> Problem:
    sentence = f"the same dossier stands in {first} already: keep one of the two"
    return Problem(place, Field.ID.value, sentence)


def _records(stream: TextIO, notes: list[str]) -> Iterator[Record | Problem]:
    head = stream.read(64).lstrip("\ufeff \t\r\n")
    stream.seek(0)
    return (json_records if head.startswith(("{", "[")) else csv_records)(stream, notes)
