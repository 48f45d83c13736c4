"""What tests of several nodes begin with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from sms_gateway.domain.secret import Secret
from sms_gateway.store.postgres.opening import migrate_postgres
from tests.contracts.store_desk import VirtualClock
from tests.postgres import Postgres
from tests.store.postgres.nodes_desk import Nodes


@pytest.fixture
async def nodes(postgres_server: Postgres) -> AsyncIterator[Nodes]:
    """A database of which no node runs yet."""
    url = await asyncio.to_thread(postgres_server.database)
    await migrate_postgres(Secret(url), 1)
    async with AsyncExitStack() as stack:
        yield Nodes(url, VirtualClock(), stack)
