"""Group commit: calls that wait at the same moment share one transaction and one fsync.

Durability is never traded: a call returns only after the commit that holds it. An idle store
commits at once; a group forms only while a commit runs. One bad row never fails its neighbours:
a failed group is rolled back and tried again, each call or row behind a savepoint of its own. A
cancelled caller does not cancel its group; what it leased meanwhile is given back.
"""

import asyncio
import functools
import itertools
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sms_gateway.ports import StoreDownError
from sms_gateway.sqlite.connection import SqliteConnection

OVERDUE_S = 8.0
"""A commit that takes longer counts as a store that is down, in seconds."""

_HANGS = "hangs"

Row = TypeVar("Row")
Result = TypeVar("Result")
Operation = Callable[[sqlite3.Connection, Sequence[Row]], Sequence[Result]]


@dataclass(frozen=True, slots=True)
class BadRow:
    """What stands in the place of a result when one row alone could not be written.

    Attributes:
        error: type name of what SQLite raised; its message may hold content and is not kept.
    """

    error: str


@dataclass(slots=True)
class _Call:
    operation: Operation[Any, Any]
    rows: Sequence[Any]
    future: asyncio.Future[list[Any]]
    each: bool = False
    orphaned: Callable[[list[Any]], None] | None = None


_Outcome = list[Any] | StoreDownError


class GroupCommit:
    """The one writer of a database.

    Args:
        connection: the writing connection, in autocommit mode; nobody else may use it.
        limit: most rows in one group.
        check: called before each commit; raises sqlite3.OperationalError where it would be lost.
    """

    def __init__(
        self, connection: SqliteConnection, limit: int, check: Callable[[], None] = lambda: None
    ) -> None:
        self._connection = connection
        self._limit = limit
        self._check = check
        self._waiting: deque[_Call] = deque()
        self._task: asyncio.Task[None] | None = None
        self._hangs = False
        self._closed = False

    async def run(
        self,
        operation: Operation[Row, Result],
        rows: Sequence[Row],
        orphaned: Callable[[list[Result]], None] | None = None,
    ) -> Sequence[Result]:
        """Run `operation` on `rows` within the next commit; one result per row, in order.

        Args:
            operation: part of a transaction.
            rows: written all or none.
            orphaned: takes the results where the caller went away before it could have them.

        Raises:
            StoreDownError: nothing of this call was written.
        """
        return await self._run(operation, rows, orphaned=orphaned)

    async def run_each(
        self, operation: Operation[Row, Result], rows: Sequence[Row]
    ) -> Sequence[Result | BadRow]:
        """The same for rows that stand alone: a bad one does not keep the others of its call out.

        Raises:
            StoreDownError: nothing of this call was written.
        """
        return await self._run(operation, rows, each=True)

    def post(self, operation: Operation[Row, Result], rows: Sequence[Row]) -> None:
        """Run `operation` within the next commit; nobody waits for it."""
        call = _Call(operation, rows, asyncio.get_running_loop().create_future())
        call.future.add_done_callback(asyncio.Future.exception)
        self._enqueue(call)

    async def close(self) -> None:
        """Commit what was accepted, refuse what comes."""
        self._closed = True
        while self._task is not None:
            # wait() does not hand a cancellation of the closer on to the commit.
            await asyncio.wait([self._task])

    async def _run(
        self,
        operation: Operation[Any, Any],
        rows: Sequence[Any],
        *,
        each: bool = False,
        orphaned: Callable[[list[Any]], None] | None = None,
    ) -> list[Any]:
        if self._closed or self._hangs:
            raise StoreDownError(_HANGS if self._hangs else "the store is closed")
        if not rows:
            return []
        future: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        self._enqueue(_Call(operation, rows, future, each, orphaned))
        try:
            return await future
        except asyncio.CancelledError:
            if orphaned and future.done() and not future.cancelled() and not future.exception():
                orphaned(future.result())
            raise

    def _enqueue(self, call: _Call) -> None:
        self._waiting.append(call)
        if self._task is None:
            self._task = asyncio.create_task(self._commit_groups(), name="group-commit")

    async def _commit_groups(self) -> None:
        try:
            while self._waiting:
                group = self._next_group()
                overdue = asyncio.get_running_loop().call_later(OVERDUE_S, self._give_up, group)
                outcomes: Sequence[_Outcome]
                try:
                    work = functools.partial(commit, group=group, check=self._check)
                    outcomes = await self._connection.work(work)
                except Exception as error:  # noqa: BLE001  # whatever it is, no caller may wait for ever
                    # ValueError is aiosqlite's word for a connection that is gone.
                    outcomes = [StoreDownError(type(error).__name__)] * len(group)
                finally:
                    overdue.cancel()
                    self._hangs = False
                for call, outcome in zip(group, outcomes, strict=True):
                    _hand_back(call, outcome)
        finally:
            self._task = None

    def _give_up(self, group: Sequence[_Call]) -> None:
        # The disk hangs. Whoever waits or comes is told so; what this group wrote may still be
        # there when the disk is back, and the telco's retry then finds it as a repeated delivery.
        self._hangs = True
        hanging = [*group, *self._waiting]
        self._waiting.clear()
        for call in hanging:
            _hand_back(call, StoreDownError(_HANGS))

    def _next_group(self) -> list[_Call]:
        group = [self._waiting.popleft()]
        size = len(group[0].rows)
        while self._waiting and size + len(self._waiting[0].rows) <= self._limit:
            group.append(self._waiting.popleft())
            size += len(group[-1].rows)
        return group


def _hand_back(call: _Call, outcome: _Outcome) -> None:
    if call.future.done():
        # Its caller was cancelled, or was told that the disk hangs.
        if call.orphaned is not None and not isinstance(outcome, StoreDownError):
            call.orphaned(outcome)
    elif isinstance(outcome, StoreDownError):
        call.future.set_exception(outcome)
    else:
        call.future.set_result(outcome)


def commit(
    connection: sqlite3.Connection, group: Sequence[_Call], check: Callable[[], None]
) -> Sequence[_Outcome]:
    """Write a group; per call its results, or that the store is down."""
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
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        return [StoreDownError(name)] * len(group)


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


def _together(connection: sqlite3.Connection, group: Sequence[_Call]) -> list[list[Any]]:
    by_operation: dict[Operation[Any, Any], list[_Call]] = {}
    for call in group:
        by_operation.setdefault(call.operation, []).append(call)
    results: dict[int, list[Any]] = {}
    for operation, calls in by_operation.items():
        rows = list(itertools.chain.from_iterable(call.rows for call in calls))
        answers = iter(operation(connection, rows))
        for call in calls:
            results[id(call)] = list(itertools.islice(answers, len(call.rows)))
    return [results[id(call)] for call in group]


def _apart(connection: sqlite3.Connection, call: _Call) -> _Outcome:
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
