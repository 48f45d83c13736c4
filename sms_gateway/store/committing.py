"""One commit: what waiting callers handed over, written together.

One bad row never fails its neighbours: a failed group is rolled back and tried again, each call or
row by itself.
"""

import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sms_gateway.ports import StoreDownError
from sms_gateway.store.statements import Database, Scrubbing, Statements

Row = TypeVar("Row")
Result = TypeVar("Result")
Operation = Callable[[Statements, Sequence[Row]], Awaitable[Sequence[Result]]]
"""Part of a transaction: takes rows, gives one result per row, in order."""

_TRIES = 3


@dataclass(frozen=True, slots=True)
class BadRow:
    """What stands in the place of a result when one row alone could not be written.

    Attributes:
        error: type name of what the database raised; its message may hold content and is not kept.
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


async def scrub(db: Statements, calls: Sequence[None]) -> Sequence[bool]:
    """Take what was deleted off the disk; the one operation that is part of no transaction."""
    assert isinstance(db, Scrubbing)  # noqa: S101  # whoever commits gives it a whole database
    return [await db.scrub() for _ in calls]


async def commit(db: Database, group: Sequence[Call]) -> Sequence[Outcome]:
    """Write a group; per call its results, or that the store is down."""
    written = [call for call in group if call.operation is not scrub]
    outcomes = iter(await _tried_again(db, written) if written else ())
    return [
        await _scrubbed(db, call) if call.operation is scrub else next(outcomes) for call in group
    ]


async def _scrubbed(db: Database, call: Call) -> Outcome:
    try:
        return [*await scrub(db, call.rows)]
    except Exception as error:
        if db.may_pass(error) or db.is_down(error):
            return StoreDownError(db.word_of(error))
        raise


async def _tried_again(db: Database, group: Sequence[Call]) -> Sequence[Outcome]:
    for left in reversed(range(_TRIES)):
        try:
            return await _commit(db, group)
        except Exception as error:
            if db.may_pass(error) and left:
                continue
            if db.may_pass(error) or db.is_down(error):
                return [StoreDownError(db.word_of(error))] * len(group)
            raise
    raise AssertionError


async def _commit(db: Database, group: Sequence[Call]) -> Sequence[Outcome]:
    try:
        async with db.transaction():
            return await _together(db, group)
    except Exception as error:
        if db.is_down(error) or db.may_pass(error):
            raise
        # Whatever one row does, the others are tried without it.
        async with db.transaction():
            return [await _apart(db, call) for call in group]


async def _together(db: Database, group: Sequence[Call]) -> list[list[Any]]:
    by_operation: dict[Operation[Any, Any], list[Call]] = {}
    for call in group:
        by_operation.setdefault(call.operation, []).append(call)
    results: dict[int, list[Any]] = {}
    for operation, calls in by_operation.items():
        rows = list(itertools.chain.from_iterable(call.rows for call in calls))
        answers = iter(await operation(db, rows))
        for call in calls:
            results[id(call)] = list(itertools.islice(answers, len(call.rows)))
    return [results[id(call)] for call in group]


async def _apart(db: Database, call: Call) -> Outcome:
    if call.each:
        singles = [await _tried(db, call.operation, [row]) for row in call.rows]
        return [single if isinstance(single, BadRow) else single[0] for single in singles]
    results = await _tried(db, call.operation, call.rows)
    return StoreDownError(results.error) if isinstance(results, BadRow) else results


async def _tried(
    db: Database, operation: Operation[Any, Any], rows: Sequence[Any]
) -> list[Any] | BadRow:
    try:
        async with db.apart():
            return [*await operation(db, rows)]
    except Exception as error:
        if db.is_down(error) or db.may_pass(error):
            raise
        return BadRow(type(error).__name__)
