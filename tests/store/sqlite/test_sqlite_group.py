"""Group commit: one fsync for whoever waits at the same moment, and no harm from neighbours."""

import asyncio
from collections.abc import Sequence

import pytest

from sms_gateway.ports import StoreDownError
from sms_gateway.store import group as group_module
from sms_gateway.store.committing import BadRow
from sms_gateway.store.statements import Statements
from tests.store.sqlite.conftest import Line


async def started(*calls: asyncio.Task[Sequence[str]]) -> None:
    """Let every call reach the queue."""
    assert calls
    await asyncio.sleep(0)


def task(line: Line, *rows: str | None) -> asyncio.Task[Sequence[str]]:
    async def call() -> Sequence[str]:
        return await line.group.run(line.write, rows)

    return asyncio.create_task(call())


async def test_an_idle_store_commits_at_once(line: Line) -> None:
    assert await line.group.run(line.write, ["a"]) == ["A"]
    assert line.commits == 1
    assert await line.group.run(line.write, ["b"]) == ["B"]
    assert line.commits == 2


async def test_calls_that_wait_at_the_same_moment_share_one_transaction(line: Line) -> None:
    async with line.held():
        first = task(line, "first")
        await started(first)
        others = [task(line, word) for word in "abcdef"]
        await started(*others)
    assert [result for (result,) in await asyncio.gather(first, *others)] == [
        *("FIRST", "A", "B", "C", "D", "E", "F"),
    ]
    assert line.commits == 2
    assert line.calls == [1, 6]


async def test_a_call_returns_only_after_the_commit_that_holds_it(line: Line) -> None:
    async with line.held():
        call = task(line, "a")
        await started(call)
        assert not call.done()
        assert line.commits == 0
    await call
    assert line.statements[-1] == "COMMIT"


async def test_different_operations_share_one_transaction_and_are_run_once_each(
    line: Line,
) -> None:
    async def count(_db: Statements, rows: Sequence[str]) -> Sequence[int]:
        return [len(row) for row in rows]

    async with line.held():
        first = task(line, "first")
        await started(first)
        writes = [task(line, "a"), task(line, "b")]
        counting = asyncio.create_task(line.group.run(count, ["xx", "xxx"]))
        await started(*writes)
    assert [await call for call in writes] == [["A"], ["B"]]
    assert await counting == [2, 3]
    await first
    assert (line.commits, line.calls) == (2, [1, 2])


async def test_a_group_holds_no_more_rows_than_the_limit(line: Line) -> None:
    async with line.held():
        first = task(line, "first")
        await started(first)
        calls = [task(line, *(f"{i}-{j}" for j in range(4))) for i in range(5)]
        await started(*calls)
    await asyncio.gather(first, *calls)
    assert line.calls == [1, 8, 8, 4]


async def test_a_call_larger_than_the_limit_is_one_group_by_itself(line: Line) -> None:
    rows = [f"{i}" for i in range(25)]
    assert await line.group.run(line.write, rows) == rows
    assert (line.commits, line.calls) == (1, [25])


@pytest.mark.parametrize("bad", [None, "\ud800", "a"])
async def test_one_bad_row_does_not_fail_its_neighbours(line: Line, bad: str | None) -> None:
    """NOT NULL, a lone surrogate and UNIQUE: all of them the fault of one row."""
    await line.group.run(line.write, ["a"])
    async with line.held():
        first = task(line, "first")
        await started(first)
        neighbours = [task(line, "b"), task(line, bad), task(line, "c", "d")]
        await started(*neighbours)
    before, broken, after = await asyncio.gather(*neighbours, return_exceptions=True)
    assert (before, after) == (["B"], ["C", "D"])
    assert isinstance(broken, StoreDownError)
    await first
    assert await line.kept() == ["a", "first", "b", "c", "d"]


async def test_rows_of_one_call_are_written_all_or_none(line: Line) -> None:
    with pytest.raises(StoreDownError):
        await line.group.run(line.write, ["a", None, "b"])
    assert await line.kept() == []


async def test_rows_that_stand_alone_are_written_without_the_bad_one(line: Line) -> None:
    results = await line.group.run_each(line.write, ["a", None, "b"])
    assert results == ["A", BadRow("IntegrityError"), "B"]
    assert await line.kept() == ["a", "b"]
    assert not await line.writer.work(lambda db: db.in_transaction)


