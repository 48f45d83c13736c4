"""A server of several addresses: one of them takes what is written, and a dead one says nothing."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

HEAD_START_S = 0.25
"""So long an address is waited for before the next one is tried beside it (as in RFC 8305); in
seconds."""

_PARTS = re.compile(r"(?P<before>[^:/?#]+://(?:[^/?#]*@)?)(?P<addresses>[^/?#@]*)(?P<after>.*)")
"""Of a URL: authority = [ userinfo "@" ] host [ ":" port ] (RFC 3986, 3.2), with several hosts."""

_T = TypeVar("_T")


def each_address(url: str) -> list[str]:
    """The URL once for each address that it names, in their order."""
    # Not urlsplit, which takes a list of addresses with one in brackets for none in some versions.
    parts = _PARTS.fullmatch(url)
    if parts is None or "," not in parts["addresses"]:
        return [url]
    return [f"{parts['before']}{one}{parts['after']}" for one in parts["addresses"].split(",")]


async def first_opened(
    url: str, opened: Callable[[str], Awaitable[_T]], end: Callable[[_T], None]
) -> _T:
    """What is opened at the first of the addresses that will do.

    One after the other, as asyncpg does it by itself, a machine that is dead takes all the time
    that there is for a connection, and the other one is never asked.

    Args:
        url: names one address or several.
        opened: opens it at one address.
        end: ends one that is not wanted any more.

    Raises:
        what `opened` raises, where no address will do: for the last one that failed.
    """
    waiting = each_address(url)
    running: set[asyncio.Task[_T]] = set()
    try:
        while True:
            if waiting:
                running.add(asyncio.ensure_future(opened(waiting.pop(0))))
            ended = await _one_of(running, HEAD_START_S if waiting else None)
            if ended is None:
                continue
            running.discard(ended)
            if ended.exception() is None or not (waiting or running):
                return ended.result()
    finally:
        await _ended(running, end)


async def _one_of(
    running: "set[asyncio.Task[_T]]", seconds: float | None
) -> asyncio.Task[_T] | None:
    done, _ = await asyncio.wait(running, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    opened = (task for task in done if task.exception() is None)
    return next(opened, next(iter(done), None))


async def _ended(running: "set[asyncio.Task[_T]]", end: Callable[[_T], None]) -> None:
    for task in running:
        task.cancel()
    if running:
        await asyncio.wait(running)
    for task in running:
        if not task.cancelled() and task.exception() is None:
            end(task.result())
