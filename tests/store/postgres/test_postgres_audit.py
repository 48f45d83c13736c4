"""Nodes that write the audit at once make one chain; older code gets in nobody's way."""

import asyncio
from typing import cast

import asyncpg

from sms_gateway.domain.audit_chain import Check
from sms_gateway.store.postgres.opening import SCHEMA
from sms_gateway.store.store import SqlStore
from sms_gateway.store.verifying import verified
from tests.contracts.store_desk import DOOR, START
from tests.store.postgres.nodes_desk import Nodes

EACH = 40


async def whole(store: SqlStore) -> Check:
    check = Check(())
    assert [one async for one in verified(store.reading.trail, check)] == []
    return check


async def test_two_nodes_that_write_at_once_never_fork_the_chain(nodes: Nodes) -> None:
    stores = [cast("SqlStore", await nodes.start(name)) for name in ("a", "b")]

    async def write(store: SqlStore, name: str) -> None:
        for number in range(EACH):
            await store.note_audit(START, f"os:{name}", "cases.import", str(number), "")
            # Also in commits that hold other rows, which both nodes want.
            await store.set_paused(DOOR, START, f"os:{name}", paused=bool(number % 2))

    await asyncio.gather(*(write(store, name) for store in stores for name in "xyz"))
    count = 2 * 3 * 2 * EACH
    check = await whole(stores[0])
    assert (check.lines, check.at.seq) == (count, count)
    assert check.at == await stores[1].reading.audit_head()


async def test_a_node_of_older_code_that_writes_meanwhile_waits_for_nobody(nodes: Nodes) -> None:
    store = cast("SqlStore", await nodes.start("a"))
    older = await asyncpg.connect(nodes.url, server_settings={"search_path": SCHEMA})
    insert = "INSERT INTO audit (at, by, act, subject, detail) VALUES (1, 'old', 'pause', '', '')"
    try:
        transaction = older.transaction()
        await transaction.start()
        await older.execute(insert)
        # It has not committed: its line is seen by nobody, and nobody waits for it.
        await store.note_audit(START, "os:an", "cases.import", "b.csv", "")
        assert (await whole(store)).lines == 1
        await transaction.commit()
        await older.execute(insert)
    finally:
        await older.close()
    assert await store.chain_more(10) == 2
    assert (await whole(store)).lines == 3
