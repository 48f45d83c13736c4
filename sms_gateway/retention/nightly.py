"""The purge that comes by itself, once a night, on one node."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from sms_gateway.commands import CommandError
from sms_gateway.domain.retention import PurgeState
from sms_gateway.ports import Clock, StoreDownError
from sms_gateway.retention.cuts import Keeping, cuts_of, last_night
from sms_gateway.retention.purge import Around, Purge, log_purged

LOOK_S = 600.0
"""Between two looks whether it is time, in seconds; the first one comes as long after the start."""

BY = "gateway"
"""Who did it, as the audit names it."""

_log = structlog.get_logger("retention")


@dataclass(frozen=True, slots=True)
class NightPlan:
    """When, and on which node.

    Attributes:
        settings: say how long things are kept, and the hour.
        leads: whether this node is the one that purges.
        state: how purging stands; raises StoreDownError.
    """

    settings: Keeping
    leads: Callable[[], bool]
    state: Callable[[], Awaitable[PurgeState]]


class Nightly:
    """Purges each night.

    A machine that was off at that hour purges soon after it was started: it may be off each night.
    A copy that was restored since then waits for its first night: legal holds that are not in it
    may have to be added before.

    Args:
        purge: does it.
        plan: when and where.
        clock: time.
    """

    def __init__(self, purge: Purge, plan: NightPlan, clock: Clock) -> None:
        self._purge = purge
        self._plan = plan
        self._clock = clock

    async def run(self) -> None:
        """Purge each night until cancelled."""
        # From the first question on a node tries to lead.
        self._plan.leads()
        while True:
            await self._clock.sleep(LOOK_S)
            try:
                if self._plan.leads() and await self._due():
                    await self._once()
            except StoreDownError as error:
                _log.error("retention.store_down", error=str(error))

    async def _once(self) -> None:
        cuts = cuts_of(self._plan.settings, self._clock.now())
        # Somebody may be purging by hand.
        with suppress(CommandError):
            log_purged(await self._purge.run(cuts, BY, Around(goes_on=self._plan.leads)))

    async def _due(self) -> bool:
        state = await self._plan.state()
        night = last_night(self._plan.settings, self._clock.now())
        return all(at is None or at < night for at in (state.ended_at, state.restored_at))
