"""Who runs on one store."""

from sms_gateway.store.store import SqlStore
from tests.contracts.store_desk import Desk


async def test_whoever_has_the_store_open_is_alive_and_its_run_before_counts_no_more(
    desk: Desk,
) -> None:
    for _ in range(2):
        store = desk.store
        assert isinstance(store, SqlStore)
        (one,) = await store.reading.nodes()
        assert (one.name, one.alive) == ("node", True)
        await desk.die()
