"""What SQLite may complain of, as one word for machines and one sentence for people."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from sms_gateway.cases.embedded.trouble import CaseTablesError, trouble
from sms_gateway.sql.migrations import SchemaError

TROUBLE = (sqlite3.Error, SchemaError, TimeoutError, OSError)
"""What this dialect raises where the file is not what it should be."""

# Primary result codes, the low octet of the extended ones (sqlite.org/rescode.html).
_WORDS: Mapping[int, str] = MappingProxyType({
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
})  # fmt: skip

_ADVICE: Mapping[str, str] = MappingProxyType({
    "locked": "another program holds it: stop that program",
    "missing": "it is not there or its folder cannot be written: run init, check its rights",
    "unreadable": "the disk does not answer: check the disk",
    "forbidden": "it may not be written: check the rights of its folder",
})  # fmt: skip


def trouble_of(path: Path, error: Exception) -> CaseTablesError:
    """What is wrong with the file, for people."""
    told = str(error) if isinstance(error, SchemaError) else ""
    return trouble(path.name, _word_of(error), _ADVICE, told)


def _word_of(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "slow"
    if isinstance(error, SchemaError):
        return "schema"
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        word = _WORDS.get(code & 0xFF) if isinstance(code, int) else None
        return word or "failed"
    # The operating system's: what was read makes no sense to it.
    return "broken"
