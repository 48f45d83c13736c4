"""Incident windows through the control socket of a running service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from sms_gateway.cli.changing import Answer, RunningService, running_service
from sms_gateway.commands import CommandError
from sms_gateway.domain.ids import DossierId, WindowId
from sms_gateway.domain.windows import GivenCause, IncidentWindow, WindowAnnounced, WindowEnd
from sms_gateway.notices.announcing import Announcer
from sms_gateway.web.control import build_control, open_control
from sms_gateway.web.windows import add_windows
from sms_gateway.windows.acts import MOST_CAUSES, WindowActs
from tests.cli.control_desk import ME, NOW, House
from tests.parts import rules
from tests.windows.windows_desk import HOUR, Wall, window

ADD = {
    "starts_at": NOW.isoformat(), "cause": "Sự cố máy chủ", "document": "818/SNgV-VP",
    "planned": "no", "stops": "yes",
}  # fmt: skip
MAKER = SimpleNamespace(rules=rules())  # nothing is announced here
LATER = (NOW + HOUR).isoformat()


@asynccontextmanager
async def opened(folder: Path, wall: Wall) -> AsyncIterator[tuple[RunningService, list[str]]]:
    """The service, and how often replies were told to look again."""
    looked: list[str] = []

    def now() -> datetime:
        return NOW

    async def changed() -> None:
        looked.append("look")

    app = build_control(House().controls())
    acts = WindowActs(wall, now, lambda: "w9", changed)
    add_windows(app, acts, cast("Announcer", SimpleNamespace(maker=MAKER)))
    async with open_control(app, folder):
        service = await asyncio.to_thread(running_service, folder)
        assert service is not None
        yield service, looked


async def ask(service: RunningService, act: str, **said: str) -> Answer:
    return await asyncio.to_thread(service.ask, "POST", f"/windows/{act}", said)


async def test_each_act_is_done_with_the_callers_name_and_replies_know_at_once(
    tmp_path: Path,
) -> None:
    wall = Wall(window())
    async with opened(tmp_path, wall) as (service, looked):
        assert await ask(service, "add", **ADD) == {"window": "w9"}
        await ask(service, "end", window="w1", ends_at=LATER)
        await ask(service, "announced", window="w1", where=" trang web \n niêm yết ")
        assert looked == ["look"] * 3
        codes = "d1\nd2\nd1"
        given = await ask(service, "cause", dossiers=codes, window="w1", cause="", note="")
        assert given == {"given": 2}
    assert wall.orders == [
        IncidentWindow(
            WindowId("w9"), NOW, None, "Sự cố máy chủ", "818/SNgV-VP", planned=False, stops=True,
            made_at=NOW, by=ME,
        ),
        WindowEnd(WindowId("w1"), NOW + HOUR, NOW, ME),
        WindowAnnounced(WindowId("w1"), "trang web niêm yết", NOW, ME),
        GivenCause(DossierId("d1"), WindowId("w1"), "", "", NOW, ME),
        GivenCause(DossierId("d2"), WindowId("w1"), "", "", NOW, ME),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "act, said, told",
    [
        ("add", {**ADD, "ends_at": NOW.isoformat()}, "ends after it begins"),
        ("add", {**ADD, "planned": "yes"}, "add --to"),
        ("add", {**ADD, "cause": " "}, "the cause is missing"),
        ("add", {**ADD, "cause": "x" * 201}, "200 are the most"),
        ("add", {**ADD, "document": "x" * 61}, "at most 60"),
        ("add", {**ADD, "starts_at": "2026-11-01T00:00:00"}, "of another version"),
        ("end", {"window": "none"}, "no window has that id"),
        ("send", {"window": "none"}, "no window has that id"),
        ("send", {"window": "w1"}, "lies ahead"),
        ("announced", {"window": "none", "where": "web"}, "no window has that id"),
        ("announced", {"window": "w1", "where": ""}, "the way is missing"),
        ("cause", {"dossiers": "d1", "window": "none", "cause": "", "note": ""}, "no window"),
        ("cause", {"dossiers": "d1", "window": "", "cause": "", "note": ""}, "a window or words"),
        ("cause", {"dossiers": "d1", "window": "w1", "cause": "x", "note": ""}, "window or words"),
        ("cause", {"dossiers": "", "window": "w1", "cause": "", "note": ""}, "1 to 20 dossiers"),
        (
            "cause",
            {
                "dossiers": "\n".join(map(str, range(MOST_CAUSES + 1))),
                "window": "", "cause": "x", "note": "",
            },
            "1 to 20 dossiers",
        ),
    ],
)  # fmt: skip
async def test_what_cannot_be_done_is_told_and_no_cause_or_window_is_written(
    tmp_path: Path, act: str, said: dict[str, str], told: str
) -> None:
    wall = Wall(window())
    async with opened(tmp_path, wall) as (service, _):
        with pytest.raises(CommandError, match=told):
            await ask(service, act, **said)
    assert not [one for one in wall.orders if isinstance(one, IncidentWindow | GivenCause)]


async def test_a_full_disk_is_told(tmp_path: Path) -> None:
    wall = Wall()
    wall.down = True
    async with opened(tmp_path, wall) as (service, looked):
        with pytest.raises(CommandError, match="cannot write now"):
            await ask(service, "add", **ADD)
        assert looked == []


async def test_the_longest_command_fits_into_what_the_socket_takes(tmp_path: Path) -> None:
    wall = Wall(window())
    codes = "\n".join(f"{number:064}" for number in range(MOST_CAUSES))
    async with opened(tmp_path, wall) as (service, _):
        note = "Ệ" * 200
        said = await ask(service, "cause", dossiers=codes, window="", cause=note, note=note)
        assert said == {"given": MOST_CAUSES}
