"""One commit: what waiting callers handed over, written together.

One bad row never fails its neighbours: a failed group is rolled back and tried again, each call or
row behind a savepoint of its own.
"""

import itertools
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sms_gateway.ports import StoreDownError

Row = TypeVar("Row")
Result = TypeVar("Result")
Operation = Callable[[sqlite3.Connection, Sequence[Row]], Sequence[Result]]
"""Part of a transaction: takes rows, gives one result per row, in order."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """What stands in the place of a result when one row alone could not be written.

    Attributes:
        error: type name of what SQLite raised; its message may hold content and is not kept.
    """

    error: str


@dataclass(frozen=True, slots=True)
class Call:
    """What one caller wants written.

    Attributes:
        operation: what is done.
        rows: with what.
        each: the rows stand alone; otherwise all are written or none.
    """

    operation: Operation[Any, Any]
    rows: Sequence[Any]
    each: bool = False


Outcome = list[Any] | StoreDownError
"""What became of a call: its results, a `BadRow` among them only where its rows stand alone."""


def commit(
    connection: sqlite3.Connection, group: Sequence[Call], check: Callable[[], None]
) -> Sequence[Outcome]:
    """Write a group; per call its results, or that the store is down.

    Args:
        connection: in autocommit mode.
        group: see there.
        check: called before each commit; raises sqlite3.OperationalError where it would be lost.
    """
    try:
        try:
            with _transaction(connection, check):
                return _together(connection, group)
        except sqlite3.OperationalError:
            raise
        except Exception:  # noqa: BLE001  # whatever one row does, the others are tried without it
            with _transaction(connection, check):
                return [_apart(connection, call) for call in group]
    except sqlite3.OperationalError as error:
        # Disk full, read-only, I/O error, locked, file deleted: not the fault of any row.
        return [down(error)] * len(group)


def down(error: sqlite3.Error) -> StoreDownError:
    """SQLite's own name of what is wrong."""
    return StoreDownError(getattr(error, "sqlite_errorname", type(error).__name__))


@contextmanager
def _transaction(connection: sqlite3.Connection, check: Callable[[], None]) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        check()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _together(connection: sqlite3.Connection, group: Sequence[Call]) -> list[list[Any]]:
    by_operation: dict[Operation[Any, Any], list[Call]] = {}
    for call in group:
        by_operation.setdefault(call.operation, []).append(call)
    results: dict[int, list[Any]] = {}
    for operation, calls in by_operation.items():
        rows = list(itertools.chain.from_iterable(call.rows for call in calls))
        answers = iter(operation(connection, rows))
        for call in calls:
            results[id(call)] = list(itertools.islice(answers, len(call.rows)))
    return [results[id(call)] for call in group]


def _apart(connection: sqlite3.Connection, call: Call) -> Outcome:
    if call.each:
        singles = [_tried(connection, call.operation, [row]) for row in call.rows]
        return [single if isinstance(single, BadRow) else single[0] for single in singles]
    results = _tried(connection, call.operation, call.rows)
    return StoreDownError(results.error) if isinstance(results, BadRow) else results


def _tried(
    connection: sqlite3.Connection, operation: Operation[Any, Any], rows: Sequence[Any]
) -> list[Any] | BadRow:
    results: list[Any] | BadRow
    connection.execute("SAVEPOINT tried")
    try:
        results = [*operation(connection, rows)]
    except sqlite3.OperationalError:
        raise
    except Exception as error:  # noqa: BLE001  # a bad row is a result here, not a crash
        connection.execute("ROLLBACK TO tried")
        results = BadRow(type(error).__name__)
    connection.execute("RELEASE tried")
    return results
