"""Runs to its end, in one go, what is written as `async def` only because others must wait."""

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def driven(coroutine: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns.

    Args:
        coroutine: awaits nothing that waits.

    Raises:
        RuntimeError: it waits.
        whatever it raises.
    """
    try:
        coroutine.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    coroutine.close()
    message = "this waits, and there is no loop here"
    raise RuntimeError(message)
