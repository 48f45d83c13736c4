"""A restored schema is held back and let in, in one step."""

from sms_gateway.domain.ids import RunId
from sms_gateway.domain.restores import HeldBack, HoldOrder
from sms_gateway.postgres.connecting import PostgresConnection
from sms_gateway.postgres.restoring import unmark
from sms_gateway.store.operations.inbox import InboxWrites
from sms_gateway.store.operations.restored import hold_restored
from sms_gateway.store.postgres.driver import PostgresStatements


async def hold_back(connection: PostgresConnection, order: HoldOrder, run: RunId) -> HeldBack:
    """Hold back what would go out by itself, then let gateways in: no commit lies between.

    Args:
        connection: whose names are those of the messages' schema, which is marked.
        order: see there.
        run: of this process.

    Raises:
        asyncpg.PostgresError: it cannot be written.
    """
    db = PostgresStatements(connection)
    inbox = InboxWrites(run)
    async with connection.transaction():
        # Parts that wait for others would become texts later, after the hold.
        while (await inbox.join_overdue(db, [(order.at, order.at)]))[0]:
            pass
        (held,) = await hold_restored(db, [order])
        await unmark(connection)
    return held
