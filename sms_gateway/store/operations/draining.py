"""Doors that are drained: the part of it that is one commit."""

from collections.abc import Sequence

from sms_gateway.domain.acts import DRAIN_ACT, DrainOrder
from sms_gateway.store.operations.outbox import audit
from sms_gateway.store.rows import ms
from sms_gateway.store.statements import Statements


async def begin_drains(db: Statements, orders: Sequence[DrainOrder]) -> Sequence[None]:
    """Pause doors that are to be drained, audited."""
    for order in orders:
        values = {"door": order.door, "paused": 1, "at": ms(order.at), "by": order.by}
        await db.change("door_pause", values)
        await audit(db, order.at, order.by, DRAIN_ACT, order.door, f"to={','.join(order.to)}")
    return [None] * len(orders)
