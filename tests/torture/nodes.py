"""Two nodes on one PostgreSQL, of which one loses its way to it."""

import asyncio

from tests.torture.moments import PATIENCE
from tests.torture.stage import Stage


async def cut_off(stage: Stage) -> None:
    """One of the two, for a moment or until the other one takes it for dead; then it is back."""
    assert stage.database is not None
    assert stage.other is not None
    name, database = stage.chance.choice(
        (("first", stage.database), ("second", stage.other.database))
    )
    line = database.line
    way = stage.chance.choice((line.cut, line.stall))
    await stage.moments.random(way)
    stage.events[f"{name} node {way.__name__}"] += 1
    await stage.seconds(0.5, stage.hang_s)
    line.calm()
    async with asyncio.timeout(PATIENCE):
        await stage.house.until_ready()
