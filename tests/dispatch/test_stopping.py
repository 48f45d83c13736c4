"""A door's loop ends when it is told to, whatever it is doing at that moment."""

import asyncio
from collections.abc import Sequence

import pytest

from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import Accepted, MtState
from sms_gateway.ports import Limits, Settled, StoreDownError
from tests.dispatch.conftest import Open
from tests.dispatch.dispatch_desk import GRACE, SWEEP, DispatchDesk

DOWN = StoreDownError("SQLITE_FULL")
MOMENTS = range(15)
"""Turns of the loop between a hint, or the sweep, and the end of what it sets going."""


async def cancelled_after(desk: DispatchDesk, turns: int) -> None:
    """Let the loop of this test turn so often, then end the door's."""
    for _ in range(turns):
        await asyncio.sleep(0)
    desk.running.cancel()


async def ends_at_once(desk: DispatchDesk) -> bool:
    """Whether it ends before any timer of its own could help it."""
    await desk.clock.advance(SWEEP / 4)
    return desk.running.done()


@pytest.mark.parametrize("moment", MOMENTS)
async def test_it_ends_at_each_moment_after_a_hint(desk: DispatchDesk, moment: int) -> None:
    await desk.clock.settled()
    desk.dispatch.wake()
    await cancelled_after(desk, moment)
    assert await ends_at_once(desk)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_it_ends_at_each_moment_after_the_sweep_is_due(
    desk: DispatchDesk, moment: int
) -> None:
    await desk.clock.settled()
    ending: list[asyncio.Task[None]] = []
    asyncio.get_running_loop().call_later(
        SWEEP, lambda: ending.append(asyncio.create_task(cancelled_after(desk, moment)))
    )
    await desk.clock.advance(SWEEP)
    await asyncio.gather(*ending)
    assert await ends_at_once(desk)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_whatever_it_leased_at_that_moment_is_sent_or_waits_again(
    desk: DispatchDesk, moment: int
) -> None:
    await desk.queue(3)
    desk.dispatch.wake()
    await cancelled_after(desk, moment)
    assert await ends_at_once(desk)
    # The commit that leased them, then the one that gives them back: neither is waited for.
    await desk.desk.store.probe()
    await desk.desk.store.probe()
    states = set(await desk.states())
    assert states == ({MtState.ACCEPTED} if desk.telco.got else {MtState.QUEUED})


async def test_it_does_not_wait_for_its_turn_to_send(dispatching: Open) -> None:
    desk = dispatching(Limits(per_second=0.01))
    await desk.sent(2)
    desk.running.cancel()
    assert await ends_at_once(desk)
    assert await desk.states() == [MtState.ACCEPTED, MtState.QUEUED]


async def test_it_does_not_wait_for_a_store_that_is_down(desk: DispatchDesk) -> None:
    await desk.clock.settled()
    desk.faults.down = DOWN
    desk.dispatch.wake()
    await desk.clock.settled()
    desk.running.cancel()
    assert await ends_at_once(desk)


async def test_neither_a_telco_that_never_answers_nor_a_full_disk_costs_a_second_grace(
    desk: DispatchDesk,
) -> None:
    async def never(messages: Sequence[MobileTerminated], settled: Settled) -> None:
        settled(messages[0].id, Accepted())
        await asyncio.Event().wait()

    desk.telco.behaviour = never
    await desk.queue(2)
    desk.faults.broken["settle"] = [DOWN] * 100
    desk.dispatch.wake()
    await desk.clock.settled()
    at = desk.clock.monotonic()
    await desk.stop()
    assert desk.clock.monotonic() - at <= GRACE + 4
    desk.faults.broken.clear()
    await desk.clock.advance(2)
