"""Starts the process that reads a workbook, and hears what it found."""

import contextlib
import enum
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sms_gateway.reports.workbook.cells import unpacked
from sms_gateway.reports.workbook.ending import Ended
from sms_gateway.reports.workbook.limits import Limits

PROGRAM = __package__
"""Reads one and writes its rows; see its `__main__`."""

_KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""All that it gets of our environment, in which secrets may stand."""

# Its library gave up for want of memory, or its time was over; whoever else ended it had no memory.
_TOO_MUCH = frozenset({-signal.SIGABRT, -signal.SIGKILL, -getattr(signal, "SIGXCPU", 0)})


class NotRead(enum.Enum):
    """Why a workbook has no rows."""

    DAMAGED = enum.auto()
    TOO_LARGE = enum.auto()
    """For its memory or its time."""
    NO_READER = enum.auto()
    """What reads workbooks is not installed."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a sheet, each made when it is asked for: as octets they take least memory."""

    octets: bytes = field(repr=False)

    def __iter__(self) -> Iterator[Sequence[str | datetime]]:
        return unpacked(self.octets)


class GivenUp:
    """By which one thread ends what another one reads apart, also before that has begun."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._over = False

    def end(self) -> None:
        """Nobody waits for it any more."""
        with self._lock:
            self._over = True
            if self._process is not None:
                self._process.kill()

    def began(self, process: "subprocess.Popen[bytes]") -> None:
        """This process reads."""
        with self._lock:
            self._process = process
            if self._over:
                process.kill()


def read_apart(octets: bytes, limits: Limits, given_up: GivenUp | None = None) -> Rows | NotRead:
    """The rows of a workbook's first sheet; blocks until they are there.

    Args:
        octets: the file.
        limits: of what is read; whatever the file does, it ends with them.
        given_up: by which it ends before them.

    Raises:
        OSError: no process can be started.
    """
    status, answer = _asked(octets, limits, given_up or GivenUp())
    if status in _TOO_MUCH or status == Ended.TOO_LARGE:
        return NotRead.TOO_LARGE
    if status == Ended.NO_READER:
        return NotRead.NO_READER
    # Whatever else broke it, a panic of its library too, is the file's doing.
    found = Rows(answer)
    try:
        # All of them now, so that nobody meets a broken one later.
        whole = status == 0 and all(row is not None for row in found)
    except ValueError:
        whole = False
    return found if whole else NotRead.DAMAGED


def _asked(octets: bytes, limits: Limits, given_up: GivenUp) -> tuple[int, bytes]:
    """How the process ended, and what it wrote."""
    told = (limits.unpacked, limits.cells, limits.memory, limits.seconds)
    with subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-P", "-m", PROGRAM, *map(str, told)],
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        clock = threading.Timer(limits.seconds, process.kill)
        try:
            given_up.began(process)
            clock.start()
            answer = _exchanged(process, octets, limits.unpacked)
            if len(answer) > limits.unpacked:
                process.kill()
            return process.wait(), answer
        finally:
            clock.cancel()
            process.kill()


def _exchanged(process: subprocess.Popen[bytes], octets: bytes, most: int) -> bytes:
    """What it wrote, up to one octet more than it may."""
    assert process.stdin is not None  # noqa: S101  # asked for above
    assert process.stdout is not None  # noqa: S101  # the same
    # It writes nothing before it has read all; one that ended has not read it.
    with contextlib.suppress(BrokenPipeError), process.stdin:
        process.stdin.write(octets)
    return process.stdout.read(most + 1)


def _environment() -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
