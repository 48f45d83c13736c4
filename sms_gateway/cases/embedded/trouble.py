"""What SQLite may complain of, as one word for machines and one sentence for people."""

import sqlite3
from pathlib import Path

from sms_gateway.sql.migrations import SchemaError


class CaseFileError(Exception):
    """The case file cannot be used now; the message is one line and says what to do."""


# Primary result codes, the low octet of the extended ones (sqlite.org/rescode.html).
_WORDS = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_CANTOPEN: "missing",
    sqlite3.SQLITE_CORRUPT: "broken",
    sqlite3.SQLITE_NOTADB: "broken",
    sqlite3.SQLITE_IOERR: "unreadable",
    sqlite3.SQLITE_PERM: "forbidden",
    sqlite3.SQLITE_READONLY: "forbidden",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_INTERRUPT: "slow",
}

_ADVICE = {
    "locked": "another program holds it: stop that program",
    "missing": "it is not there or its folder cannot be written: run init, check its rights",
    "broken": "it is damaged: restore it from a backup, or move it away and import again",
    "unreadable": "the disk does not answer: check the disk",
    "forbidden": "it may not be written: check the rights of its folder",
    "full": "the disk is full: free some space",
    "slow": "it takes too long: try again",
    "schema": "it was made by another version",
    "closed": "it is closed already",
    "failed": "it failed: look into the log",
}


def reason_of(error: Exception) -> str:
    """One word for logs, metrics and `Unavailable`."""
    if isinstance(error, TimeoutError):
        return "slow"
    if isinstance(error, SchemaError):
        return "schema"
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        word = _WORDS.get(code & 0xFF) if isinstance(code, int) else None
        return word or "failed"
    # Content that no import writes: the file was damaged or written by something else.
    return "broken"


def sentence_of(path: Path, error: Exception) -> str:
    """One line for people: which file, what is wrong, what to do."""
    if isinstance(error, SchemaError):
        return f"{path.name}: {error}"
    return f"{path.name}: {_ADVICE[reason_of(error)]}"
