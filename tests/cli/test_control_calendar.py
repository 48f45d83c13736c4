"""Days of the calendar through the control socket of a running service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path

import pytest

from sms_gateway.cli.changing import Answer, RunningService, running_service
from sms_gateway.commands import CommandError, DayCommands
from sms_gateway.domain.calendar import DayKind
from sms_gateway.domain.calendar_days import DayBack, DayOrder
from sms_gateway.ports import StoreDownError
from sms_gateway.web.calendar import add_calendar
from sms_gateway.web.control import build_control, open_control
from tests.cli.control_desk import ME, NOW, House

DAY = date(2026, 11, 24)


class Wall:
    """Where days are written; may be broken."""

    def __init__(self) -> None:
        self.told: list[DayOrder | DayBack] = []
        self.down = False

    async def set_day(self, order: DayOrder) -> None:
        if self.down:
            message = "SQLITE_FULL"
            raise StoreDownError(message)
        self.told.append(order)

    async def unset_day(self, order: DayBack) -> bool:
        known = any(one.day == order.day for one in self.told)
        self.told.append(order)
        return known


@asynccontextmanager
async def opened(folder: Path, wall: Wall) -> AsyncIterator[RunningService]:
    def now() -> datetime:
        return NOW

    app = build_control(House().controls())
    add_calendar(app, DayCommands(wall, now))
    async with open_control(app, folder):
        service = await asyncio.to_thread(running_service, folder)
        assert service is not None
        yield service


async def ask(service: RunningService, act: str, **said: str) -> Answer:
    return await asyncio.to_thread(service.ask, "POST", f"/calendar/{act}", said)


async def test_a_day_is_set_and_taken_back_with_the_callers_name(tmp_path: Path) -> None:
    wall = Wall()
    async with opened(tmp_path, wall) as service:
        done = await ask(service, "set", day="2026-11-24", kind="morning", note=" Họp \n sáng ")
        assert done == {"day": "2026-11-24"}
        assert await ask(service, "unset", day="2026-11-24") == {"day": "2026-11-24"}
    assert wall.told == [
        DayOrder(DAY, DayKind.MORNING, "Họp sáng", NOW, ME),
        DayBack(DAY, NOW, ME),
    ]


async def test_what_cannot_be_done_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    wall = Wall()
    async with opened(tmp_path, wall) as service:
        with pytest.raises(CommandError, match="was not set"):
            await ask(service, "unset", day="2026-11-24")
        with pytest.raises(CommandError, match="days from 2000 to 2100"):
            await ask(service, "set", day="1900-01-01", kind="holiday", note="")
        with pytest.raises(CommandError, match="of another version"):
            await ask(service, "set", day="2026-11-24", kind="feast", note="")
        wall.down = True
        with pytest.raises(CommandError, match="cannot write now"):
            await ask(service, "set", day="2026-11-24", kind="holiday", note="")
    assert wall.told == [DayBack(DAY, NOW, ME)]
