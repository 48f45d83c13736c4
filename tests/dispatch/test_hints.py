"""Whoever queues a message tells the loop of its door."""

import asyncio

from tests.dispatch.dispatch_desk import SWEEP, DispatchDesk


async def test_a_hint_wakes_it_at_once(desk: DispatchDesk) -> None:
    await desk.clock.settled()
    at = desk.clock.monotonic()
    await desk.sent()
    assert desk.telco.times == [at]


async def test_a_lost_hint_is_healed_by_the_sweep(desk: DispatchDesk) -> None:
    await desk.clock.settled()
    await desk.queue()
    assert desk.telco.got == []
    await desk.clock.advance(SWEEP)
    assert len(desk.telco.got) == 1


async def test_a_hint_that_comes_while_the_queue_is_read_is_not_lost(desk: DispatchDesk) -> None:
    """The store may have looked before the message was there, and answer after the hint."""
    await desk.clock.settled()
    at = desk.clock.monotonic()
    answers = asyncio.Event()
    desk.faults.held["lease"] = answers.wait
    desk.dispatch.wake()
    await desk.clock.settled()
    await desk.sent()
    assert desk.telco.got == []
    del desk.faults.held["lease"]
    answers.set()
    await desk.clock.settled()
    assert desk.telco.times == [at]
