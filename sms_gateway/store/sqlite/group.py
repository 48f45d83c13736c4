"""Group commit: calls that wait at the same moment share one transaction and one fsync.

Durability is never traded: a call returns only after the commit that holds it. An idle store
commits at once; a group forms only while a commit runs. One bad row never fails its neighbours:
a failed group is rolled back and tried again row by row. A cancelled caller does not cancel its
group.
"""

import asyncio
import functools
import itertools
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sms_gateway.ports import StoreDownError
from sms_gateway.sqlite.connection import SqliteConnection

OVERDUE_S = 8.0
"""A commit that takes longer counts as a store that is down, in seconds."""

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


class GroupCommit:
    """The one writer of a database.

    Args:
        connection: the writing connection, in autocommit mode; nobody else may use it.
        limit: most rows in one group.
    """

    def __init__(self, connection: SqliteConnection, limit: int) -> None:
        self._connection = connection
        self._limit = limit
        self._waiting: deque[_Call] = deque()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    async def run(
        self, operation: Operation[Row, Result], rows: Sequence[Row]
    ) -> Sequence[Result | BadRow]:
        """Run `operation` on `rows` within the next commit; one result per row, in order.

        Raises:
            StoreDownError: nothing of this call was written.
        """
        if self._closed:
            message = "the store is closed"
            raise StoreDownError(message)
        if not rows:
            return []
        call = _Call(operation, rows, asyncio.get_running_loop().create_future())
        self._waiting.append(call)
        if self._task is None:
            self._task = asyncio.create_task(self._commit_groups(), name="group-commit")
        return await call.future

    async def close(self) -> None:
        """Commit what was accepted, refuse what comes."""
        self._closed = True
        if self._task is not None:
            await self._task

    async def _commit_groups(self) -> None:
        try:
            while self._waiting:
                group = self._next_group()
                overdue = asyncio.get_running_loop().call_later(OVERDUE_S, self._give_up, group)
                try:
                    outcomes = await self._connection.work(functools.partial(commit, group=group))
                except (sqlite3.Error, ValueError) as error:
                    # ValueError is aiosqlite's word for a connection that is gone.
                    outcomes = [StoreDownError(type(error).__name__)] * len(group)
                finally:
                    overdue.cancel()
                for call, outcome in zip(group, outcomes, strict=True):
                    _hand_back(call.future, outcome)
        finally:
            self._task = None

    def _give_up(self, group: Sequence[_Call]) -> None:
        # The disk hangs. Whoever waits is told so; what this group wrote may still be there when
        # the disk is back, and the telco's retry then finds it as a repeated delivery.
        hanging = [*group, *self._waiting]
        self._waiting.clear()
        for call in hanging:
            _hand_back(call.future, StoreDownError("hangs"))

    def _next_group(self) -> list[_Call]:
        group = [self._waiting.popleft()]
        size = len(group[0].rows)
        while self._waiting and size + len(self._waiting[0].rows) <= self._limit:
            group.append(self._waiting.popleft())
            size += len(group[-1].rows)
        return group


def _hand_back(future: asyncio.Future[list[Any]], outcome: list[Any] | StoreDownError) -> None:
    if future.done():
        return
    if isinstance(outcome, StoreDownError):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def commit(
    connection: sqlite3.Connection, group: Sequence[_Call]
) -> list[list[Any] | StoreDownError]:
    """Write a group; per call its results, or that the store is down."""
    try:
        return [*_transaction(connection, group)]
    except sqlite3.OperationalError as error:
        # Disk full, read-only, I/O error, locked: not the fault of any row.
        return [StoreDownError(error.sqlite_errorname)] * len(group)
    except Exception:  # noqa: BLE001  # whatever one row does, the others are tried without it
        return [_row_by_row(connection, call) for call in group]


def _transaction(connection: sqlite3.Connection, group: Sequence[_Call]) -> list[list[Any]]:
    by_operation: dict[Operation[Any, Any], list[_Call]] = {}
    for call in group:
        by_operation.setdefault(call.operation, []).append(call)
    results: dict[int, list[Any]] = {}
    connection.execute("BEGIN IMMEDIATE")
    try:
        for operation, calls in by_operation.items():
            rows = list(itertools.chain.from_iterable(call.rows for call in calls))
            answers = iter(operation(connection, rows))
            for call in calls:
                results[id(call)] = list(itertools.islice(answers, len(call.rows)))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return [results[id(call)] for call in group]


def _row_by_row(connection: sqlite3.Connection, call: _Call) -> list[Any] | StoreDownError:
    results: list[Any] = []
    for row in call.rows:
        single = _Call(call.operation, [row], call.future)
        try:
            results.extend(itertools.chain.from_iterable(_transaction(connection, [single])))
        except sqlite3.OperationalError as error:
            return StoreDownError(error.sqlite_errorname)
        except Exception as error:  # noqa: BLE001  # a bad row is a result here, not a crash
            results.append(BadRow(type(error).__name__))
    return results
