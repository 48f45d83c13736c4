import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sms_gateway.domain.retention import PURGE_ACT, PurgeState
from sms_gateway.retention.nightly import LOOK_S, Nightly, NightPlan
from sms_gateway.retention.purge import Purge
from sms_gateway.settings.sections import Sections
from tests.parts import START
from tests.retention.retention_desk import Shelf
from tests.virtual_time import VirtualClock

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = 24 * 3600.0


class Nights:
    """A gateway at night; its clock stands at 10:15 here when it is started.

    Attributes:
        leads: whether this node is the one that purges.
        asked: how often it was asked.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.shelf = Shelf(clock)
        self.leads = True
        self.asked = 0
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        plan = NightPlan(Sections(), self._leads, self.shelf.state)
        self.task = asyncio.create_task(
            Nightly(Purge(self.shelf, self.clock), plan, self.clock).run()
        )

    def _leads(self) -> bool:
        self.asked += 1
        return self.leads

    @property
    def purges(self) -> list[datetime]:
        """When purges began."""
        began = [one[1] for one in self.shelf.told if one[0] == PURGE_ACT]
        return [at for at in began if isinstance(at, datetime)]


@pytest.fixture
async def nights() -> AsyncIterator[Nights]:
    clock = VirtualClock()
    with clock.ruling():
        found = Nights(clock)
        yield found
        if found.task is not None:
            found.task.cancel()
            await clock.settled()


def hours_here(moments: list[datetime]) -> list[str]:
    return [moment.astimezone(ZONE).strftime("%d %H") for moment in moments]


async def test_it_purges_once_each_night_at_its_hour(nights: Nights) -> None:
    nights.shelf.state_is = PurgeState(START, None, 0, 0)
    nights.start()
    await nights.clock.advance(3 * DAY)
    day = START.astimezone(ZONE).date()
    expected = [f"{day + timedelta(days=n):%d} 04" for n in (1, 2, 3)]
    assert hours_here(nights.purges) == expected


async def test_a_machine_that_was_off_at_night_purges_soon_after_it_was_started(
    nights: Nights,
) -> None:
    nights.shelf.state_is = PurgeState(START - timedelta(days=1), None, 0, 0)
    nights.start()
    await nights.clock.advance(LOOK_S - 1)
    assert nights.purges == []
    await nights.clock.advance(DAY / 2)
    assert nights.purges == [START + timedelta(seconds=LOOK_S)]


async def test_a_copy_that_was_restored_today_is_not_purged_before_the_night(
    nights: Nights,
) -> None:
    """Somebody may have to add legal holds first that are not in it."""
    ended = START - timedelta(days=2)
    nights.shelf.state_is = PurgeState(ended, None, 0, 0, restored_at=START)
    nights.start()
    await nights.clock.advance(DAY)
    day = START.astimezone(ZONE).date() + timedelta(days=1)
    assert hours_here(nights.purges) == [f"{day:%d} 04"]


async def test_nor_is_one_that_was_never_purged(nights: Nights) -> None:
    nights.shelf.state_is = PurgeState(None, None, 0, 0, restored_at=START)
    nights.start()
    await nights.clock.advance(DAY / 2)
    assert nights.purges == []


async def test_of_many_nodes_one_purges(nights: Nights) -> None:
    nights.leads = False
    nights.start()
    await nights.clock.settled()
    assert nights.asked == 1, "it tries to lead from the start"
    await nights.clock.advance(DAY)
    assert nights.purges == []
    nights.leads = True
    await nights.clock.advance(LOOK_S)
    assert len(nights.purges) == 1


async def test_a_store_that_is_down_is_told_and_tried_again(
    nights: Nights, captured_logs: io.StringIO
) -> None:
    nights.shelf.down = True
    nights.start()
    await nights.clock.advance(2 * LOOK_S)
    nights.shelf.down = False
    await nights.clock.advance(2 * LOOK_S)
    events = [json.loads(line)["event"] for line in captured_logs.getvalue().splitlines()]
    assert events == ["retention.store_down"] * 2 + ["retention.purged"]
