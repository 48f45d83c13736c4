"""What time alone brings: appointments that passed, and those that come near."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from msgspec.structs import replace

from sms_gateway.domain.changes import Case, CaseChange
from sms_gateway.domain.ids import DoorName, NoticeId
from sms_gateway.domain.notices import OVERDUE, WARNINGS, Learned, Step
from sms_gateway.notices.hourly import Hourly
from sms_gateway.notices.near import (
    EPOCH,
    MILLISECOND,
    Times,
    Warn,
    due_between,
    ms,
    whose,
)
from sms_gateway.notices.table import Table, is_running, stands_still
from sms_gateway.ports import CaseFeed, Notices, Outbox

_DAY = timedelta(days=1)


class Appointments:
    """Looks at them.

    Args:
        store: where steps are written down.
        feed: which dossiers are due.
        outbox: takes the warnings.
        table: who is warned.
        times: see there.
        new_id: makes ids.
        warn: see there.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # it stands between all of these
        self,
        store: Notices,
        feed: CaseFeed,
        outbox: Outbox,
        table: Table,
        times: Times,
        new_id: Callable[[], NoticeId],
        warn: Warn,
    ) -> None:
        self._store = store
        self._feed = feed
        self._outbox = outbox
        self._table = table
        self._times = times
        self._new_id = new_id
        self._warn = warn
        self._hourly = Hourly(store, feed, outbox, table, times, warn)

    async def look(self, now: datetime) -> Sequence[DoorName]:
        """Write down which appointments passed; warn staff; the doors that have new texts.

        Raises:
            StoreDownError, CasesDownError: it is done at the next look.
        """
        await self._overdue(now)
        return [*await self._warnings(now), *await self._hourly.look(now)]

    async def _overdue(self, now: datetime) -> None:
        """Once a day: those of the days that ended since the last look.

        At the first look there are none; what is due at its hour later on this day still comes.
        """
        upto, early = self._times.today(now) - MILLISECOND, self._early(now)
        mark = await self._store.mark(OVERDUE)
        if mark is None and early:
            await self._store.learn(Learned(OVERDUE, ms(upto - _DAY), now))
        if early or (mark is not None and mark.upto >= ms(upto)):
            return
        if mark is not None:
            after = EPOCH + mark.upto * MILLISECOND
            async for cases in due_between(self._feed, after, upto):
                found = [self._passed(case, upto, now) for case in cases]
                steps = tuple(step for step in found if step is not None)
                await self._store.learn(Learned(OVERDUE, mark.upto, now, steps))
        await self._store.learn(Learned(OVERDUE, ms(upto), now))

    def resumed(self, change: CaseChange, now: datetime) -> Step | None:
        """What passed while the clock of a dossier stood, and has no new date: for the next day."""
        if not (stands_still(change.before) and is_running(change.state)):
            return None
        dossier, today = change.case.dossier, self._times.today(now)
        ahead = any(at is not None and at >= today for at in (dossier.due_at, dossier.new_due_at))
        step = None if ahead else self._passed(change.case, today - MILLISECOND, now)
        hour = timedelta(days=1, hours=self._times.overdue_hour)
        return None if step is None else replace(step, due_at=today + hour)

    def _early(self, now: datetime) -> bool:
        return self._times.hour(now) < self._times.overdue_hour

    def _passed(self, case: Case, upto: datetime, now: datetime) -> Step | None:
        dossier = case.dossier
        passed = [at for at in (dossier.due_at, dossier.new_due_at) if at is not None]
        passed = [at for at in passed if at <= upto]
        if not passed:
            return None
        line = self._table.of_overdue()
        return Step(
            id=self._new_id(),
            dossier_id=dossier.id,
            agency=dossier.agency,
            transition=f"{OVERDUE}@{ms(max(passed))}",
            number=0,
            before=dossier.state,
            state=dossier.state,
            learned_at=now,
            due_at=now,
            tells=line is not None and line.speaks,
        )

    async def _warnings(self, now: datetime) -> Sequence[DoorName]:
        """Once each working day: to each phone what of its room or officer is due soon."""
        times, today = self._times, self._times.today(now)
        if not (times.warn_days and (self._table.rooms or self._table.officers)):
            return ()
        mark = await self._store.mark(WARNINGS)
        done = mark is not None and mark.upto >= ms(today)
        if done or times.hour(now) < times.warn_hour:
            return ()
        calendar, day = await times.calendar(), now.astimezone(times.zone).date()
        if not calendar.works(day):
            return ()
        last = calendar.add_working_days(day, times.warn_days)
        upto = datetime.combine(last + timedelta(days=1), time(), times.zone) - MILLISECOND
        near: list[Case] = []
        async for cases in due_between(self._feed, now, upto):
            near += cases
        warned = whose(near, self._table, now, hours=False)
        pushes = [self._warn(one, now) for one in warned]
        if pushes:
            await self._outbox.queue_pushes(pushes)
        await self._store.learn(Learned(WARNINGS, ms(today), now))
        return sorted({push.door for push in pushes})
