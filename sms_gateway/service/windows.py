"""Incident windows among the other rooms."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from sms_gateway.alarms.senses import Senses
from sms_gateway.domain.calendar import Calendar
from sms_gateway.domain.calendar_days import calendar_of, merged
from sms_gateway.domain.ids import MessageId
from sms_gateway.ports import Clock
from sms_gateway.settings import Settings, load_calendar
from sms_gateway.store.store import SqlStore
from sms_gateway.web.metrics import Metrics
from sms_gateway.windows.acts import WindowActs
from sms_gateway.windows.watch import Around, WindowWatch


def wire_windows(
    settings: Settings, store: SqlStore, clock: Clock, metrics: Metrics, senses: Senses
) -> WindowWatch:
    """What knows which windows stand.

    Raises:
        SettingsError: `calendar.toml` cannot be used.
    """
    zone, file = ZoneInfo(settings.gateway.timezone), load_calendar(settings.calendar)

    async def calendar() -> Calendar:
        return calendar_of(zone, file.hours, merged(file.days, await store.calendar.days()))

    ahead = settings.alarms.announce_days
    around = Around(clock, calendar, ahead, metrics.show_windows, senses.saw_unannounced)
    return WindowWatch(store.windows, around)


def window_acts(
    store: SqlStore, clock: Clock, new_id: Callable[[], MessageId], watch: WindowWatch
) -> WindowActs:
    """What commands reach; replies of this process know of it at once."""
    return WindowActs(store.windows, clock.now, new_id, watch.look)
