"""What a copy of the store holds, by which keys it was written, and what it holds back."""

from collections.abc import Mapping
from datetime import datetime

from sms_gateway.domain.restores import RestoreHold
from sms_gateway.store.rows import moment, ms
from sms_gateway.store.statements import Statements

EVERYTHING = "everything"
"""The one hold that there is, by its name."""


async def hold_of(db: Statements, now: datetime) -> RestoreHold | None:
    """The hold that stands, or None."""
    row = await db.row("restore_hold_get", {"name": EVERYTHING})
    if row is None:
        return None
    at, by, copied_at = row
    ((queued, too_old, sending),) = await db.rows("mt_restored_counts", {"now": ms(now)})
    return RestoreHold(moment(at), by, moment(copied_at), queued, too_old, sending)


async def keys_used(db: Statements) -> Mapping[str, str]:
    """Name of a key to the id of the one that this store was written by."""
    return {name: key_id for name, key_id in await db.rows("keys_used")}  # noqa: C416  # rows of a dialect


async def contents(db: Statements) -> tuple[Mapping[str, int], datetime | None]:
    """Rows by what they are, and the moment of the newest message."""
    counts = {table: n for table, n in await db.rows("contents")}  # noqa: C416  # rows of a dialect
    ((newest,),) = await db.rows("newest_message")
    return counts, None if newest is None else moment(newest)
