"""What other rooms tell: what came, what was sent, what is free on the disk."""

import asyncio
import shutil
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sms_gateway.alarms.senses import Disk, Senses
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.incidents import Traffic, hour_of
from tests.alarms.alarms_desk import OTHER, TELCO
from tests.parts import START
from tests.virtual_time import VirtualClock


def senses() -> tuple[Senses, list[tuple[DoorName, datetime]]]:
    heard: list[tuple[DoorName, datetime]] = []
    return Senses(lambda door, at: heard.append((door, at))), heard


def test_each_text_is_counted_and_the_last_one_known() -> None:
    told, heard = senses()
    for seconds in (0, 20, 10):
        told.came(TELCO, START + timedelta(seconds=seconds))
    told.probed(OTHER, START)
    last = START + timedelta(seconds=20)
    assert (told.usual.last(TELCO), told.usual.last(OTHER)) == (last, None)
    assert told.usual.last(OTHER, probe=True) == START
    assert {(one.door, one.probe, one.count) for one in told.usual.take_unsaved()} == {
        (TELCO, False, 3), (OTHER, True, 1),
    }  # fmt: skip
    assert heard == [(OTHER, START)]


def test_sends_that_fail_are_counted_until_one_is_taken() -> None:
    told, _ = senses()
    for taken in (False, False):
        told.sent(TELCO, taken=taken)
    assert told.failing == {TELCO: 2}
    told.sent(OTHER, taken=True)
    told.sent(TELCO, taken=True)
    assert told.failing == {TELCO: 0, OTHER: 0}
    told.sent(TELCO, taken=False)
    assert told.failing[TELCO] == 1


def test_the_last_probe_before_the_start_is_told_once() -> None:
    told, heard = senses()
    hour = hour_of(START)
    told.load(
        [
            Traffic(TELCO, probe=True, hour=hour - 1, count=4, last_at=START - timedelta(hours=1)),
            Traffic(TELCO, probe=True, hour=hour, count=1, last_at=START),
            Traffic(OTHER, probe=False, hour=hour, count=1, last_at=START),
        ]
    )
    assert heard == [(TELCO, START)]


async def test_the_disk_says_what_is_free(tmp_path: Path) -> None:
    free = await Disk(tmp_path).free()
    assert free is not None
    assert free > 0


async def test_a_folder_that_is_gone_says_nothing(tmp_path: Path) -> None:
    assert await Disk(tmp_path / "gone").free() is None


async def test_a_disk_that_hangs_holds_one_thread_and_no_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go = [], threading.Event()
    usage = shutil.disk_usage(tmp_path)

    def hangs(path: Path) -> object:
        asked.append(path)
        go.wait()
        return usage

    monkeypatch.setattr("sms_gateway.alarms.senses.shutil.disk_usage", hangs)
    clock, disk = VirtualClock(), Disk(tmp_path)
    try:
        with clock.ruling():
            for _ in range(3):
                looking = asyncio.create_task(disk.free())
                await clock.advance(5)
                assert looking.result() is None
    finally:
        go.set()
    assert await disk.free() == usage.free
    assert len(asked) <= 2
