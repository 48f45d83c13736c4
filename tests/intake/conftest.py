"""A store on disk, a directory that does as told, and the rooms between them, in virtual time."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.intake.intake_desk import IntakeDesk, opened
from tests.virtual_time import VirtualClock


@pytest.fixture
async def clock() -> AsyncIterator[VirtualClock]:
    """Time that the test moves."""
    clock = VirtualClock()
    with clock.ruling():
        yield clock


@pytest.fixture
async def desk(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[IntakeDesk]:
    """Intake and answerer at work."""
    async with opened(tmp_path, clock) as desk:
        yield desk
