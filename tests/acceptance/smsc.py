"""`sms-gateway smsc` as a process, and a house whose gateway has a door to it."""

import asyncio
import itertools
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tests.acceptance.house import House, open_house
from tests.real_process import Gateway

ASKED = "MCKH_170703-0001"
ANSWER = "Ho so 170703-0001"
_PORTS = range(20_000, 32_000)
"""Below those that the system gives out by itself, so that none is taken between two runs."""

_given = itertools.count(os.getpid() * 97)
"""Tests run in several processes: each begins elsewhere."""
_citizens = itertools.count(1)


def number() -> str:
    """A phone number that nobody used before."""
    return f"8493{next(_citizens):07}"


def free_port() -> int:
    """A port that nobody listens at, and that this gives out once."""
    while True:
        port = _PORTS[next(_given) % len(_PORTS)]
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port


class Smsc(Gateway):
    """One running `smsc`; what it prints is in `out`."""

    def type(self, *lines: str) -> None:
        """As a person would."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    async def prints(self, pattern: str) -> None:
        """Wait until a line of its output matches, then and now."""
        await asyncio.to_thread(self.wait_for_line, pattern)

    def count(self, start: str) -> int:
        """How many lines begin so."""
        return sum(line.startswith(start) for line in self.out)

    def figure(self, name: str) -> int:
        """One of the figures at its end."""
        (found,) = [line for line in self.out if line.startswith(f"{name}: ")]
        return int(found.split()[1])

    async def over(self) -> int:
        """Wait until it has ended by itself; the exit status."""
        return await asyncio.to_thread(self.wait)


@contextmanager
def smsc(port: int, *args: str) -> Iterator[Smsc]:
    """A simulator at this port; it is killed at the end where it still runs."""
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-m", "sms_gateway", "smsc", "--listen", f"127.0.0.1:{port}", *args],
        env={**os.environ, "PYTHONWARNINGS": "error"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    running = Smsc(process, Path())
    try:
        running.wait_for_line("^ready: ")
        yield running
    finally:
        if process.stdin is not None:
            process.stdin.close()
        if process.poll() is None:
            running.kill()


@asynccontextmanager
async def bound_house(folder: Path, samples: Path) -> AsyncIterator[tuple[House, int]]:
    """A gateway that binds to whoever listens at the port."""
    port = free_port()
    door = "SMS_GATEWAY_DOORS__TELCO__"
    env = {
        f"{door}KIND": "smpp",
        f"{door}HOST": "127.0.0.1",
        f"{door}PORT": str(port),
        f"{door}SYSTEM_ID": "office",
        f"{door}PASSWORD": "secret",
        f"{door}THROTTLED_REST_S": "0.1",
        f"{door}TIMERS__RECONNECT_S": "0.1",
        f"{door}TIMERS__RECONNECT_MOST_S": "0.1",
        f"{door}TIMERS__RESPONSE_S": "1",
    }
    async with open_house(folder, samples, env=env) as house:
        yield house, port
