"""Opens the store of whatever dialect the settings name."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import ModuleType

from sms_gateway.domain.secret import Secret
from sms_gateway.store.asked import StoreReading
from sms_gateway.store.sqlite.opening import open_sqlite, open_sqlite_reading
from sms_gateway.store.store import RunOf, SqlStore


class DriverMissingError(Exception):
    """The store needs a package that is not installed; the message says which."""


def open_store(
    at: Path | Secret, run: RunOf, group_limit: int, *, serving: bool = False
) -> AbstractAsyncContextManager[SqlStore]:
    """Open the store.

    Args:
        at: a file of SQLite, which then belongs to the caller alone; or a URL of PostgreSQL.
        run: who opens it.
        group_limit: most rows in one commit.
        serving: for a gateway that answers and sends, not for a command.

    Raises:
        DriverMissingError: at the call.
    """
    if isinstance(at, Path):
        return open_sqlite(at, run, group_limit, apart=serving)
    opened: AbstractAsyncContextManager[SqlStore] = postgres().open_postgres(
        at, run, group_limit, serving=serving
    )
    return opened


def open_reading(at: Path | Secret) -> AbstractAsyncContextManager[StoreReading]:
    """Read the store, beside whoever serves it.

    Raises:
        DriverMissingError: at the call.
    """
    if isinstance(at, Path):
        return open_sqlite_reading(at)
    opened: AbstractAsyncContextManager[StoreReading] = postgres().open_postgres_reading(at)
    return opened


def postgres() -> ModuleType:
    """The dialect for PostgreSQL, whose driver is an extra.

    Raises:
        DriverMissingError: it is not installed.
    """
    try:
        from sms_gateway.store.postgres import opening  # noqa: PLC0415  # only where it is used
    except ModuleNotFoundError:
        message = "PostgreSQL needs one package more: pip install 'sms-gateway[postgres]'"
        raise DriverMissingError(message) from None
    return opening


__all__ = ["DriverMissingError", "RunOf", "open_reading", "open_store", "postgres"]
