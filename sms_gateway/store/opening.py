"""Opens the store of whatever dialect the settings name."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from sms_gateway.store.sqlite.opening import open_sqlite
from sms_gateway.store.store import RunOf, SqlStore


def open_store(
    path: Path, run: RunOf, group_limit: int, *, apart: bool = False
) -> AbstractAsyncContextManager[SqlStore]:
    """Open the store, which then belongs to the caller alone.

    Args:
        path: of the SQLite file; PostgreSQL comes with several nodes.
        run: who opens it.
        group_limit: most rows in one commit.
        apart: write in a process of its own; for a gateway that serves.
    """
    return open_sqlite(path, run, group_limit, apart=apart)


__all__ = ["RunOf", "open_store"]
