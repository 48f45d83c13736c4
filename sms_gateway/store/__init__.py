"""The filing room: what a telco handed over enters, what must be answered or sent leaves.

`open_store` chooses the dialect. Every change goes through a handful of batch-first calls
(`ports.Inbox`, `Citizens`, `Outbox`, `Staff`), each one commit that waiting callers share.
"""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from sms_gateway.store.sqlite.store import RunOf, SqliteStore, open_sqlite


def open_store(
    path: Path, run: RunOf, group_limit: int
) -> AbstractAsyncContextManager[SqliteStore]:
    """Open the store for serving.

    Args:
        path: of the SQLite file; PostgreSQL comes with several nodes.
        run: who opens it.
        group_limit: most rows in one commit.
    """
    return open_sqlite(path, run, group_limit)


__all__ = ["RunOf", "open_store"]
