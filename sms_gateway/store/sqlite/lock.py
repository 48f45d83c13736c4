"""One `serve` per database: a lock on a file beside it, freed by the kernel when a process dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LockHeldError(Exception):
    """Another process serves this database; the message says what to do."""


@contextmanager
def data_lock(database: Path) -> Iterator[None]:
    """Hold the lock of a database.

    Raises:
        LockHeldError: another process holds it.
        OSError: the file cannot be made.
    """
    path = database.with_suffix(database.suffix + ".lock")
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = (
                f"another process is serving {database}; stop it, or give this one its own --data"
            )
            raise LockHeldError(message) from None
        yield
    finally:
        os.close(handle)
