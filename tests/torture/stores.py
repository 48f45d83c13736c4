"""Stores that cannot be written, or hang: a full disk, a stopped process, a lock held by others."""

import asyncio
import contextlib
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.torture.moments import PATIENCE
from tests.torture.stage import Stage

_REALLY = 0.5
"""How often the disk is filled instead of the size of files limited."""

_BALLAST = 1 << 20
_ROUND_DOWN = 4096


async def disk_full(stage: Stage) -> None:
    """No file grows any more; room comes back when somebody has noticed."""
    await stage.moments.random()
    with _full(stage):
        async with asyncio.timeout(PATIENCE):
            await stage.house.until_not_ready()
        await stage.seconds(0, 1)
    async with asyncio.timeout(PATIENCE):
        if stage.database is not None and not stage.database.server.running:
            await asyncio.to_thread(stage.database.server.start)
            stage.events["PostgreSQL started again"] += 1
        await stage.house.until_ready()


@contextmanager
def _full(stage: Stage) -> Iterator[None]:
    if stage.disk is not None and stage.chance.random() < _REALLY:
        stage.events["no space left"] += 1
        ballast = stage.disk / "ballast"
        try:
            _fill(ballast)
            yield
        finally:
            ballast.unlink()
    elif stage.database is not None:
        stage.events["limit on PostgreSQL's files"] += 1
        server = stage.database.server
        server.limit_files(0)
        try:
            yield
        finally:
            if server.running:
                server.limit_files(None)
    else:
        stage.events["limit on its files"] += 1
        with stage.house.full_disk():
            yield


def _fill(ballast: Path) -> None:
    """Take all the room there is."""
    octets = _BALLAST
    with ballast.open("wb", buffering=0) as file:
        while octets >= _ROUND_DOWN:
            try:
                file.write(bytes(octets))
            except OSError:
                octets //= 2


async def store_hangs(stage: Stage) -> None:
    """The store says nothing for a while, then goes on as if nothing had been."""
    ways = {"sqlite": (_writer_stopped, _locked, _gateway_stopped)}
    ways["postgres"] = (_server_stopped, _line_stalled, _gateway_stopped)
    way = stage.chance.choice(ways["postgres" if stage.database else "sqlite"])
    await stage.moments.random()
    stage.events[way.__name__.strip("_").replace("_", " ")] += 1
    with way(stage):
        await stage.seconds(stage.hang_s, stage.hang_s)
    async with asyncio.timeout(PATIENCE):
        await stage.house.until_ready()


@contextmanager
def _stopped(*numbers: int) -> Iterator[None]:
    for number in numbers:
        os.kill(number, signal.SIGSTOP)
    try:
        yield
    finally:
        for number in numbers:
            os.kill(number, signal.SIGCONT)


@contextmanager
def _writer_stopped(stage: Stage) -> Iterator[None]:
    writer = stage.house.process.writer
    assert writer is not None
    with _stopped(writer):
        yield


@contextmanager
def _gateway_stopped(stage: Stage) -> Iterator[None]:
    with _stopped(stage.house.process.process.pid):
        yield


@contextmanager
def _locked(stage: Stage) -> Iterator[None]:
    """Another program has the database's lock for writing, and never lets go."""
    path = stage.house.data / "gateway.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=PATIENCE)) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")


@contextmanager
def _server_stopped(stage: Stage) -> Iterator[None]:
    assert stage.database is not None
    with _stopped(*stage.database.server.processes()):
        yield


@contextmanager
def _line_stalled(stage: Stage) -> Iterator[None]:
    assert stage.database is not None
    stage.database.line.stall()
    try:
        yield
    finally:
        stage.database.line.flow()
