"""A door's loop at work on a store on disk, in virtual time."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sms_gateway.dispatch.retry import RetryTable
from sms_gateway.domain.ids import DoorName
from sms_gateway.ports import Limits
from tests.dispatch.dispatch_desk import SWEEP, DispatchDesk
from tests.intake.intake_desk import PUSHING, IntakeDesk, opened
from tests.virtual_time import VirtualClock

Open = Callable[..., DispatchDesk]


@pytest.fixture
async def clock() -> AsyncIterator[VirtualClock]:
    """Time that the test moves."""
    clock = VirtualClock()
    with clock.ruling():
        yield clock


@pytest.fixture
async def intake(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[IntakeDesk]:
    """What fills the outbox."""
    async with opened(tmp_path, clock) as desk:
        yield desk


@pytest.fixture
async def dispatching(intake: IntakeDesk) -> AsyncIterator[Open]:
    """Opens a loop with these limits and this table; stops it in the end."""
    made: list[DispatchDesk] = []

    def open_loop(
        limits: Limits | None = None,
        table: RetryTable | None = None,
        sweep: float = SWEEP,
        door: DoorName = PUSHING,
        apart: float = 0,
        automatic: float = 1,
    ) -> DispatchDesk:
        known = (limits or Limits(), table or RetryTable(), sweep, door, apart, automatic)
        made.append(DispatchDesk(intake, *known))
        return made[-1]

    yield open_loop
    for desk in made:
        desk.faults.down = None
        await desk.stop()


@pytest.fixture
async def desk(dispatching: Open) -> DispatchDesk:
    """A loop with ten slots and the shipped table."""
    return dispatching()
