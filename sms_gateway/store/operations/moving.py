"""Of which MTs an order is that lets them leave by another door, as the statements want it."""

from datetime import datetime
from typing import Any

from sms_gateway.domain.moves import TELCO_LIMIT, TakeOver
from sms_gateway.store.rows import first_id, ms

_NEVER_MS = 2**62
_ABOVE_ALL = "g"  # ids are hexadecimal


def fitting(order: TakeOver) -> dict[str, Any]:
    """What of a door's MTs an order is about."""
    return {
        "most": order.max_segments,
        "accents": int(order.accents),
        "any_template": int(order.templates is None),
        "templates": list(order.templates or ()),
        "after": _ABOVE_ALL if order.since is None else first_id(order.since),
        "since": _ms_or(order.since, 0),
        "until": _ms_or(order.until, _NEVER_MS),
    }


def within_room(order: TakeOver) -> dict[str, Any]:
    """How many of them go at most: so few that they have room even if all are as long as can be."""
    most = order.max_segments if order.room is None else min(order.max_segments, order.room)
    limit = (
        order.limit if order.room is None else min(order.limit, max(1, order.room // max(1, most)))
    )
    values = {"to": order.to, "full": TELCO_LIMIT, "day": _ms_or(order.day, 0)}
    return {**values, "most": most, "limit": limit}


def _ms_or(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else ms(moment)
