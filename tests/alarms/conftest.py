"""The alarms on a store on disk, in virtual time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from sms_gateway.alarms.plan import Plan
from sms_gateway.domain.ids import RunId
from sms_gateway.ports import Probe
from sms_gateway.store.sqlite.opening import open_sqlite
from sms_gateway.store.store import RunOf
from tests.alarms.alarms_desk import PLAN, AlarmsDesk
from tests.virtual_time import VirtualClock

Open = Callable[..., AlarmsDesk]


@pytest.fixture
async def clock() -> AsyncIterator[VirtualClock]:
    """Time that the test moves."""
    clock = VirtualClock()
    with clock.ruling():
        yield clock


@pytest.fixture
async def opening(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Open]:
    """Opens alarms by this plan, with this probe at the telco's door; the webhook's loop runs."""
    run = RunOf(RunId("run-1"), "node", "0.1.0", clock.now)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_sqlite(tmp_path / "gateway.db", run))
        running: list[asyncio.Task[None]] = []

        def opened(plan: Plan = PLAN, probe: Probe | None = None) -> AlarmsDesk:
            desk = AlarmsDesk(store, clock, plan, probe)
            running.append(asyncio.create_task(desk.poster.run()))
            return desk

        yield opened
        for task in running:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def desk(opening: Open) -> AlarmsDesk:
    """Alarms by the shipped thresholds, that tell two phones and a webhook."""
    return opening()
