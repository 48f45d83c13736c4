"""What systemd hears, and when it hears nothing."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sms_gateway.service.supervisor import (
    LIVES,
    PING,
    RECENT_S,
    STOPPING,
    TEAM_S,
    Supervisor,
    systemd,
    team,
)
from tests.virtual_time import VirtualClock

SWEEP_S = 2.0
OURS = 4711


class Systemd:
    """The other end."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(path)
        self._socket.settimeout(0)

    def heard(self) -> list[str]:
        """What was said since the last time."""
        said = []
        while True:
            try:
                said.append(self._socket.recv(100).decode())
            except BlockingIOError:
                return said

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def address(tmp_path: Path) -> str:
    return str(tmp_path / "notify")


@pytest.fixture
def other(address: str) -> Iterator[Systemd]:
    opened = Systemd(address)
    yield opened
    opened.close()


def supervisor(address: str, seconds: float = 60, process: str = "") -> Supervisor:
    environ = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": str(int(seconds * 1_000_000))}
    return systemd({**environ, "WATCHDOG_PID": process}, OURS)


def test_it_hears_when_calls_are_taken_and_when_the_end_begins(
    address: str, other: Systemd
) -> None:
    told = supervisor(address)
    told.ready()
    told.stopping()
    assert other.heard() == ["READY=1", "STOPPING=1"]


def test_an_address_that_is_no_file_is_reached_too(tmp_path: Path) -> None:
    other = Systemd(f"\0{tmp_path}")
    supervisor(f"@{tmp_path}").ready()
    assert other.heard() == ["READY=1"]
    other.close()


@pytest.mark.parametrize(
    "environ", [{}, {"NOTIFY_SOCKET": "/nowhere/notify"}], ids=["none", "gone"]
)
def test_where_nobody_listens_nothing_happens(environ: dict[str, str]) -> None:
    systemd(environ, OURS).ready()


async def test_while_the_store_works_it_hears_of_us_three_times_in_its_time(
    address: str, other: Systemd
) -> None:
    clock = VirtualClock()
    pinging = asyncio.create_task(supervisor(address, 60).ping(clock.monotonic, SWEEP_S, clock))
    with clock.ruling():
        await clock.advance(59)
        assert other.heard() == ["WATCHDOG=1"] * 3
        await clock.advance(1)
        assert other.heard() == ["WATCHDOG=1"]
        pinging.cancel()


async def test_a_store_that_works_no_more_silences_us_until_it_works_again(
    address: str, other: Systemd
) -> None:
    clock, worked_at = VirtualClock(), [0.0]
    pings = supervisor(address, 3).ping(lambda: worked_at[0], SWEEP_S, clock)
    pinging = asyncio.create_task(pings)
    with clock.ruling():
        await clock.advance(SWEEP_S + RECENT_S - 1)
        assert other.heard()
        await clock.advance(1)
        assert other.heard() == ["WATCHDOG=1"]
        await clock.advance(1000)
        assert other.heard() == []
        worked_at[0] = clock.monotonic()
        await clock.advance(1)
        assert other.heard() == ["WATCHDOG=1"]
        pinging.cancel()


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": str(OURS + 1)},
    ],
    ids=["not asked", "no number", "of another"],
)
async def test_who_is_not_asked_to_ping_does_not(environ: dict[str, str]) -> None:
    clock = VirtualClock()
    await systemd(environ, OURS).ping(clock.monotonic, SWEEP_S, clock)


async def test_one_of_several_processes_tells_the_one_that_started_them_that_its_store_works() -> (
    None
):
    clock, said = VirtualClock(), list[str]()
    told = team({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": str(OURS + 1)}, said.append)
    told.ready()
    pinging = asyncio.create_task(told.ping(clock.monotonic, SWEEP_S, clock))
    with clock.ruling():
        await clock.advance(2)
        pinging.cancel()
    told.stopping()
    assert said == [*[PING] * 3, STOPPING]


async def test_a_team_hears_that_a_process_lives_also_while_its_store_does_not_work() -> None:
    clock, said = VirtualClock(), list[str]()
    pinging = asyncio.create_task(team({}, said.append).ping(lambda: 0.0, SWEEP_S, clock))
    with clock.ruling():
        await clock.advance(SWEEP_S + RECENT_S)
        assert set(said) == {PING}
        said.clear()
        await clock.advance(2 * TEAM_S)
        assert said == [LIVES] * 2
        pinging.cancel()
