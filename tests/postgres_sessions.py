"""The settings of a session, as the server has them: read back where a connection is opened."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType, ModuleType

import pytest

from sms_gateway.postgres.connecting import PostgresConnection

Session = Mapping[str, str]

ANY: Session = MappingProxyType({
    "TimeZone": "UTC",
    "client_connection_check_interval": "2s",
    "default_transaction_read_only": "off",
    "enable_hashjoin": "on",
    "enable_mergejoin": "on",
    "enable_seqscan": "on",
    "idle_in_transaction_session_timeout": "15s",
    "idle_session_timeout": "0",
    "jit": "off",
    "lock_timeout": "5s",
    "max_parallel_workers_per_gather": "0",
    "plan_cache_mode": "auto",
    "statement_timeout": "0",
    "synchronous_commit": "on",
    "tcp_keepalives_count": "3",
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "1",
    "tcp_user_timeout": "6000",
})  # fmt: skip
"""What each connection has, unless its kind says otherwise."""

BY_INDEX: Session = MappingProxyType({
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "plan_cache_mode": "force_generic_plan",
})  # fmt: skip
"""Of those whose statements are a few index searches each."""


def noted(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, opener: str
) -> list[tuple[str, Session]]:
    """Note each connection that a function of a module opens: its schema, and its settings."""
    sessions: list[tuple[str, Session]] = []
    inner: Callable[..., Awaitable[PostgresConnection]] = getattr(module, opener)

    async def opened(*args: object, **more: object) -> PostgresConnection:
        connection = await inner(*args, **more)
        settings = {name: str(await connection.fetchval(f"SHOW {name}")) for name in ANY}
        sessions.append((str(await connection.fetchval("SHOW search_path")), settings))
        return connection

    monkeypatch.setattr(module, opener, opened)
    return sessions
