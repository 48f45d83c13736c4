"""Processes that end: killed at any moment, or asked to end in full load."""

import asyncio
import contextlib
import os
import signal

from sms_gateway.smpp.events import Reason
from tests.real_process import StartError
from tests.torture.moments import EVENTS, PATIENCE
from tests.torture.stage import Stage

VICTIMS = ("gateway", "gateway", "writer", "gateway and writer")
"""Which of its processes is killed; without its writer the gateway ends by itself."""

EARLY, EARLY_WRITES = 0.2, (1, 12)
"""How often a start is killed too, and after how many writes."""

IMPATIENT = 0.25
"""How often a gateway that is asked to end is killed while it ends."""


async def gateway_killed(stage: Stage) -> None:
    """SIGKILL to the gateway, its writer or both; sometimes once more while it starts again."""
    kind = await stage.moments.random(lambda: _strike(stage))
    stage.events[f"killed by {kind}"] += 1
    await stage.house.ended()
    if stage.chance.random() < EARLY:
        stage.moments.expect("written", stage.chance.randint(*EARLY_WRITES), lambda: _strike(stage))
        try:
            await stage.house.start()
        except StartError:
            stage.events["killed while starting"] += 1
        else:
            await stage.moments.come()
            await stage.house.ended()
            stage.events["killed just after starting"] += 1
    await stage.house.start()


def _strike(stage: Stage) -> None:
    gateway = stage.house.program.started[-1]
    victim = stage.chance.choice(VICTIMS)
    writer = gateway.writer if "writer" in victim else None
    if "gateway" in victim or writer is None:
        gateway.process.kill()
    if writer is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(writer, signal.SIGKILL)
    stage.events[f"struck {victim}"] += 1


async def sigterm(stage: Stage) -> None:
    """SIGTERM in full load: it ends in order, and sometimes is killed while it does."""
    await stage.moments.random()
    house, binds = stage.house, stage.smsc.bound if stage.smsc else ()
    stopping = asyncio.create_task(house.stop())
    if stage.chance.random() < IMPATIENT:
        stage.moments.expect("mt", stage.chance.randint(*EVENTS["mt"]), house.process.process.kill)
        status = await stopping
        stage.moments.forget()
        stage.events["killed while it ended" if status else "ended before it was killed"] += 1
        assert status in {0, -signal.SIGKILL}, f"SIGTERM ended it with {status}"
    else:
        status = await stopping
        assert status == 0, f"SIGTERM ended it with {status}"
        ends = {bind.end for bind in binds} - {Reason.PEER_UNBOUND}
        assert not ends, f"it left the SMSC without a word: {ends}"
        stage.events["ended in order"] += 1
        stage.events["unbound"] += len(binds)
    await house.start()


async def postgres_killed(stage: Stage) -> None:
    """SIGKILL to every process of PostgreSQL, and its restart; or to one, and it does it itself."""
    assert stage.database is not None
    server = stage.database.server
    way = stage.chance.choice((server.kill, server.kill, server.crash))
    await stage.moments.random(way)
    stage.events[f"PostgreSQL: {way.__name__}"] += 1
    await stage.seconds(0, 2)
    async with asyncio.timeout(PATIENCE):
        if not server.running:
            await asyncio.to_thread(server.start)
        await stage.house.until_ready()
