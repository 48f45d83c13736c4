"""Waiting for what another connection does, which gives no signal."""

import asyncio
from collections.abc import Callable

PATIENCE_S = 20.0


async def soon(what: Callable[[], object]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not what():  # noqa: ASYNC110  # no event tells of another connection's fate
            await asyncio.sleep(0.02)  # another connection's fate gives no signal here
