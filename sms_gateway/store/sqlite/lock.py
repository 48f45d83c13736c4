"""One `serve` per database: a lock on a file beside it, freed by the kernel when a process dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 5.0

_LOOK_AGAIN_S = 0.01


class LockHeldError(Exception):
    """Another process serves this database; the message says what to do."""


@contextmanager
def data_lock(database: Path, patience_s: float = PATIENCE_S) -> Iterator[int]:
    """Hold the lock of a database; gives the open file that holds it.

    A process that gets this file holds the lock as well, until it ends.

    Args:
        database: its file.
        patience_s: how long the writer of a gateway that is dead is waited for, in seconds.

    Raises:
        LockHeldError: another process holds it.
        OSError: the file cannot be made.
    """
    path = database.with_suffix(database.suffix + ".lock")
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, database, time.monotonic() + patience_s)
        os.truncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode("ascii"), 0)
        yield handle
    finally:
        os.close(handle)


def _take(handle: int, database: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if _lives(handle) or time.monotonic() > until:
                message = (
                    f"another process is serving {database}; "
                    "stop it, or give this one its own --data"
                )
                raise LockHeldError(message) from None
            # Its gateway is dead: the writer ends with the commit that it is at.
            time.sleep(_LOOK_AGAIN_S)
        else:
            return


def _lives(handle: int) -> bool:
    """Whether the process that took the lock still runs, as far as is known."""
    number = os.pread(handle, 20, 0)
    if not number.isdigit():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass  # somebody else's, or no number of a process
    return True
