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

    async def late(self, changes: Sequence[CaseChange], now: datetime) -> Sequence[Step]:
        """What passed, has no new date, and was not seen when the appointments of its day were.

        The clock of the dossier stood then, or nobody had heard of it.

        Raises:
            StoreDownError: it cannot be known now.
        """
        steps = [step for change in changes if (step := self._late(change, now))]
        mark = await self._store.mark(OVERDUE) if steps else None
        if mark is None:
            return ()
        seen = EPOCH + mark.upto * MILLISECOND
        # What passed later than that is found with all others of its day.
        return [step for at, step in steps if at <= seen]

    def _late(self, change: CaseChange, now: datetime) -> tuple[datetime, Step] | None:
        new = change.before is None
        if not (is_running(change.state) and (new or stands_still(change.before))):
            return None
        times, today = self._times, self._times.today(now)
        both = (change.case.dossier.due_at, change.case.dossier.new_due_at)
        last = max((at for at in both if at is not None), default=today)
        ended = times.today(last) + _DAY
        if last >= today or (new and change.learned_at - ended >= times.fresh):
            return None
        step = self._passed(change.case, today - MILLISECOND, now)
        days = timedelta(days=0 if new and self._early(now) else 1)
        hour = today + days + timedelta(hours=times.overdue_hour)
        return None if step is None else (last, replace(step, due_at=hour))

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
