"""A driver that needs threads has few of them, and what hangs there blocks nobody else."""

import asyncio
import threading
from typing import Any, NoReturn

import pytest
from sqlalchemy import text

from sms_gateway.cases.sql.engines import Limits, _InThreads

LIMITS = Limits(10, 1.0)


class GoneError(Exception):
    """What the driver raises in the end."""


class Hanging:
    """An engine that hangs in connecting, until it is let go."""

    def __init__(self, full: int) -> None:
        self.let_go = threading.Event()
        self.entered = 0
        self.full = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._at = full

    def connect(self) -> NoReturn:
        self.entered += 1
        if self.entered == self._at:
            self._loop.call_soon_threadsafe(self.full.set)
        self.let_go.wait(30)
        raise GoneError

    def dispose(self) -> None:
        """Nothing is open."""


async def test_questions_that_hang_take_no_more_threads_than_there_are() -> None:
    engine: Any = Hanging(full=2)
    database = _InThreads(engine, 2)
    asked = [asyncio.create_task(database.rows(text("SELECT 1"), {}, LIMITS)) for _ in range(8)]
    async with asyncio.timeout(10):
        await engine.full.wait()
    # Whoever asked waits no longer; the loop went on all the time.
    for task in asked:
        task.cancel()
    assert all(
        isinstance(one, asyncio.CancelledError)
        for one in await asyncio.gather(*asked, return_exceptions=True)
    )
    names = [one.name for one in threading.enumerate() if one.name.startswith("cases")]
    assert len(names) == 2
    engine.let_go.set()
    with pytest.raises(GoneError):
        await database.rows(text("SELECT 1"), {}, LIMITS)
    # Those that were waiting for a thread were never begun.
    assert engine.entered == 3
    await database.close()
