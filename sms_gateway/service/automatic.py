"""The console's pages about automatic messages, wired: what they reach."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sms_gateway.cases.embedded import CaseTablesError
from sms_gateway.commands import DayCommands
from sms_gateway.console.automatic import Automatic, Pace
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.windows import IncidentWindow
from sms_gateway.notices.table import load_table
from sms_gateway.ports import CasesDownError
from sms_gateway.reports.causes import is_inside, with_causes
from sms_gateway.reports.dossiers import Count, Due, JudgedBy, LateDossier, Order
from sms_gateway.service.ends import Ends
from sms_gateway.service.notices import quiet_of
from sms_gateway.settings import Settings, load_calendar
from sms_gateway.web.notices import Noticing
from sms_gateway.windows.acts import WindowActs


def wire_automatic(
    settings: Settings, ends: Ends, noticing: Noticing, windows: WindowActs
) -> Automatic:
    """All of it.

    Raises:
        SettingsError: a table cannot be used.
    """
    store, late = ends.store, _Late(settings, ends)

    async def known(codes: Sequence[str]) -> Collection[str]:
        return frozenset(await ends.directory.cases([DossierId(code) for code in codes]))

    return Automatic(
        pace=_pace(settings),
        situations=load_table(settings.notice_tables, settings.gateway.region).situations,
        held=store.held,
        batches=store.notices.batches,
        noticing=noticing,
        windows=store.windows,
        window_acts=windows,
        days=store.calendar,
        day_acts=DayCommands(store.calendar, ends.clock.now),
        file=load_calendar(settings.calendar),
        hotline=ends.enquiry.rules.agencies.default_hotline,
        late=late.inside,
        known=known,
    )


def _pace(settings: Settings) -> Pace:
    said = settings.notices
    return Pace(
        on=said.on,
        quiet=quiet_of(settings),
        written=said.quiet,
        per_minute=said.per_minute,
        most=said.most,
        ahead=settings.alarms.announce_days,
    )


class _Late:
    """Counts as `windows causes` does.

    Args:
        settings, ends: see there.
    """

    def __init__(self, settings: Settings, ends: Ends) -> None:
        self._reports = settings.reports
        self._zone = ZoneInfo(settings.gateway.timezone)
        self._ends = ends

    async def inside(self, window: IncidentWindow, now: datetime) -> Sequence[LateDossier]:
        """Those that were due, or came to their end, inside a window."""
        zone = self._zone
        first, last = window.starts_at.astimezone(zone).date(), now.astimezone(zone).date()
        if window.starts_at >= now:
            return ()
        order = Order(
            first=first,
            last=last,
            as_of=now.astimezone(zone),
            zone=zone,
            judged_by=JudgedBy(self._reports.judged_by),
            due=Due(self._reports.due),
            carried_over=True,
        )
        counting = Count(order)
        try:
            async for page in self._ends.directory.handled(order.span):
                counting.add(page)
        except CaseTablesError as error:
            message = "handled"
            raise CasesDownError(message) from error
        kept = self._ends.store.windows
        report = with_causes(counting.report(), await kept.late_causes(), await kept.windows())
        return [one for one in report.late if is_inside(one, window)]
