"""What `doctor` says of purging."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sms_gateway.cli.faults import sentence_of
from sms_gateway.cli.findings import Finding, Level
from sms_gateway.cli.opened import stored
from sms_gateway.cli.output import local
from sms_gateway.domain.retention import PurgeState
from sms_gateway.retention.cuts import cuts_of
from sms_gateway.settings import Settings
from sms_gateway.store.opening import open_reading

LATE = timedelta(days=3)
"""So much later than the settings say texts may go, before something must be wrong."""

_WHAT = "purge"


def retention(settings: Settings) -> Iterator[Finding]:
    """When a purge last came to its end, and whether it takes what it should."""
    if not stored(settings):
        return
    zone, now = ZoneInfo(settings.gateway.timezone), datetime.now(UTC)
    try:
        state = asyncio.run(_state(settings))
    except Exception as error:
        if sentence_of(error) is None:
            raise
        return  # what is said of the messages has said it
    cut = cuts_of(settings, now).content
    last = f"last ended {local(state.ended_at, zone)}" if state.ended_at else "none has ended yet"
    if state.oldest is not None and state.oldest < cut - LATE:
        why = "run sms-gateway purge"
        if settings.retention.nightly:
            why = "look for retention. in the gateway's log, or run sms-gateway purge"
        told = f"{last}, and texts of {local(state.oldest, zone)[:10]} are kept still: {why}"
        yield Finding(Level.WARN, _WHAT, told)
        return
    held = f", {state.holds} legal holds" if state.holds else ""
    left = f", {state.left} old texts stay: held, or not ended" if state.left else ""
    yield Finding(Level.OK, _WHAT, f"{last}{held}{left}")


async def _state(settings: Settings) -> PurgeState:
    async with open_reading(settings.store_at) as reading:
        return await reading.retention.state()
