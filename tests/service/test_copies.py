"""The watch over replica, backups and the hold of a restored copy."""

import dataclasses
import io
import json
import math
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from sms_gateway.domain.restores import RestoreHold
from sms_gateway.ports import StoreDownError
from sms_gateway.service import copies
from sms_gateway.service.copies import Copies, CopiesWatch, backup_age, known_age
from sms_gateway.settings import Settings, load
from tests.channels.simulator.simulator_desk import Shelf
from tests.parts import ROOT
from tests.virtual_time import VirtualClock

SETTINGS = load(None, None, {}, ROOT)


class Held(Shelf):
    """A store that a restored copy holds back, or none, or that is down."""

    found: RestoreHold | None = None
    is_down = False

    async def restore_hold(self, now: datetime) -> RestoreHold | None:  # noqa: ARG002  # as the protocol says
        if self.is_down:
            raise StoreDownError
        return self.found


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def watch_of(
    settings: Settings, clock: VirtualClock, store: Held | None = None
) -> tuple[CopiesWatch, list[Copies]]:
    seen: list[Copies] = []
    return CopiesWatch(settings, store or Held(), clock, seen.append), seen


def with_replica(folder: Path) -> Settings:
    changed = msgspec.structs.replace(SETTINGS.replica, url="file:///other/disk", late_s=60.0)
    data = msgspec.structs.replace(SETTINGS.gateway, data=str(folder))
    return dataclasses.replace(SETTINGS, replica=changed, gateway=data)


def events(log: io.StringIO) -> list[str]:
    return [json.loads(line)["event"] for line in log.getvalue().splitlines()]


async def test_a_replica_that_stops_is_told_once_and_once_when_it_is_back(
    clock: VirtualClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    captured_logs: io.StringIO,
) -> None:
    copied = [clock.now()]
    monkeypatch.setattr(copies, "last_copied", lambda *_: copied[0])
    watch, seen = watch_of(with_replica(tmp_path), clock)
    for _ in range(4):
        await watch.look()
        await clock.advance(31)
    assert [round(one.replica_age) for one in seen] == [0, 31, 62, 93]
    copied[0] = clock.now()
    await watch.look()
    assert seen[-1].replica_age == 0
    assert events(captured_logs) == ["replica.late", "replica.caught_up"]


async def test_a_replica_that_never_answered_grows_old_from_the_start_on(
    clock: VirtualClock, tmp_path: Path, captured_logs: io.StringIO
) -> None:
    watch, seen = watch_of(with_replica(tmp_path), clock)
    await clock.advance(61)
    await watch.look()
    assert seen[0].replica_age == 61
    assert events(captured_logs) == ["replica.late"]


async def test_without_a_replica_nothing_is_late(
    clock: VirtualClock, captured_logs: io.StringIO
) -> None:
    watch, seen = watch_of(SETTINGS, clock)
    await clock.advance(1_000_000)
    await watch.look()
    assert seen[0].replica_age == 0
    assert events(captured_logs) == []


async def test_what_a_restore_holds_is_counted(clock: VirtualClock) -> None:
    store = Held()
    store.found = RestoreHold(clock.now(), "os:an", clock.now(), 3, 2, 1)
    watch, seen = watch_of(SETTINGS, clock, store)
    await watch.look()
    store.found = None
    await watch.look()
    store.is_down = True
    await watch.look()
    assert [(one.held, one.holds) for one in seen] == [(6, True), (0, False)]


async def test_a_hold_that_holds_no_reply_stands_as_well(clock: VirtualClock) -> None:
    store = Held()
    store.found = RestoreHold(clock.now(), "os:an", clock.now(), 0, 0, 0)
    watch, seen = watch_of(SETTINGS, clock, store)
    await watch.look()
    assert [(one.held, one.holds) for one in seen] == [(0, True)]


def test_the_age_of_backups_is_that_of_the_newest(clock: VirtualClock, tmp_path: Path) -> None:
    now = clock.now()
    assert backup_age(None, now) == 0
    assert math.isinf(backup_age(tmp_path, now))
    assert math.isinf(backup_age(tmp_path / "none", now))
    for hours in (30, 5):
        at = now - timedelta(hours=hours)
        (tmp_path / f"sms-gateway-{at:%Y%m%dT%H%M%SZ}.tar.gz").touch()
    assert backup_age(tmp_path, now) == pytest.approx(5 * 3600, abs=1)


def test_a_node_without_the_files_does_not_judge_the_backups_of_another_one(tmp_path: Path) -> None:
    server = {"SMS_GATEWAY_STORE__URL": "postgresql://sms@127.0.0.1/sms"}
    folder = {"SMS_GATEWAY_BACKUP__FOLDER": str(tmp_path)}
    none, own = load(None, None, server, ROOT), load(None, None, server | folder, ROOT)
    alone = load(None, None, folder, ROOT)
    assert known_age(none, 0.0) is None
    assert known_age(own, math.inf) is None
    assert known_age(own, 99.0) == 99.0
    assert known_age(alone, math.inf) == math.inf
    assert known_age(SETTINGS, 0.0) == 0.0
