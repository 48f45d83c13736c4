"""The loop of a command that runs for long: uvloop's where it is installed."""

from collections.abc import Coroutine
from typing import Any, TypeVar

try:
    import uvloop as _loop
except ImportError:  # the faster loop is optional
    import asyncio as _loop  # type: ignore[no-redef]  # both have `run`

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run it to its end, as `asyncio.run` does."""
    return _loop.run(main)
