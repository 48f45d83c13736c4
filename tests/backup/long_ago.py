"""A text that no settings keep any more, in a store that has been used before."""

from datetime import UTC, datetime
from pathlib import Path

from sms_gateway.domain.ids import MessageId
from tests.contracts.store_desk import Desk, Maker, pending

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


async def answered_long_ago(maker: Maker, folder: Path) -> MessageId:
    """Such a text, answered; its id."""
    async with Desk(maker, folder, runs_before=1) as desk:
        desk.clock.at = LONG_AGO
        mo = pending(await desk.record(desk.arrival(telco_id="long-ago")))
        await desk.sent(await desk.reply(mo=mo), "T-1")
        return mo.id
