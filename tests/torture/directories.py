"""A case directory that is slow, dead or wrong, and then back again."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from tests.torture.stage import Stage


async def directory_fails(stage: Stage) -> None:
    """One of the three."""
    await stage.moments.random()
    way = stage.chance.choice((_slow, _dead, _wrong))
    stage.events[way.__name__.strip("_")] += 1
    await way(stage)


async def _slow(stage: Stage) -> None:
    """It answers after a while, again and again."""
    for _ in range(stage.chance.randint(2, 5)):
        with stage.house.stuck_directory():
            await stage.seconds(0.05, 0.9)
        await stage.seconds(0.0, 0.2)


async def _dead(stage: Stage) -> None:
    """It says nothing for longer than any answer can wait."""
    with stage.house.stuck_directory():
        await stage.seconds(2.5, 5.0)


async def _wrong(stage: Stage) -> None:
    """What stands in it makes no sense."""
    with _damaged(stage):
        await stage.seconds(0.2, 3.0)


@contextmanager
def _damaged(stage: Stage) -> Iterator[None]:
    path = stage.house.data / "cases.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        kept = db.execute("SELECT answer, number FROM dossier").fetchall()
        db.execute("UPDATE dossier SET answer = '{\"id\": ' || number")
        try:
            yield
        finally:
            db.executemany("UPDATE dossier SET answer = ? WHERE number = ?", kept)
