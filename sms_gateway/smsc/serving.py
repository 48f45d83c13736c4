"""The SMSC as a program: listens, hears what is typed, and ends when told or when all is done."""

import asyncio
import errno
import os
import signal
import ssl
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from sms_gateway.smsc.centre import Centre

_LEAVE_S: Final = 3.0
_AT_ONCE: Final = 65_536


class SmscListenError(Exception):
    """It cannot listen there; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it listens; tls is None for plain TCP."""

    host: str
    port: int
    tls: ssl.SSLContext | None


@dataclass(frozen=True, slots=True)
class Typing:
    """What is typed.

    Attributes:
        descriptor: of the standard input.
        feed: gets the octets; none at its end.
    """

    descriptor: int
    feed: Callable[[bytes], None]


async def serve(
    centre: Centre,
    place: Place,
    typing: Typing | None,
    ready: Callable[[str], None],
    patience_s: float | None,
) -> bool:
    """Run until SIGTERM or SIGINT, or until all is done.

    Args:
        centre: the SMSC.
        place: where it listens.
        typing: None where nothing is typed.
        ready: gets `HOST:PORT` when it listens.
        patience_s: None to run on when all is done; else the seconds in which something must
            happen until then.

    Returns:
        Whether it was told to end, or all is done; False where nothing happened any more.

    Raises:
        SmscListenError: it cannot listen there.
    """
    happened, told = asyncio.Event(), asyncio.Event()
    centre.handing.changed = happened.set
    _end_by_signal(told, happened)
    async with _listening(centre, place) as at:
        ready(at)
        if typing is not None:
            _hear(typing)
        try:
            return await _until_over(centre, happened, told, patience_s)
        finally:
            await centre.leave(_LEAVE_S)


def _end_by_signal(*events: asyncio.Event) -> None:
    def end() -> None:
        for event in events:
            event.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)


async def _until_over(
    centre: Centre, happened: asyncio.Event, told: asyncio.Event, patience_s: float | None
) -> bool:
    while not told.is_set():
        if patience_s is not None and centre.done:
            return True
        happened.clear()
        try:
            async with asyncio.timeout(patience_s):
                await happened.wait()
        except TimeoutError:
            return False
    return True


@asynccontextmanager
async def _listening(centre: Centre, place: Place) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(centre.came, place.host, place.port, ssl=place.tls)
    except OSError as error:
        raise SmscListenError(_sentence(error, place)) from error
    host, port = server.sockets[0].getsockname()[:2]
    try:
        yield f"{host}:{port}"
    finally:
        server.close()


def _sentence(error: OSError, place: Place) -> str:
    at = f"port {place.port} of {place.host}"
    if error.errno == errno.EADDRINUSE:
        return f"{at} is taken: stop the program that uses it, or give another --listen"
    if error.errno == errno.EACCES:
        return f"{at} is for root alone: give a port above 1023 to --listen"
    return f"{at} cannot be used ({type(error).__name__}): give another --listen"


def _hear(typing: Typing) -> None:
    """Hear what is typed as it comes; a file or nothing at all is read whole."""
    loop, descriptor = asyncio.get_running_loop(), typing.descriptor
    mode = os.fstat(descriptor).st_mode

    def read() -> None:
        octets = os.read(descriptor, _AT_ONCE)
        if not octets:
            loop.remove_reader(descriptor)
        typing.feed(octets)

    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor):
        loop.add_reader(descriptor, read)
        return
    while octets := os.read(descriptor, _AT_ONCE):
        typing.feed(octets)
    typing.feed(b"")
