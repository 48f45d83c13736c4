"""Connections to a database of any kind, each answer read within a transaction that only reads."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from sqlalchemy import URL, Connection, TextClause, create_engine, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from sms_gateway.domain.secret import Secret
from sms_gateway.settings import SettingsError

_DRIVERS: Mapping[str, str] = MappingProxyType({
    "postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg",
    "mysql": "mysql+aiomysql", "mariadb": "mariadb+aiomysql",
    "oracle": "oracle+oracledb_async", "mssql": "mssql+mssqlpython",
})  # fmt: skip

_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_CHECKED = frozenset({"verify-ca", "verify-full"})

_THREADS = 4
_RECYCLE_S = 1800
_NAME = "sms-gateway"


@dataclass(frozen=True, slots=True)
class Rows:
    """An answer: names of its columns, and its rows."""

    names: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may cost: rows, and seconds."""

    rows: int
    seconds: float


Values = Mapping[str, object]


class Asking(Protocol):
    """A database that can be asked; raises what its driver raises."""

    async def rows(self, statement: TextClause, values: Values, limits: Limits) -> Rows:
        """The rows of a SELECT, one more than the limit at most."""

    async def close(self) -> None:
        """Close all connections."""


def asking(url: Secret, pool: int, seconds: float) -> Asking:
    """A database by its URL; nothing is connected yet. Reads files, so call it outside the loop.

    Args:
        url: as in `settings.cases_sql`.
        pool: connections at most.
        seconds: of connecting, and of waiting for a connection.

    Raises:
        ModuleNotFoundError: the driver is not installed.
        SettingsError: its certificates cannot be read.
    """
    made = make_url(url.value)
    made = made.set(drivername=_DRIVERS[made.drivername])
    args: dict[str, Any] = {
        "pool_size": pool,
        "max_overflow": 0,
        "pool_timeout": seconds,
        "pool_recycle": _RECYCLE_S,
        "pool_pre_ping": True,
        "hide_parameters": True,
    }
    if made.get_backend_name() == "mssql":
        login = {"timeout": max(1, round(seconds))}
        threads = min(pool, _THREADS)
        return _InThreads(create_engine(made, connect_args=login, **args), threads)
    made, connecting = _connecting(made, seconds)
    return _Async(create_async_engine(made, connect_args=connecting, **args))


def _connecting(url: URL, seconds: float) -> tuple[URL, dict[str, Any]]:
    """What a driver wants to be told in its own words, and the URL without it."""
    match url.get_backend_name():
        case "postgresql":
            told: dict[str, Any] = {
                "timeout": seconds,
                "server_settings": {"application_name": _NAME},
            }
            _told_of_tls(told, url.query.get("sslmode"), url.query.get("sslrootcert"))
        case "mysql" | "mariadb":
            told = {"connect_timeout": seconds, "charset": "utf8mb4"}
            if isinstance(authority := url.query.get("ssl_ca"), str):
                told["ssl"] = _authority(authority)
        case _:
            return url, {"tcp_connect_timeout": seconds}
    return url.difference_update_query(("sslmode", "sslrootcert", "ssl_ca")), told


def _told_of_tls(told: dict[str, Any], mode: object, authority: object) -> None:
    """What libpq means by the two (PostgreSQL 18, clause 32.19), but by the system's authorities.

    A file of certificates without a mode checks the name as well.
    """
    if mode is not None and mode not in _MODES:
        message = f"cases.sql.url: sslmode is one of {', '.join(_MODES)}"
        raise SettingsError(message)
    if mode in _CHECKED or (isinstance(authority, str) and mode != "disable"):
        context = _authority(authority if isinstance(authority, str) else None)
        context.check_hostname = mode in {None, "verify-full"}
        told["ssl"] = context
    elif mode is not None:
        told["ssl"] = mode


def _authority(file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:  # also an SSLError
        what = error.strerror or "they are none"
        message = f"cases.sql.url: the certificates cannot be read ({what})"
        raise SettingsError(message) from None


class _Async:
    """A database whose driver waits without a thread."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def rows(self, statement: TextClause, values: Values, limits: Limits) -> Rows:
        """See `Asking`."""
        # As a stream, so that a SELECT that forgot its WHERE brings no whole table.
        async with (
            self._reading(limits.seconds) as connection,
            connection.stream(statement, dict(values)) as result,
        ):
            rows = await result.fetchmany(limits.rows + 1)
            return Rows(tuple(result.keys()), [tuple(row) for row in rows])

    async def close(self) -> None:
        """See `Asking`."""
        await self._engine.dispose()

    @contextlib.asynccontextmanager
    async def _reading(self, seconds: float) -> AsyncIterator[AsyncConnection]:
        # Ends with a rollback, whatever was done. Cancelled, the connection is thrown away.
        async with self._engine.connect() as connection:
            name = self._engine.dialect.name
            if name == "postgresql":
                await connection.execution_options(postgresql_readonly=True)
            if name == "oracle":
                driver: Any = (await connection.get_raw_connection()).driver_connection
                driver.call_timeout = round(seconds * 1000)
            for line in _before(name, seconds, mariadb=_is_mariadb(self._engine)):
                await connection.exec_driver_sql(line)
            yield connection


class _InThreads:
    """A database whose driver needs a thread for each statement; there are few of them.

    One that hangs keeps its thread until the driver's own time is over; the others go on.
    """

    def __init__(self, engine: Any, threads: int) -> None:  # noqa: ANN401  # the synchronous Engine
        self._engine = engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="cases")

    async def rows(self, statement: TextClause, values: Values, limits: Limits) -> Rows:
        """See `Asking`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, self._read, statement, dict(values), limits
        )

    async def close(self) -> None:
        """See `Asking`."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._engine.dispose)

    def _read(self, statement: TextClause, values: dict[str, object], limits: Limits) -> Rows:
        connection: Connection
        with self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.timeout = max(1, round(limits.seconds))
            for line in _before(connection.dialect.name, limits.seconds, mariadb=False):
                connection.exec_driver_sql(line)
            streaming = connection.execution_options(stream_results=True)
            result = streaming.execute(statement, values)
            return Rows(
                tuple(result.keys()), [tuple(row) for row in result.fetchmany(limits.rows + 1)]
            )


def _is_mariadb(engine: AsyncEngine) -> bool:
    return bool(getattr(engine.dialect, "is_mariadb", False))


def _before(dialect: str, seconds: float, *, mariadb: bool) -> Sequence[str]:
    """What is said before a SELECT: that nothing is changed, and how long it may take.

    SQL Server has no transaction that only reads; there the rollback must do.
    """
    milliseconds = max(1, round(seconds * 1000))
    match dialect:
        case "postgresql":  # which is told READ ONLY with BEGIN
            return (f"SET LOCAL statement_timeout = {milliseconds}",)
        case "mysql" | "mariadb" if mariadb:
            return (f"SET max_statement_time = {seconds:.3f}", "SET TRANSACTION READ ONLY")
        case "mysql":
            return (f"SET max_execution_time = {milliseconds}", "SET TRANSACTION READ ONLY")
        case "oracle":
            return ("SET TRANSACTION READ ONLY",)
        case _:
            return (f"SET LOCK_TIMEOUT {milliseconds}",)