async def test_what_is_told_of_a_bad_row_holds_none_of_its_content(line: Line) -> None:
    await line.group.run(line.write, ["private"])
    with pytest.raises(StoreDownError) as caught:
        await line.group.run(line.write, ["private"])
    assert str(caught.value) == "IntegrityError"


async def test_a_cancelled_caller_does_not_cancel_its_group(line: Line) -> None:
    async with line.held():
        first = task(line, "first")
        await started(first)
        gone, stays = task(line, "gone"), task(line, "stays")
        await started(gone, stays)
        gone.cancel()
    assert await stays == ["STAYS"]
    await first
    assert gone.cancelled()
    assert await line.kept() == ["first", "gone", "stays"]


async def test_results_nobody_takes_are_handed_to_whom_the_call_names(line: Line) -> None:
    orphans: list[Sequence[str]] = []
    async with line.held():
        call = asyncio.create_task(line.group.run(line.write, ["a"], orphans.append))
        await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait([call])
        assert orphans == []
    await line.group.run(line.write, ["b"], orphans.append)
    assert orphans == [["A"]]


async def test_results_are_handed_on_when_the_caller_is_cancelled_as_they_come(
    line: Line,
) -> None:
    """The moment between the commit and the caller's next step."""
    orphans: list[Sequence[str]] = []

    async def ahead() -> None:
        await line.group.run(line.write, ["b"])
        call.cancel()

    neighbour = asyncio.create_task(ahead())
    call = asyncio.create_task(line.group.run(line.write, ["a"], orphans.append))
    await asyncio.wait([neighbour, call])
    assert call.cancelled()
    assert orphans == [["A"]]
    assert (line.commits, await line.kept()) == (1, ["b", "a"])


async def test_what_nobody_waits_for_is_written_with_the_next_commit(line: Line) -> None:
    line.group.post(line.write, ["a"])
    line.group.post(line.write, [None])
    await line.group.close()
    assert await line.kept() == ["a"]


async def test_a_closed_store_refuses_and_has_written_what_it_accepted(line: Line) -> None:
    async with line.held():
        calls = [task(line, "a"), task(line, "b")]
        await started(*calls)
        closing = asyncio.create_task(line.group.close())
        await started(*calls)
        with pytest.raises(StoreDownError, match="closed"):
            await line.group.run(line.write, ["late"])
        assert not closing.done()
    await closing
    assert [await call for call in calls] == [["A"], ["B"]]


async def test_who_stops_waiting_for_the_close_does_not_stop_the_commit(line: Line) -> None:
    async with line.held():
        call = task(line, "a")
        await started(call)
        closing = asyncio.create_task(line.group.close())
        await started(call)
        closing.cancel()
        await asyncio.wait([closing])
    assert await call == ["A"]


async def test_a_connection_that_is_gone_is_a_store_that_is_down(line: Line) -> None:
    await line.writer.close()
    with pytest.raises(StoreDownError):
        await line.group.run(line.write, ["a"])


async def test_an_operation_that_breaks_keeps_no_caller_waiting(line: Line) -> None:
    async def breaks(_db: Statements, _rows: Sequence[str]) -> Sequence[str]:
        raise RuntimeError

    with pytest.raises(StoreDownError, match="RuntimeError"):
        await line.group.run(breaks, ["a"])
    assert await line.group.run(line.write, ["b"]) == ["B"]


async def test_a_disk_that_hangs_is_a_store_that_is_down_until_it_is_back(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    orphans: list[Sequence[str]] = []
    monkeypatch.setattr(group_module, "OVERDUE_S", 0.0)
    async with line.held():
        hanging = asyncio.create_task(line.group.run(line.write, ["a"], orphans.append))
        waiting = task(line, "b")
        for call in (hanging, waiting):
            with pytest.raises(StoreDownError, match="hangs"):
                await call
        with pytest.raises(StoreDownError, match="hangs"):
            await line.group.run(line.write, ["refused"])
        monkeypatch.setattr(group_module, "OVERDUE_S", 60.0)
    await line.group.close()
    # What hung is there now, and given to whom cares for what nobody waits for.
    assert await line.kept() == ["a", "b"]
    assert orphans == [["A"]]
