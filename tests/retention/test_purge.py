import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from sms_gateway.commands import CommandError
from sms_gateway.domain.retention import PURGE_ACT, PurgeCounts, Walk
from sms_gateway.ports import StoreDownError
from sms_gateway.retention.cuts import Cuts
from sms_gateway.retention.purge import REST_S, RESTS, Around, Purge, Purged, log_purged
from tests.parts import START
from tests.retention.retention_desk import Shelf
from tests.virtual_time import VirtualClock

CUTS = Cuts(START, START - timedelta(days=1), START - timedelta(days=2))
SUBJECT = f"before {START.isoformat(timespec='seconds')}"
LONG = 3600.0


@pytest.fixture
async def clock() -> AsyncIterator[VirtualClock]:
    found = VirtualClock()
    with found.ruling():
        yield found


@pytest.fixture
def shelf(clock: VirtualClock) -> Shelf:
    return Shelf(clock)


@pytest.fixture
def purge(shelf: Shelf, clock: VirtualClock) -> Purge:
    return Purge(shelf, clock)


async def test_a_purge_goes_all_ways_in_order_and_tells_the_audit_before_and_after(
    purge: Purge, shelf: Shelf, clock: VirtualClock
) -> None:
    task = asyncio.create_task(purge.run(CUTS, "os:an"))
    await clock.advance(LONG)
    assert await task == Purged(PurgeCounts(texts=7), whole=True, scrubbed=True, seconds=3 * REST_S)
    assert shelf.told[0] == (PURGE_ACT, START, "os:an", SUBJECT, "")
    assert shelf.told[-2:] == [("end", "os:an", SUBJECT, True), ("scrub",)]
    assert shelf.walks == [*[Walk.TEXTS] * 4, *list(Walk)[1:]]
    assert {(walk, before) for walk, before, *_ in shelf.told[1:-2]} == {
        (walk, CUTS.of(walk)) for walk in Walk
    }


async def test_each_batch_begins_where_the_one_before_ended(
    purge: Purge, shelf: Shelf, clock: VirtualClock
) -> None:
    task = asyncio.create_task(purge.run(CUTS, "os:an"))
    await clock.advance(LONG)
    await task
    after = [one[2] for one in shelf.told if one[0] is Walk.TEXTS]
    assert after[0] == ""
    assert after == sorted(set(map(str, after)))


@pytest.mark.parametrize("took, rest", [(0.0, REST_S), (0.5, RESTS * 0.5)])
async def test_it_rests_between_two_commits_the_longer_the_busier_the_store_is(
    purge: Purge, shelf: Shelf, clock: VirtualClock, took: float, rest: float
) -> None:
    shelf.took = took
    task = asyncio.create_task(purge.run(CUTS, "os:an"))
    await clock.advance(LONG)
    await task
    first, second, *_ = shelf.at
    assert second - first == pytest.approx(took + rest, abs=1e-3)


async def test_it_tells_how_far_it_is(purge: Purge, clock: VirtualClock) -> None:
    told: list[tuple[int, int]] = []
    cuts = Cuts(*[START + timedelta(seconds=1)] * 3)
    around = Around(progress=lambda done, of: told.append((done, of)))
    task = asyncio.create_task(purge.run(cuts, "os:an", around))
    await clock.advance(LONG)
    await task
    assert told[0] == (0, 1000)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert {of for _, of in told} == {1000}


async def test_it_stops_where_it_may_not_go_on_and_says_that_it_was_not_whole(
    purge: Purge, shelf: Shelf, clock: VirtualClock
) -> None:
    may = iter([True, True])
    task = asyncio.create_task(purge.run(CUTS, "gateway", Around(goes_on=lambda: next(may, False))))
    await clock.advance(LONG)
    assert not (await task).whole
    assert shelf.walks == [Walk.TEXTS] * 2
    assert ("end", "gateway", SUBJECT, False) in shelf.told


async def test_two_purges_do_not_run_at_the_same_time(
    purge: Purge, shelf: Shelf, clock: VirtualClock
) -> None:
    first = asyncio.create_task(purge.run(CUTS, "os:an"))
    await clock.settled()
    with pytest.raises(CommandError, match="under way"):
        await purge.run(CUTS, "os:binh")
    first.cancel()
    await clock.settled()
    assert first.cancelled()
    shelf.told.clear()
    again = asyncio.create_task(purge.run(CUTS, "os:binh"))
    await clock.advance(LONG)
    assert (await again).whole


async def test_a_store_that_is_down_ends_it_and_the_next_one_may_begin(
    purge: Purge, shelf: Shelf, clock: VirtualClock
) -> None:
    shelf.down = True
    with pytest.raises(StoreDownError):
        await purge.run(CUTS, "os:an")
    shelf.down = False
    task = asyncio.create_task(purge.run(CUTS, "os:an"))
    await clock.advance(LONG)
    assert (await task).whole


@pytest.mark.parametrize(
    "whole, scrubbed, result",
    [(True, True, "done"), (True, False, "not_scrubbed"), (False, True, "cut_off")],
)
def test_the_log_tells_counts_and_nothing_else(
    captured_logs: io.StringIO, *, whole: bool, scrubbed: bool, result: str
) -> None:
    log_purged(Purged(PurgeCounts(5, 1, 2, 3, 4, 9, 10, 100), whole, scrubbed, 1.5))
    (line,) = map(json.loads, captured_logs.getvalue().splitlines())
    assert (line["event"], line["count"], line["rows"]) == ("retention.purged", 5, 120)
    assert (line["result"], line["duration_ms"]) == (result, 1500)


async def test_without_keys_the_lines_of_the_audit_stay_for_a_later_purge(
    shelf: Shelf, clock: VirtualClock
) -> None:
    task = asyncio.create_task(Purge(shelf, clock, seals=None).run(CUTS, "os:an"))
    await clock.advance(LONG)
    await task
    assert Walk.AUDIT not in shelf.walks
    task = asyncio.create_task(Purge(shelf, clock).run(CUTS, "os:an"))
    await clock.advance(LONG)
    await task
    assert Walk.AUDIT in shelf.walks
