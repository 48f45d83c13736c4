"""Several nodes on one database."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from sms_gateway.domain.ids import RunId
from sms_gateway.domain.secret import Secret
from sms_gateway.ports import Store
from sms_gateway.store.opening import RunOf
from sms_gateway.store.postgres.opening import SCHEMA, open_postgres
from tests.contracts.store_desk import Desk, VirtualClock, maker_of


@dataclass
class Nodes:
    """Stores of several runs on one database."""

    url: str
    clock: VirtualClock
    stack: AsyncExitStack
    own: dict[Store, AsyncExitStack] = field(default_factory=dict)

    async def start(self, name: str) -> Store:
        run = RunOf(RunId(name), name, "0.1.0", self.clock.now)
        alone = await self.stack.enter_async_context(AsyncExitStack())
        store = await alone.enter_async_context(open_postgres(Secret(self.url), run, serving=True))
        self.own[store] = alone
        return store

    async def stop(self, store: Store) -> None:
        await self.own.pop(store).aclose()

    async def cut(self, name: str) -> None:
        """Every connection of a node ends, as the server sees it."""
        other = await asyncpg.connect(self.url)
        try:
            await other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE application_name = $1 AND datname = current_database()",
                f"sms-gateway {name}",
            )
        finally:
            await other.close()

    async def rows(self, statement: str) -> list[tuple[object, ...]]:
        onlooker = await asyncpg.connect(self.url, server_settings={"search_path": SCHEMA})
        try:
            return [tuple(row) for row in await onlooker.fetch(statement)]
        finally:
            await onlooker.close()


@asynccontextmanager
async def desk_of(nodes: Nodes) -> AsyncIterator[Desk]:
    """Makes rows."""
    desk = Desk(maker_of("postgres"), folder=None)  # type: ignore[arg-type]  # opens nothing
    desk.clock = nodes.clock
    yield desk
