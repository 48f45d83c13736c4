"""What the figures were made on."""

import asyncio
import os
import platform
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

import asyncpg

from scripts.benchmark.figures import Percentiles, percentiles

_SYNCS = 500
_PAGE = 4096


def fsync(folder: Path) -> Percentiles:
    """How long the disk takes to keep a page, where the databases lie."""
    spans = []
    with NamedTemporaryFile(dir=folder) as file:
        for _ in range(_SYNCS):
            file.write(b"x" * _PAGE)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            spans.append(time.perf_counter() - began)
    return percentiles(spans)


def conditions() -> Mapping[str, object]:
    """Processor, versions, and how busy the machine was before."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "machine": platform.machine(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def database(url: str) -> str:
    """The database of the messages, with its version.

    Args:
        url: of PostgreSQL; empty for a file of SQLite.
    """
    if not url:
        return f"SQLite {sqlite3.sqlite_version}, WAL, synchronous=FULL"
    return asyncio.run(_postgres(url))


async def _postgres(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        names = ("server_version", "fsync", "synchronous_commit", "full_page_writes")
        said = [str(await connection.fetchval(f"SHOW {name}")) for name in names]
    finally:
        await connection.close()
    version, *rest = said
    return ", ".join([f"PostgreSQL {version}", *map("=".join, zip(names[1:], rest, strict=True))])


async def tidied(url: str) -> None:
    """Let PostgreSQL do now what it would do by itself in the minutes after it was filled.

    Else its latency is that of a server that clears up after an import.
    """
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
