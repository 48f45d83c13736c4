"""Connections to PostgreSQL as this house sets them."""

import asyncio
import socket
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakKeyDictionary

import asyncpg
from asyncpg import Connection

from sms_gateway.postgres.addresses import first_opened
from sms_gateway.postgres.refused import PostgresRefusedError

OLDEST = 15
"""Oldest major version of the server."""

CONNECT_TIMEOUT_S = 5.0

RENEW_S = 5.0
"""After so many seconds plans are made anew: some milliseconds of the server's CPU."""

# A node that is cut off must lose its locks within seconds, not after the two hours of a kernel's
# default; and a node must not wait so long for a server that is gone. Seconds, seconds, times,
# milliseconds: the server's name (PostgreSQL 18, clause 19.3.2) and our kernel's (tcp(7)).
_NOTICES_A_DEAD_PEER = (
    ("tcp_keepalives_idle", "TCP_KEEPIDLE", 3),
    ("tcp_keepalives_interval", "TCP_KEEPINTVL", 1),
    ("tcp_keepalives_count", "TCP_KEEPCNT", 3),
    ("tcp_user_timeout", "TCP_USER_TIMEOUT", 6_000),
)

# asyncpg has no setting for it.
_TRANSPORT = "_transport"

DEAD_PEER_S = 6.0
"""No sooner than so long after it last heard of a peer the server ends its connection, unless that
was closed; in seconds."""

_LIMITS = {
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "15000",
    # A question that was given up, or whose asker is dead, must not run on and hold locks.
    "client_connection_check_interval": "2000",
    # Starting a helper takes the server 5 ms, more than any answer costs.
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "UTC",
}

# Locks belong to a session. A pooler that shares one out gives its callers numbers of its own, and
# does not keep what they set.
_HAS_A_SESSION = (
    "SELECT pg_backend_pid() = $1::integer AND setting = $2 "
    "FROM pg_settings WHERE name = 'lock_timeout'"
)
_SHARED_OUT = "a pooler stands before PostgreSQL: connect to the server itself"

_NO_MORE: Mapping[str, str] = MappingProxyType({})

# A plan made while the tables were small, or before the server counted them, would go on reading
# them whole when they have grown; and planning anew costs as much as the search.
_BY_INDEX = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_generic_plan",
}

DOWN = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    # On a connection to which the server said good-bye between two statements, as when it crashes.
    asyncpg.InternalClientError,
    OSError,
    asyncio.TimeoutError,
)
"""What asyncpg raises where the server, or the way to it, is not what it should be."""

if TYPE_CHECKING:
    PostgresConnection: TypeAlias = Connection[asyncpg.Record]
else:
    # Generic in its stubs alone.
    PostgresConnection = Connection


async def connect(
    url: str,
    schema: str,
    name: str,
    *,
    by_index: bool = False,
    limits: Mapping[str, str] = _NO_MORE,
) -> PostgresConnection:
    """A connection whose unqualified names are those of `schema`.

    Commits wait for the disk, and for a synchronous standby where the server has one.

    Args:
        url: `postgresql://...`; a password may come from PGPASSWORD or ~/.pgpass instead. It may
            name several addresses; one that is silent keeps nobody waiting.
        schema: need not exist yet.
        name: what the server's own lists call it.
        by_index: each of its statements is a few index searches, and is to stay that.
        limits: settings of the session for what this connection is there for.

    Raises:
        PostgresRefusedError: it is older than 15, or a pooler stands between that gives no session.
        asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError: it cannot be reached.
    """
    settings = {"application_name": name, "search_path": schema, **_LIMITS, **limits}
    settings |= {there: str(value) for there, _, value in _NOTICES_A_DEAD_PEER}
    if by_index:
        settings |= _BY_INDEX
    connection = await first_opened(url, lambda one: _opened(one, settings), Connection.terminate)
    try:
        _notice_a_dead_server(connection)
        await _refuse_a_pooler(connection, settings["lock_timeout"])
        await _prepare(connection)
    except BaseException:
        connection.terminate()
        raise
    return connection


async def _opened(url: str, settings: dict[str, str]) -> PostgresConnection:
    try:
        connection: PostgresConnection = await asyncpg.connect(
            url,
            timeout=CONNECT_TIMEOUT_S,
            statement_cache_size=256,
            max_cacheable_statement_size=64 * 1024,
            server_settings=settings,
        )
    except asyncpg.ProtocolViolationError:
        # PgBouncer's answer to settings of a session that it would share out, unless its
        # `ignore_startup_parameters` names them.
        raise PostgresRefusedError(_SHARED_OUT) from None
    return connection


def _notice_a_dead_server(connection: PostgresConnection) -> None:
    transport: asyncio.BaseTransport = getattr(connection, _TRANSPORT)
    line: socket.socket | None = transport.get_extra_info("socket")
    if line is None or line.family == socket.AF_UNIX:
        return
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for _, here, value in _NOTICES_A_DEAD_PEER:
        # Other systems than Linux have not all of them.
        if (option := getattr(socket, here, None)) is not None:
            line.setsockopt(socket.IPPROTO_TCP, option, value)


async def _refuse_a_pooler(connection: PostgresConnection, lock_timeout: str) -> None:
    number = connection.get_server_pid()
    if not await connection.fetchval(_HAS_A_SESSION, number, lock_timeout):
        raise PostgresRefusedError(_SHARED_OUT)


async def _prepare(connection: PostgresConnection) -> None:
    major = connection.get_server_version().major
    if major < OLDEST:
        message = f"PostgreSQL {major} is too old: install {OLDEST} or newer"
        raise PostgresRefusedError(message)
    # A stronger one, remote_apply, stays.
    await connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
    )


def word_of(error: BaseException) -> str:
    """What is wrong as one word for logs: the server's five-character code, or a type's name.

    What PostgreSQL says in full may quote a row.
    """
    code = getattr(error, "sqlstate", None)
    return f"PG{code}" if isinstance(code, str) else type(error).__name__


class Plans:
    """Renews the plans of connections that keep theirs.

    A plan is for tables as large as they were when it was made: of one that was empty then, a batch
    looks at each row.
    """

    def __init__(self) -> None:
        self._made_at: WeakKeyDictionary[PostgresConnection, float] = WeakKeyDictionary()

    async def renew(self, connection: PostgresConnection) -> None:
        """Forget plans of some seconds ago; call it outside a transaction.

        Raises:
            what is in `DOWN`.
        """
        now = asyncio.get_running_loop().time()
        if now - self._made_at.setdefault(connection, now) >= RENEW_S:
            await connection.execute("DISCARD PLANS")
            self._made_at[connection] = now
