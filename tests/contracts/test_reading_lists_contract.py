"""What every store tells of reports, and of calls that could not be read."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from sms_gateway.domain.ids import DoorName, TraceId
from sms_gateway.domain.outcome import Delivery
from sms_gateway.domain.records import RefusedRequest
from sms_gateway.reading import DoorRow, ReceiptRow, RefusedFilter, RefusedRow, ReportFilter
from sms_gateway.store.asked import StoreReading
from tests.contracts.store_desk import DOOR, START, Desk

OTHER = DoorName("other")
TRACE = TraceId("t1")
HASHES = ["aa" * 16, "ab" + "0" * 30, "b" * 32]


async def told(desk: Desk, wanted: ReportFilter) -> list[str]:
    return [row.telco_id for row in await desk.reading.reports(wanted)]


@pytest.fixture
async def reported(desk: Desk) -> Desk:
    """Reports a minute apart: of an MT that is known, of none, and of none through another door."""
    await desk.sent(await desk.reply(), "A1")
    for telco_id, door in (("A1", DOOR), ("A2", DOOR), ("A3", OTHER)):
        desk.clock.step(60)
        await desk.reported(telco_id, Delivery.DELIVERED, door=door)
    return desk


async def test_reports_are_told_newest_first(reported: Desk) -> None:
    assert await told(reported, ReportFilter()) == ["A3", "A2", "A1"]
    assert await told(reported, ReportFilter(limit=2)) == ["A3", "A2"]


async def test_reports_of_a_door_since_a_moment_and_of_no_mt(reported: Desk) -> None:
    later = START + timedelta(seconds=120)
    for wanted, expected in (
        (ReportFilter(door=DOOR), ["A2", "A1"]),
        (ReportFilter(since=later), ["A3", "A2"]),
        (ReportFilter(unmatched=True), ["A3", "A2"]),
        (ReportFilter(unmatched=True, door=DOOR), ["A2"]),
        (ReportFilter(unmatched=True, since=later + timedelta(seconds=1)), ["A3"]),
        (ReportFilter(unmatched=True, limit=1), ["A3"]),
        (ReportFilter(door=DoorName("none")), []),
    ):
        assert await told(reported, wanted) == expected, wanted


async def test_a_report_is_shown_as_it_came_with_the_mt_it_speaks_of(desk: Desk) -> None:
    mt = await desk.reply()
    await desk.sent(mt, "A1")
    await desk.reported("A1", Delivery.UNDELIVERABLE, "017")
    await desk.reported("A2", Delivery.DELIVERED)
    unknown, known = await desk.reading.reports(ReportFilter())
    assert (unknown.telco_id, unknown.mt_id) == ("A2", None)
    assert known == ReceiptRow(
        known.id, DOOR, "A1", mt.id, START, START, Delivery.UNDELIVERABLE, "017"
    )


async def test_a_report_whose_mt_is_settled_later_is_no_longer_without_one(desk: Desk) -> None:
    await desk.reply()
    (mt,) = await desk.store.lease(DOOR, desk.clock.at, 1)
    await desk.reported("A1", Delivery.DELIVERED)
    assert await told(desk, ReportFilter(unmatched=True)) == ["A1"]
    await desk.store.settle([desk.accepted(mt.id, 1, "A1")])
    assert await told(desk, ReportFilter(unmatched=True)) == []
    assert await told(desk, ReportFilter()) == ["A1"]


@pytest.fixture
async def refused(desk: Desk) -> Desk:
    """Three refused calls a minute apart, the first of them a second time at the end."""
    for number, door in ((0, DOOR), (1, DOOR), (2, OTHER), (0, DOOR)):
        what = f"unreadable: field f{number}"
        body = f"body {number}".encode()
        call = RefusedRequest(door, HASHES[number], desk.clock.at, what, body, TRACE)
        await desk.store.keep_refused([call])
        desk.clock.step(60)
    return desk


async def hashes(desk: Desk, wanted: RefusedFilter) -> list[str]:
    return [row.body_hash for row in await desk.reading.refused(wanted)]


async def test_refused_calls_are_told_once_those_that_came_last_first(refused: Desk) -> None:
    assert await hashes(refused, RefusedFilter()) == [HASHES[0], HASHES[2], HASHES[1]]
    (first, *_) = await refused.reading.refused(RefusedFilter())
    last_at = START + timedelta(seconds=180)
    assert first == RefusedRow(DOOR, HASHES[0], "unreadable: field f0", START, last_at, 2, 6, TRACE)


async def test_refused_calls_of_a_door_and_since_they_came_last(refused: Desk) -> None:
    for wanted, expected in (
        (RefusedFilter(door=DOOR), [HASHES[0], HASHES[1]]),
        (RefusedFilter(since=START + timedelta(seconds=120)), [HASHES[0], HASHES[2]]),
        (RefusedFilter(limit=1), [HASHES[0]]),
        (RefusedFilter(door=DoorName("none")), []),
    ):
        assert await hashes(refused, wanted) == expected, wanted


async def test_a_refused_call_is_found_by_the_beginning_of_its_hash(refused: Desk) -> None:
    for prefix, expected in (
        ("aa", [b"body 0"]),
        (HASHES[2], [b"body 2"]),
        ("a", [b"body 0", b"body 1"]),
        ("", [b"body 0", b"body 1"]),
        ("c", []),
        ("aab", []),
        ("'; --", []),
    ):
        found = await refused.reading.refused_requests(prefix, None)
        assert [kept.request for kept in found] == expected, prefix


async def test_the_same_call_at_two_doors_is_told_apart_by_the_door(refused: Desk) -> None:
    call = RefusedRequest(OTHER, HASHES[0], refused.clock.at, "unreadable", b"body 0", TRACE)
    await refused.store.keep_refused([call])
    both = await refused.reading.refused_requests(HASHES[0], None)
    assert [kept.row.door for kept in both] == [OTHER, DOOR]
    (one,) = await refused.reading.refused_requests(HASHES[0], OTHER)
    assert one.row.door == OTHER


async def test_nothing_of_a_refused_call_shows_in_its_repr(refused: Desk) -> None:
    assert "body" not in repr(await refused.reading.refused_requests("", None)).replace(
        "body_hash", ""
    )


async def doors(desk: Desk) -> Mapping[DoorName, DoorRow]:
    assert isinstance(desk.reading, StoreReading)
    return await desk.reading.doors()


async def test_of_each_door_it_is_known_what_waits_and_when_something_last_came_and_went(
    desk: Desk,
) -> None:
    assert await doors(desk) == {}
    first = await desk.reply()
    desk.clock.step(60)
    await desk.sent(first, "A1")
    gone = desk.clock.at
    desk.clock.step(60)
    await desk.reply()
    await desk.store.set_paused(OTHER, desk.clock.at, "an", paused=True)
    assert await doors(desk) == {
        DOOR: DoorRow(1, None, desk.clock.at, gone),
        OTHER: DoorRow(0, desk.clock.at, None, None),
    }
    await desk.store.set_paused(OTHER, desk.clock.at, "an", paused=False)
    assert OTHER not in await doors(desk)
