"""How tasks are ended without losing a cancellation on the way."""

import asyncio
from collections.abc import Collection


async def ended(tasks: Collection[asyncio.Task[None]], seconds: float) -> None:
    """Let tasks end by themselves for so long, then cancel those that have not, and wait for them.

    None of them is awaited directly: what they raise stays theirs, and a cancellation of the caller
    is never taken for one of theirs and swallowed.

    Args:
        tasks: may be none.
        seconds: until they are cancelled.
    """
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late)


async def ended_by(deadline: float, tasks: Collection[asyncio.Task[None]]) -> None:
    """Wait for tasks that were told to end, until a moment of the loop's own clock; no longer."""
    if tasks:
        left = deadline - asyncio.get_running_loop().time()
        await asyncio.wait(tasks, timeout=max(0.0, left))
