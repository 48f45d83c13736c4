"""Group commit: calls that wait at the same moment share one transaction and one fsync.

Durability is never traded: a call returns only after the commit that holds it. An idle store
commits at once; a group forms only while a commit runs. A cancelled caller does not cancel its
group; what it leased meanwhile is given back.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sms_gateway.ports import StoreDownError, StoreLostError
from sms_gateway.store.committing import BadRow, Call, Operation, Outcome, Result, Row

OVERDUE_S = 8.0
"""A commit that takes longer counts as a store that is down, in seconds."""

_HANGS = "hangs"
_POST_AGAIN_S = 1.0
_POST_TRIES = 600

CommitGroup = Callable[[Sequence[Call]], Awaitable[Sequence[Outcome]]]
"""Writes calls together: in a thread, in a process of its own, over a line to a server."""


@dataclass(slots=True)
class _Waiting:
    call: Call
    future: asyncio.Future[list[Any]]
    orphaned: Callable[[list[Any]], None] | None = None


class GroupCommit:
    """The one writer of a database.

    Args:
        write: writes one group; never called twice at a time.
        limit: most rows in one group.
    """

    def __init__(self, write: CommitGroup, limit: int) -> None:
        self._write = write
        self._limit = limit
        self._waiting: deque[_Waiting] = deque()
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
        """Run `operation` within the next commit, and again while the store is down.

        Nobody waits for it; written twice it must change nothing.
        """
        self._post(Call(operation, rows), _POST_TRIES)

    def _post(self, call: Call, tries: int) -> None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[Any]] = loop.create_future()

        def done(ended: asyncio.Future[list[Any]]) -> None:
            error = ended.exception()
            down = isinstance(error, StoreDownError) and not isinstance(error, StoreLostError)
            if down and tries > 1:
                loop.call_later(_POST_AGAIN_S, self._post_again, call, tries - 1)

        future.add_done_callback(done)
        self._enqueue(_Waiting(call, future))

    def _post_again(self, call: Call, tries: int) -> None:
        if not self._closed:
            self._post(call, tries)

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
        self._enqueue(_Waiting(Call(operation, rows, each), future, orphaned))
        try:
            return await future
        except asyncio.CancelledError:
            if orphaned and future.done() and not future.cancelled() and not future.exception():
                orphaned(future.result())
            raise

    def _enqueue(self, waiting: _Waiting) -> None:
        self._waiting.append(waiting)
        if self._task is None:
            self._task = asyncio.create_task(self._commit_groups(), name="group-commit")

    async def _commit_groups(self) -> None:
        try:
            while self._waiting:
                group = self._next_group()
                overdue = asyncio.get_running_loop().call_later(OVERDUE_S, self._give_up, group)
                outcomes: Sequence[Outcome]
                try:
                    outcomes = await self._write([waiting.call for waiting in group])
                except StoreLostError as error:
                    outcomes = [StoreLostError(type(error).__name__)] * len(group)
                except Exception as error:  # noqa: BLE001  # whatever it is, no caller may wait for ever
                    # ValueError is aiosqlite's word for a connection that is gone.
                    outcomes = [StoreDownError(type(error).__name__)] * len(group)
                finally:
                    overdue.cancel()
                    self._hangs = False
                for waiting, outcome in zip(group, outcomes, strict=True):
                    _hand_back(waiting, outcome)
        finally:
            self._task = None

    def _give_up(self, group: Sequence[_Waiting]) -> None:
        # The disk hangs. Whoever waits or comes is told so; what this group wrote may still be
        # there when the disk is back, and the telco's retry then finds it as a repeated delivery.
        self._hangs = True
        hanging = [*group, *self._waiting]
        self._waiting.clear()
        for waiting in hanging:
            _hand_back(waiting, StoreDownError(_HANGS))

    def _next_group(self) -> list[_Waiting]:
        group = [self._waiting.popleft()]
        size = len(group[0].call.rows)
        while self._waiting and size + len(self._waiting[0].call.rows) <= self._limit:
            group.append(self._waiting.popleft())
            size += len(group[-1].call.rows)
        return group


def _hand_back(waiting: _Waiting, outcome: Outcome) -> None:
    future = waiting.future
    if future.done():
        # Its caller was cancelled, or was told that the disk hangs.
        if waiting.orphaned is not None and not isinstance(outcome, StoreDownError):
            waiting.orphaned(outcome)
    elif isinstance(outcome, StoreDownError):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
