"""A clock of the day that can be put forward and back under a running process."""

import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

COMPILERS = ("cc", "gcc", "clang")

_SOURCE = Path(__file__).with_name("clock_step.c")
_STEP = "clock-step"
_TRIED_S = 3600
_MOST_OFF_S = 60.0


class NoCompilerError(Exception):
    """The clock cannot be stepped; the message says what is missing."""


def compiler() -> str | None:
    """Path of a C compiler."""
    return next((path for name in COMPILERS if (path := shutil.which(name))), None)


def stepped_clock(folder: Path) -> Mapping[str, str]:
    """Environment of processes whose clock `put` sets.

    Args:
        folder: what is compiled and the step lie there.

    Raises:
        NoCompilerError: it cannot be compiled, or this Python asks no library for the time.
    """
    found = compiler()
    if found is None:
        message = "the clock cannot be stepped: no C compiler; on Debian: apt-get install gcc"
        raise NoCompilerError(message)
    library = folder / "clock_step.so"
    command = [found, "-shared", "-fPIC", "-O2", "-o", str(library), str(_SOURCE)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # a list written here
    put(folder, _TRIED_S)
    env = {"LD_PRELOAD": str(library), "CLOCK_STEP": str(folder / _STEP)}
    line = [sys.executable, "-c", "import time; print(time.time())"]
    shown = subprocess.run(  # noqa: S603  # the same
        line, env={**os.environ, **env}, check=True, capture_output=True, text=True
    )
    if abs(float(shown.stdout) - time.time() - _TRIED_S) > _MOST_OFF_S:
        message = "the clock cannot be stepped: this Python reads it in another way"
        raise NoCompilerError(message)
    put(folder, 0)
    return env


def put(folder: Path, seconds: int) -> None:
    """From now on the clock is wrong by so many seconds."""
    path = folder / _STEP
    path.touch()
    with path.open("r+b") as file:
        file.write(struct.pack("q", seconds))
