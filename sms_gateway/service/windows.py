"""Incident windows among the other rooms."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sms_gateway.alarms.senses import Senses
from sms_gateway.cases.opening import CaseEnds
from sms_gateway.domain.calendar import Calendar
from sms_gateway.domain.calendar_days import calendar_of, merged
from sms_gateway.domain.ids import MessageId
from sms_gateway.intake.case_watch import CaseWatch
from sms_gateway.ports import Clock
from sms_gateway.settings import Settings, load_calendar
from sms_gateway.store.store import SqlStore
from sms_gateway.web.metrics import Metrics
from sms_gateway.windows.acts import WindowActs
from sms_gateway.windows.interrupted import Interrupted
from sms_gateway.windows.watch import Around, WindowWatch


@dataclass(frozen=True, slots=True)
class Windows:
    """What knows which windows stand, and what commands reach.

    Attributes:
        watch: knows it.
        acts: what people do.
        clock: time.
        timeout_s: seconds of a look-up.
        calendar: of the offices, as it is now; raises StoreDownError.
    """

    watch: WindowWatch
    acts: WindowActs
    clock: Clock
    timeout_s: float
    calendar: Callable[[], Awaitable[Calendar]]

    async def run(self) -> None:
        """Look until cancelled."""
        await self.watch.run()

    def before(self, cases: CaseEnds, counted: Callable[[str, int], None]) -> CaseWatch:
        """The case database as whoever answers sees it: interrupted while a window stands."""
        directory = Interrupted(cases.answers, cases.copy, self.watch.stops)
        return CaseWatch(directory, self.clock, counted, self.timeout_s)


def wire_windows(
    settings: Settings,
    store: SqlStore,
    clock: Clock,
    new_id: Callable[[], MessageId],
    told: tuple[Metrics, Senses],
) -> Windows:
    """Both, with what hears of windows.

    Raises:
        SettingsError: `calendar.toml` cannot be used.
    """
    zone, file = ZoneInfo(settings.gateway.timezone), load_calendar(settings.calendar)

    async def calendar() -> Calendar:
        return calendar_of(zone, file.hours, merged(file.days, await store.calendar.days()))

    metrics, senses = told
    ahead = settings.alarms.announce_days
    around = Around(clock, calendar, ahead, metrics.show_windows, senses.saw_unannounced)
    watch = WindowWatch(store.windows, around)
    acts = WindowActs(store.windows, clock.now, new_id, watch.look)
    return Windows(watch, acts, clock, settings.cases.timeout_s, calendar)
