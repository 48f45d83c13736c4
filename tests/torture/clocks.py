"""A clock of the day that is put forward and back under the running gateway."""

from functools import partial

from tests.torture.clock_step import put
from tests.torture.stage import Stage

HOUR = 3600
WAYS = ((HOUR, 0), (-HOUR, 0), (HOUR, -HOUR, 0), (-HOUR, HOUR, 0))
"""Seconds that the clock is wrong, one after the other."""


async def clock_stepped(stage: Stage) -> None:
    """By an hour, forth and back or back and forth; in the end it is right."""
    way = stage.chance.choice(WAYS)
    for seconds in way:
        await stage.moments.random(partial(put, stage.folder, seconds))
    stage.events["by {} h".format(", ".join(f"{seconds // HOUR:+}" for seconds in way))] += 1
