"""Tells each time that any process writes to a file in a folder: a finer signal than any call."""

import asyncio
import ctypes
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_IN_MODIFY = 0x00000002
"""inotify(7)."""

_HEAD = struct.Struct("iIII")
_OCTETS = 64 * 1024


@contextmanager
def watch_writes(folder: Path, told: Callable[[str], None]) -> Iterator[None]:
    """Call `told` in the running loop, with the file's name, for each write until the block ends.

    Raises:
        OSError: the system does not watch.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    if handle < 0 or libc.inotify_add_watch(handle, os.fsencode(folder), _IN_MODIFY) < 0:
        raise OSError(ctypes.get_errno(), "inotify")

    def read() -> None:
        for name in _names(os.read(handle, _OCTETS)):
            told(name)

    loop = asyncio.get_running_loop()
    loop.add_reader(handle, read)
    try:
        yield
    finally:
        loop.remove_reader(handle)
        os.close(handle)


def _names(events: bytes) -> Iterator[str]:
    at = 0
    while at < len(events):
        *_, length = _HEAD.unpack_from(events, at)
        at += _HEAD.size
        yield os.fsdecode(events[at : at + length].rstrip(b"\0"))
        at += length
