"""A step of the schema that must wait for a table lets nobody else wait for long."""

import asyncio
import hashlib

import asyncpg
import pytest

from sms_gateway.domain.records import New
from sms_gateway.postgres import migrate as migrate_module
from sms_gateway.postgres.connecting import connect
from sms_gateway.postgres.migrate import migrate
from sms_gateway.sql.migrations import Migration, load_migrations
from sms_gateway.store.postgres.opening import MIGRATIONS, SCHEMA
from tests.store.postgres.nodes_desk import Nodes, desk_of

PATIENCE_S = 20.0
KNOWN = load_migrations(MIGRATIONS)
"""Read before a loop runs, because that reads files."""

COLUMN = "ALTER TABLE inbox ADD COLUMN made_up integer;"
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"


async def test_nodes_go_on_while_a_step_waits_behind_a_long_question_and_it_is_made_after_it(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate_module, "_AGAIN_S", 0.1)
    alpha = await nodes.start("alpha")
    checksum = hashlib.sha256(COLUMN.encode()).hexdigest()
    steps = [*KNOWN, Migration(len(KNOWN) + 1, "made_up", COLUMN, checksum, 1)]
    asker = await asyncpg.connect(nodes.url, server_settings={"search_path": SCHEMA})
    migrating = await connect(nodes.url, SCHEMA, "sms-gateway migrate")
    async with asyncio.timeout(2 * PATIENCE_S), desk_of(nodes) as desk:
        async with asker.transaction():
            await asker.fetch("SELECT count(*) FROM inbox")
            step = asyncio.create_task(migrate(migrating, SCHEMA, steps, 1))
            while await nodes.rows(WAITS) != [(1,)]:
                assert not step.done()
            # Behind the step that waits; nobody waits so long for a lock as a node does.
            (recorded,) = await alpha.record([desk.arrival()])
            assert isinstance(recorded, New)
            assert not step.done()
        assert await step == 1
        (recorded,) = await alpha.record([desk.arrival()])
        assert isinstance(recorded, New)
    await migrating.close()
    await asker.close()
