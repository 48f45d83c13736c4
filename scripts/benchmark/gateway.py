"""The real process of the gateway under the bench."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from scripts.benchmark.place import Place

_START_LIMIT_S = 30.0
_END_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A gateway that takes calls.

    Attributes:
        pid: of its first process.
        host, port: where it listens.
        started_s: seconds from the start of the process until it said that it is ready.
        stop: end it in order, and wait for its end.
    """

    pid: int
    host: str
    port: int
    started_s: float
    stop: Callable[[], object]

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://{self.host}:{self.port}"


@contextmanager
def running(place: Place, workers: int = 1) -> Iterator[Running]:
    """Start it, and stop it in order at the end of the block.

    Args:
        place: see there.
        workers: processes that share the port; several only on PostgreSQL.
    """
    began = time.monotonic()
    process = subprocess.Popen(
        place.command("serve", "--port", "0", "--workers", str(workers)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=place.environment,
    )

    def stop() -> None:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=_END_LIMIT_S)

    try:
        line = process.stdout.readline() if process.stdout else ""
        started = time.monotonic() - began
        match = re.search(r"http://([0-9.]+):([0-9]+)", line)
        if match is None or started > _START_LIMIT_S:
            sys.exit("the gateway did not start; try scripts/run to see why")

        yield Running(process.pid, match[1], int(match[2]), started, stop)
    finally:
        if process.poll() is None:
            stop()
