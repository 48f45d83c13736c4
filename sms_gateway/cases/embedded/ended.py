"""Copies of dossiers that ended long ago: found page by page, and forgotten."""

from collections.abc import Sequence
from datetime import datetime

from sms_gateway.cases.embedded.tables import Statements
from sms_gateway.domain.dossier import canonical_key
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.retention import EndedCase

_PAGE = 250


async def ended(tables: Statements, before: datetime, after: int) -> Sequence[EndedCase]:
    """See `retention.dossiers.Copies`."""
    rows = await tables.rows("ended", before=_ms(before), after=after, most=_PAGE)
    return [
        EndedCase(
            place=number,
            id=DossierId(code),
            keys=tuple(canonical_key(text) for text in (code, receipt) if text),
            ripe=bool(ripe),
        )
        for number, code, receipt, ripe in rows
    ]


async def forget(tables: Statements, ids: Sequence[DossierId], before: datetime) -> int:
    """See `retention.dossiers.Copies`."""
    async with tables.transaction(lasting=True):
        # As whoever learns: the same rows in another order, and each would wait for the other.
        await tables.row("in_order")
        return await tables.change("forget_ended", ids=ids, before=_ms(before))


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
