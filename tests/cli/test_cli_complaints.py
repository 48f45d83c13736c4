"""`complaints`, directly and through the control socket of a running service."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sms_gateway.cli.changing import running_service
from sms_gateway.commands import CommandError
from sms_gateway.complaints import ComplaintCommands, due_at
from sms_gateway.domain.calendar import Calendar, DayKind
from sms_gateway.domain.complaints import Complaint, ComplaintEnd
from sms_gateway.web.complaints import add_complaints
from sms_gateway.web.control import build_control, open_control
from tests.cli.conftest import Command, one_line
from tests.cli.control_desk import ME, NOW, House

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HASH = "0" * 32
NAME = "019aa8c4-7c1e-7000-8000-00000000000a"


def test_a_complaint_is_written_down_listed_and_settled(cli: Command, data: Path) -> None:
    opened = cli(
        *("complaints", "open", "--channel", "desk", "--what", "bị trừ tiền hai lần"),
        *("--phone", "0900000001"),
        data=data,
    )
    assert opened.exit_code == 0, opened.output
    name = opened.stdout.split()[0]
    (listed,) = map(json.loads, cli("complaints", "list", "--json", data=data).stdout.splitlines())
    assert (listed["id"], listed["what"]) == (name, "bị trừ tiền hai lần")
    assert listed["due_at"] > listed["opened_at"]
    assert "open" in cli("complaints", "list", data=data).stdout
    closed = cli("complaints", "close", name, "--outcome", "hoàn tiền", data=data)
    assert closed.exit_code == 0, closed.output
    assert "no such complaints" in cli("complaints", "list", data=data).stderr
    assert "hoàn tiền" in cli("complaints", "list", "--closed", data=data).stdout
    again = cli("complaints", "close", name, "--outcome", "x", data=data)
    assert "no open complaint has that id" in one_line(again)


def test_it_is_due_at_the_end_of_a_working_day() -> None:
    feast = datetime(2026, 11, 25, tzinfo=ZONE).date()
    calendar = Calendar(ZONE, {feast: DayKind.HOLIDAY})
    monday = datetime(2026, 11, 23, 10, tzinfo=ZONE)
    assert due_at(monday, 3, calendar) == datetime(2026, 11, 27, 23, 59, 59, tzinfo=ZONE)
    assert due_at(monday, 4, calendar) == datetime(2026, 11, 30, 23, 59, 59, tzinfo=ZONE)


class Wall:
    def __init__(self) -> None:
        self.told: list[Complaint | ComplaintEnd] = []

    async def add(self, complaint: Complaint) -> None:
        self.told.append(complaint)

    async def close(self, end: ComplaintEnd) -> bool:
        self.told.append(end)
        return end.id == NAME


async def test_a_running_service_does_it_with_the_callers_name(tmp_path: Path) -> None:
    wall = Wall()

    async def calendar() -> Calendar:
        return Calendar(ZONE, {})

    def now() -> datetime:
        return NOW

    app = build_control(House().controls())
    add_complaints(app, ComplaintCommands(wall, calendar, 10, now, lambda: NAME))
    async with open_control(app, tmp_path):
        service = await asyncio.to_thread(running_service, tmp_path)
        assert service is not None
        said = {"channel": "desk", "what": " hai \n lần ", "message": "", "number": HASH}
        done = await asyncio.to_thread(service.ask, "POST", "/complaints/open", said)
        assert done["complaint"] == NAME
        end = {"complaint": NAME, "outcome": "xong"}
        await asyncio.to_thread(service.ask, "POST", "/complaints/close", end)
        empty, other = {**said, "what": " "}, {"complaint": "x", "outcome": "xong"}
        with pytest.raises(CommandError, match="say what it is about"):
            await asyncio.to_thread(service.ask, "POST", "/complaints/open", empty)
        with pytest.raises(CommandError, match="no open complaint"):
            await asyncio.to_thread(service.ask, "POST", "/complaints/close", other)
    made, settled = wall.told
    assert isinstance(made, Complaint)
    assert (made.what, made.by, made.number_hash) == ("hai lần", ME, HASH)
    assert settled == ComplaintEnd(NAME, "xong", NOW, ME)
