"""Whether an open database still lies where it was opened.

A file that is deleted or moved away stays usable for whoever has it open, and all that is written
to it is gone when they close it: without this check a gateway would say OK to texts that nobody
will ever find.
"""

import sqlite3
from pathlib import Path

MOVED = "SQLITE_READONLY_DBMOVED"
"""SQLite's own word for it; it looks itself only where it keeps a rollback journal."""


class Place:
    """Where a database was when this was made.

    Args:
        path: of the database, which is open.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = _file_at(path)

    def check(self) -> None:
        """Nothing happens where the file is still there.

        Raises:
            sqlite3.OperationalError: it is not; its `sqlite_errorname` is `MOVED`.
        """
        if _file_at(self._path) != self._file:
            error = sqlite3.OperationalError("the database was moved or deleted while it was open")
            error.sqlite_errorname = MOVED
            raise error


def _file_at(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
