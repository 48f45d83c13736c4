"""Two nodes on one PostgreSQL, of which one dies, loses its way to it, or has a wrong clock."""

import asyncio
from functools import partial

from tests.torture.clock_step import put
from tests.torture.clocks import HOUR, WAYS
from tests.torture.gateways import Node
from tests.torture.moments import PATIENCE
from tests.torture.stage import Stage

_SOON, _LATE = 1.0, 12.0
"""Seconds until it is started again: before the other one knows that it is dead, or after."""


def _other(stage: Stage) -> Node:
    assert stage.other is not None
    return stage.other


async def cut_off(stage: Stage) -> None:
    """One of the two, for a moment or until the other one takes it for dead; then it is back."""
    assert stage.database is not None
    name, database = stage.chance.choice(
        (("first", stage.database), ("second", _other(stage).database))
    )
    line = database.line
    way = stage.chance.choice((line.cut, line.stall))
    await stage.moments.random(way)
    stage.events[f"{name} node {way.__name__}"] += 1
    await stage.seconds(0.5, stage.hang_s)
    line.calm()
    async with asyncio.timeout(PATIENCE):
        await stage.house.until_ready()


async def node_killed(stage: Stage) -> None:
    """SIGKILL to one of the two; the telco goes on calling both, and it is started again."""
    second = stage.chance.random() < 1 / 2
    victim, survivor = stage.house.process, _other(stage).gateway
    if second:
        victim, survivor = survivor, victim
    await stage.moments.random(victim.process.kill)
    stage.events[f"{'second' if second else 'first'} node killed"] += 1
    await asyncio.to_thread(victim.wait)
    await stage.seconds(0, stage.chance.choice((_SOON, _LATE)))
    assert survivor.process.poll() is None, "the other node ended as well"
    await (_other(stage).start() if second else stage.house.start())


async def node_clock_stepped(stage: Stage) -> None:
    """The clock of one of the two is put forward and back by an hour; the other one's is right."""
    name, folder = stage.chance.choice((("first", stage.folder), ("second", _other(stage).folder)))
    way = stage.chance.choice(WAYS)
    for seconds in way:
        await stage.moments.random(partial(put, folder, seconds))
    hours = ", ".join(f"{seconds // HOUR:+}" for seconds in way)
    stage.events[f"{name} node by {hours} h"] += 1
