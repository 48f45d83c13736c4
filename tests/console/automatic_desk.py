"""What the pages about automatic messages reach, over a store and a made-up history of dossiers."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sms_gateway.commands import DayCommands
from sms_gateway.console.automatic import Automatic, Pace
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.windows import IncidentWindow
from sms_gateway.notices.announcing import Announcer
from sms_gateway.notices.staff import NoticeActs
from sms_gateway.reports.dossiers import LateDossier
from sms_gateway.settings import load_calendar
from sms_gateway.web.notices import Noticing
from sms_gateway.windows.acts import WindowActs
from tests.notices.notices_desk import SETTINGS, NoticesDesk

FILE = load_calendar(SETTINGS.calendar)
LATE = LateDossier(
    id=DossierId("000.00.12.H32-170703-0009"),
    row="2.000003",
    room="Phong Lanh su",
    officer="",
    due_at=datetime.fromisoformat("2026-01-02T10:00:00+07:00"),
    finished_at=datetime.fromisoformat("2026-01-05T10:00:00+07:00"),
)


def automatic_of(notices: NoticesDesk) -> Automatic:
    """All of it; one dossier was late inside whatever window."""
    desk, store = notices.desk, notices.store
    now, said = desk.clock.now, SETTINGS.notices
    acts = NoticeActs(
        store.notices, now, lambda _door: None, timedelta(seconds=1), timedelta(days=1)
    )
    reading = (store.notices, store, notices.feed, notices.maker, notices.followers)
    announcer = Announcer(*reading, store.queue_pushes, now)

    async def late(window: IncidentWindow, _now: datetime) -> Sequence[LateDossier]:
        assert window.id
        return [LATE]

    async def known(codes: Sequence[str]) -> Collection[str]:
        return await notices.feed.cases([DossierId(code) for code in codes])

    return Automatic(
        pace=Pace(said.on, notices.quiet, said.quiet, said.per_minute, said.most, 3),
        situations=notices.table.situations,
        held=store.held,
        batches=store.notices.batches,
        noticing=Noticing(acts, notices.planner, announcer),
        windows=store.windows,
        window_acts=WindowActs(store.windows, now, desk.new_id),
        days=store.calendar,
        day_acts=DayCommands(store.calendar, now),
        file=FILE,
        hotline="0258 3999999",
        late=late,
        known=known,
    )
