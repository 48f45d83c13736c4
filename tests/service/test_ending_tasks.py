"""Tasks are ended within a time, and no cancellation is lost on the way."""

import asyncio

import pytest

from sms_gateway.tasks import ended
from tests.virtual_time import VirtualClock


async def waiting(clock: VirtualClock, seconds: float) -> None:
    await clock.sleep(seconds)


@pytest.mark.parametrize("seconds, cancelled", [(4.0, False), (6.0, True)])
async def test_a_task_gets_its_time_and_is_cancelled_then(
    seconds: float, *, cancelled: bool
) -> None:
    clock = VirtualClock()
    with clock.ruling():
        task = asyncio.create_task(waiting(clock, seconds))
        ending = asyncio.create_task(ended([task], 5))
        await clock.advance(5)
        assert ending.done()
    assert task.cancelled() is cancelled


async def test_where_there_is_nothing_to_end_nothing_is_waited_for() -> None:
    ending = asyncio.create_task(ended([], 5))
    await asyncio.sleep(0)
    assert ending.done()


@pytest.mark.parametrize("moment", range(6))
async def test_who_ends_them_can_be_cancelled_at_each_moment(moment: int) -> None:
    task = asyncio.create_task(asyncio.Event().wait())
    ending = asyncio.create_task(ended([task], 0))  # type: ignore[list-item]  # its result is nobody's
    for _ in range(moment):
        await asyncio.sleep(0)
    over = ending.done()
    ending.cancel()
    await asyncio.wait([ending])
    assert ending.cancelled() is not over
    task.cancel()


async def test_what_a_task_raises_stays_its_own() -> None:
    async def breaks() -> None:
        raise RuntimeError

    task = asyncio.create_task(breaks())
    await ended([task], 5)
    assert isinstance(task.exception(), RuntimeError)
