"""Answerer and sweep end when they are told to, whatever they are doing at that moment."""

import asyncio

import pytest

from tests.intake.intake_desk import PUSHING, IntakeDesk

MOMENTS = range(15)
"""Turns of the loop between a text, or a look around, and the end of what it sets going."""


async def cancelled_after(task: asyncio.Task[None], turns: int) -> None:
    """Let the loop of this test turn so often, then end the task."""
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()


@pytest.mark.parametrize("moment", MOMENTS)
async def test_answering_ends_at_each_moment_and_loses_no_text(
    desk: IntakeDesk, moment: int
) -> None:
    call = desk.call(desk.mo(), door=PUSHING)
    await cancelled_after(desk.answering, moment)
    await desk.clock.settled()
    assert desk.answering.done()
    await call
    (row,) = await desk.rows()
    assert (row.outcome is None) is (row.reply is None)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_the_sweep_ends_at_each_moment(desk: IntakeDesk, moment: int) -> None:
    sweeping = asyncio.create_task(desk.sweep.run())
    await cancelled_after(sweeping, moment)
    await desk.clock.settled()
    assert sweeping.cancelled()


@pytest.mark.parametrize("stuck", ["citizens", "answer"])
async def test_a_store_that_hangs_does_not_keep_it_from_ending(
    desk: IntakeDesk, stuck: str
) -> None:
    async def never(*_args: object) -> object:
        return await asyncio.Event().wait()

    desk.faults.instead[stuck] = never
    await desk.accept(desk.mo(), door=PUSHING)
    await desk.clock.settled()
    desk.answering.cancel()
    await desk.clock.advance(3)
    assert desk.answering.done()
