"""Two nodes share the pace of texts that answer none, and neither waits for the other."""

import asyncpg

from sms_gateway.domain.pushes import ANY_PRIORITY
from sms_gateway.ports import Store
from sms_gateway.store.postgres.opening import SCHEMA
from tests.contracts.store_desk import DOOR, Desk, pending
from tests.contracts.test_pushing_contract import notice
from tests.store.postgres.nodes_desk import Nodes, desk_of

APART = 10.0
TAKING = "SELECT upto FROM notice_mark WHERE name = 'pushed' FOR UPDATE"


async def leased(store: Store, desk: Desk) -> list[str]:
    now = desk.clock.at
    return [mt.id for mt in await store.lease(DOOR, now, 9, ANY_PRIORITY, APART)]


async def test_a_node_that_stands_still_while_it_takes_a_place_holds_up_no_reply(
    nodes: Nodes,
) -> None:
    store = await nodes.start("first")
    async with desk_of(nodes) as desk:
        first, second = notice(desk, "notice:1"), notice(desk, "notice:2")
        await store.queue_pushes([first, second])
        assert await leased(store, desk) == [first.id]
        desk.clock.step(APART)
        still = await asyncpg.connect(nodes.url, server_settings={"search_path": SCHEMA})
        try:
            async with still.transaction():
                await still.execute(TAKING)
                mo = pending((await store.record([desk.arrival("MCKH")]))[0])
                reply = desk.mt(mo)
                assert await store.answer([desk.answer(mo, reply)]) == [True]
                assert await leased(store, desk) == [reply.id]
        finally:
            await still.close()
        assert await leased(store, desk) == [second.id]
    await nodes.stop(store)


async def test_where_no_such_text_is_due_a_lease_writes_nothing(nodes: Nodes) -> None:
    store = await nodes.start("first")
    async with desk_of(nodes) as desk:
        assert await leased(store, desk) == []
    assert await nodes.rows("SELECT name FROM notice_mark") == []
    await nodes.stop(store)
