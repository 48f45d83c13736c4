"""Makes stores on SQLite that are written by a process of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sms_gateway.store.opening import RunOf
from tests.store.sqlite import maker
from tests.store.sqlite.maker import Made, killed

__all__ = ["EXAMPLES", "killed", "opened"]

EXAMPLES = 5


@asynccontextmanager
async def opened(place: Path, run: RunOf) -> AsyncIterator[Made]:
    """The store of a folder."""
    async with maker.opened(place, run, apart=True) as made:
        yield made
