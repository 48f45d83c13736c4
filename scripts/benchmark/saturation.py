"""As much load as the gateway takes, by wrk, which costs little."""

import asyncio
import re
import resource
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmark.figures import Load, Saturation, load
from scripts.benchmark.gateway import Running
from scripts.benchmark.processes import cpu_seconds
from scripts.benchmark.telco import StubTelco

_LUA = Path(__file__).parent / "mo.lua"
_PATIENCE_S = 10.0
_LOOK_AGAIN_S = 0.01


@dataclass(frozen=True, slots=True)
class Pressure:
    """How hard it is pressed.

    Attributes:
        seconds: how long.
        connections: calls that are open at one moment.
        dossiers: how many may be asked for.
    """

    seconds: int
    connections: int
    dossiers: int


def require_wrk() -> None:
    """End with one line where wrk is missing."""
    if shutil.which("wrk") is None:
        sys.exit("the bench needs wrk: install the Debian package wrk")


async def saturation(
    gateway: Running, pressure: Pressure, telco: StubTelco | None, server: int | None
) -> Saturation:
    """Press, then wait until every reply of a text that was taken is at the telco.

    CPU is that from the first call to the last reply, and of what little comes behind it.

    Args:
        gateway: under load.
        pressure: see there.
        telco: takes the replies; None where they go back in the response.
        server: process of the database server, or None.
    """
    began, taken = time.monotonic(), telco.taken if telco else 0
    before, served = cpu_seconds(gateway.pid), server_cpu(server)
    wrk_before, own_before = _children_cpu(), time.process_time()
    calls, _, errors = await _wrk(gateway, pressure)
    if telco is not None:
        await _all_taken(telco, taken + calls - errors)
    seconds = (telco.last_at if telco else time.monotonic()) - began
    done = telco.taken - taken if telco else calls - errors
    return Saturation(
        messages=done,
        seconds=seconds,
        errors=errors,
        gateway=load(before, cpu_seconds(gateway.pid), seconds),
        server=server_load(server, served, seconds),
        generator=(_children_cpu() - wrk_before) / seconds,
        telco=(time.process_time() - own_before) / seconds if telco else None,
    )


def server_cpu(server: int | None) -> Mapping[int, float]:
    """CPU seconds of each process of the database server; of none where there is none."""
    return {} if server is None else cpu_seconds(server)


def server_load(server: int | None, before: Mapping[int, float], seconds: float) -> Load | None:
    """What they did since then; None where there is none."""
    return None if server is None else load(before, cpu_seconds(server), seconds)


def _children_cpu() -> float:
    """CPU seconds of children that have ended: wrk, and nothing else meanwhile."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _all_taken(telco: StubTelco, count: int) -> None:
    """Wait for so many replies, as long as they keep coming."""
    while telco.taken < count and time.monotonic() < telco.last_at + _PATIENCE_S:  # noqa: ASYNC110  # counting costs least
        await asyncio.sleep(_LOOK_AGAIN_S)


async def _wrk(gateway: Running, pressure: Pressure) -> tuple[int, float, int]:
    """Calls, seconds, and how many of the calls went wrong."""
    process = await asyncio.create_subprocess_exec(
        *("wrk", "-t1", f"-c{pressure.connections}", f"-d{pressure.seconds}s", "-s", str(_LUA)),
        *(gateway.url, "--", str(pressure.dossiers), str(time.monotonic_ns() % 10**9)),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    match = re.search(r"BENCH (\d+) (\d+) (\d+)", said.decode())
    if match is None:
        sys.exit("wrk said nothing that the bench can read")
    return int(match[1]), int(match[2]) / 1e6, int(match[3])
