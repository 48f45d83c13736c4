"""Runs to its end, in one go, what is written as `async def` only because others must wait."""

from collections.abc import Awaitable, Generator
from typing import TypeVar

T = TypeVar("T")


def driven(work: Awaitable[T]) -> T:
    """What the work gives.

    Args:
        work: awaits nothing that waits.

    Raises:
        RuntimeError: it waits.
        whatever it raises.
    """
    steps = work.__await__()
    try:
        next(steps)
    except StopIteration as ended:
        result: T = ended.value
        return result
    if isinstance(steps, Generator):
        steps.close()
    message = "this waits, and there is no loop here"
    raise RuntimeError(message)
