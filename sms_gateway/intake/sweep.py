"""The look around that heals what hints missed: every few seconds, whatever happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.records import Figures
from sms_gateway.intake.answering import Answerer
from sms_gateway.ports import Clock, Store, StoreDownError

_log = structlog.get_logger("intake")

_LEASE = 500
FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class SweepContext:
    """Settings of the sweep.

    Attributes:
        seconds: between two looks.
        parts_wait: how long a part of a long text waits for the others.
        alarm: age of an unanswered MO that is worth an alarm.
        resend: doors whose uncertain sends are repeated.
        seen: takes the queue figures, or None where another node shows them.
        parked: takes door and intent of an MO whose reply was not sent in time.
    """

    seconds: float
    parts_wait: timedelta
    alarm: timedelta
    resend: Sequence[DoorName]
    seen: Callable[[Figures | None, datetime], None]
    parked: Callable[[DoorName, str], None]


class Sweep:
    """Looks around.

    `store_down` says why the last look failed, `worked_at` when one last succeeded, by the
    monotonic clock; `over` that it looks no more, for the gateway stops.

    Args:
        store: what is looked at.
        answerer: takes MOs that nobody answers.
        clock: time.
        context: settings.
    """

    def __init__(
        self, store: Store, answerer: Answerer, clock: Clock, context: SweepContext
    ) -> None:
        self._store = store
        self._answerer = answerer
        self._clock = clock
        self._context = context
        self._late = False
        self.store_down = ""
        self.worked_at = clock.monotonic()
        self.over = False

    async def run(self) -> None:
        """Look around until cancelled."""
        try:
            while True:
                await self._try()
                await self._clock.sleep(self._context.seconds)
        finally:
            self.over = True

    async def _try(self) -> None:
        try:
            await self.look()
            self.store_down = ""
            self.worked_at = self._clock.monotonic()
        except StoreDownError as error:
            if not self.store_down:
                _log.error("store.down", error=str(error))
            self.store_down = str(error) or "down"

    async def look(self) -> None:
        """One look. Raises StoreDownError."""
        now = self._clock.now()
        # The calls below write nothing while nothing is to do, and a full disk would not show.
        await self._store.probe()
        await self._store.join_overdue_parts(now - self._context.parts_wait, now)
        await self._answerer.handing_over.settle()
        # Of other nodes that died meanwhile.
        freed, uncertain = await self._store.recover(self._context.resend, now)
        if freed or uncertain:
            _log.warning("store.recovered", unanswered=freed, uncertain=uncertain)
        if self._answerer.has_room():
            self._answerer.offer(await self._store.lease_unanswered(_LEASE))
        if expired := await self._store.expire(now):
            _log.warning("mt.expired", count=len(expired))
            for mt in expired:
                if mt.intent:
                    self._context.parked(mt.door, mt.intent)
        figures = await self._store.figures(now - self._context.alarm)
        self._context.seen(figures if self._store.leads(FIGURES) else None, now)
        self._alarm(figures, now)

    def _alarm(self, figures: Figures, now: datetime) -> None:
        oldest = figures.oldest_unanswered
        late = oldest is not None and now - oldest > self._context.alarm
        if late and not self._late:
            # Once per incident, not once per look.
            _log.error("mo.unanswered_too_long", unanswered=figures.unanswered)
        self._late = late
