"""What a person may do where the message store, or its server, cannot be used."""

import sqlite3
import ssl
from collections.abc import Mapping

from sms_gateway.ports import StoreDownError
from sms_gateway.store.sqlite.process.link import WriterLostError

_HALF_RESTORED = {
    "HalfRestoredError": "it is being restored: wait for the end, or run sms-gateway restore again",
}

_NOT_TRUSTED = (
    "PostgreSQL cannot be used: no TLS with it, or its certificate is of another host or maker: "
    "check sslmode and sslrootcert in store.url"
)

_STORE = {
    **_HALF_RESTORED,
    "SQLITE_FULL": "the disk is full: free some space",
    "SQLITE_READONLY": "it may not be written: check the rights of the data folder",
    "SQLITE_PERM": "it may not be written: check the rights of the data folder",
    "SQLITE_CANTOPEN": (
        "it cannot be opened, and its folder must be writable even for reading: check its rights, "
        "or run sms-gateway init"
    ),
    "SQLITE_CORRUPT": "it is damaged: stop the gateway and restore it from a backup",
    "SQLITE_NOTADB": "it is no database: restore it from a backup",
    "SQLITE_BUSY": "another program holds it: stop that program",
    "SQLITE_LOCKED": "another program holds it: stop that program",
    WriterLostError.__name__: "the process that writes it ended: start the gateway again",
    "SQLITE_IOERR": "the disk is full or does not answer: check the disk",
}

_POSTGRES = {
    **_HALF_RESTORED,
    "28P01": "it does not let us in: check user and password in store.url, PGPASSWORD or ~/.pgpass",
    "28": (
        "it does not let us in: check user and database in store.url, sslmode=require where it "
        "wants TLS, and its pg_hba.conf"
    ),
    "3D": "it has no such database: create it, or check store.url",
    "42501": "this user may not do that: make it the owner of the database",
    "53": "its disk is full, or it has too many connections: look after the server",
    "57P03": "it is starting or stopping: try again in a moment",
    "57": "it was stopped: try again when it runs",
    "25006": "it can only be read, as a standby: name the primary in store.url",
    "ClientConfigurationError": "store.url cannot be understood: check its form",
}
"""What to do, by the server's code (PostgreSQL 18, appendix A) or the driver's own error."""


def of_store(error: BaseException) -> str | None:
    """The line for people, or None where it is no trouble of a database."""
    if isinstance(error, ssl.SSLError):
        return _NOT_TRUSTED
    if isinstance(error, StoreDownError):
        name = str(error)
        if name.startswith("SSL"):
            return _NOT_TRUSTED
        return f"the message store cannot be used: {_of_server(name) or _advice(_STORE, name)}"
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "")
        return f"the database cannot be used: {_advice(_STORE, name)}"
    # The driver of PostgreSQL need not be installed.
    if any(kind.__module__.partition(".")[0] == "asyncpg" for kind in type(error).__mro__):
        name = getattr(error, "sqlstate", None) or type(error).__name__
        return f"PostgreSQL cannot be used: {_advice(_POSTGRES, name)}"
    return None


def _of_server(name: str) -> str | None:
    code = name.removeprefix("PG")
    return _advice(_POSTGRES, code) if code != name else None


def _advice(table: Mapping[str, str], name: str) -> str:
    # Extended names go on behind the primary one: SQLITE_READONLY_DIRECTORY.
    fits = [advice for known, advice in table.items() if name.startswith(known)]
    return fits[0] if fits else f"{name or 'unknown error'}: run sms-gateway doctor"
