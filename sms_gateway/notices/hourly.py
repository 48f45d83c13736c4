"""Staff are warned some working hours before an appointment that has a time of day."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from sms_gateway.domain.changes import Case
from sms_gateway.domain.ids import DoorName, DossierId
from sms_gateway.domain.notices import WARNED_HOURS, Learned
from sms_gateway.notices.near import Times, Warn, due_between, ms, whose
from sms_gateway.notices.table import Table
from sms_gateway.ports import CaseFeed, Notices, Outbox

_APART = timedelta(minutes=15)
_NO_HOUR = time(23, 59, 59)
"""What an appointment without a time of day is kept as."""

_Seen = Mapping[DossierId, datetime]


class Hourly:
    """Warns each phone of each appointment once, some of them in one text.

    Args:
        store: where it is written down how far was warned.
        feed: which dossiers are due.
        outbox: takes the warnings.
        table: who is warned.
        times: see there.
        warn: see there.
    """

    def __init__(  # it stands between all of these
        self,
        store: Notices,
        feed: CaseFeed,
        outbox: Outbox,
        table: Table,
        times: Times,
        warn: Warn,
    ) -> None:
        self._store = store
        self._feed = feed
        self._outbox = outbox
        self._table = table
        self._times = times
        self._warn = warn
        self._looked: datetime | None = None
        self._seen: _Seen = {}
        self._upto = 0

    async def look(self, now: datetime) -> Sequence[DoorName]:
        """Warn of what came near since the last time; the doors that have new texts.

        Nobody is warned while the offices are closed: no hour of theirs passes then.

        Raises:
            StoreDownError, CasesDownError: it is done at the next look.
        """
        if not (self._times.warn_hours and (self._table.rooms or self._table.officers)):
            return ()
        if self._looked is not None and self._looked <= now < self._looked + _APART:
            return ()
        calendar, doors = await self._times.calendar(), list[DoorName]()
        if calendar.is_open(now):
            length = timedelta(hours=self._times.warn_hours)
            doors = await self._warned(now, calendar.add_working_hours(now, length))
        self._looked = now
        return doors

    async def _warned(self, now: datetime, upto: datetime) -> list[DoorName]:
        near: dict[DossierId, tuple[Case, datetime]] = {}
        async for cases in due_between(self._feed, now, upto):
            for case in cases:
                if (due := self._due(case, now, upto)) is not None:
                    near[case.dossier.id] = case, due
        mark = await self._store.mark(WARNED_HOURS)
        seen = {name: due for name, (_, due) in near.items()}
        if mark is not None and mark.upto == self._upto:
            known = self._seen
        else:
            # Another process warned last: of all that was due by then.
            before = 0 if mark is None else mark.upto
            known = {name: due for name, due in seen.items() if ms(due) <= before}
        new = [case for name, (case, due) in near.items() if known.get(name) != due]
        warned = whose(new, self._table, now, hours=True)
        pushes = [self._warn(one, now) for one in warned]
        if pushes:
            await self._outbox.queue_pushes(pushes)
        await self._store.learn(Learned(WARNED_HOURS, ms(upto), now))
        self._seen, self._upto = seen, ms(upto)
        return sorted({push.door for push in pushes})

    def _due(self, case: Case, now: datetime, upto: datetime) -> datetime | None:
        """The first appointment of a dossier in a span that has a time of day, or None."""
        both, zone = (case.dossier.due_at, case.dossier.new_due_at), self._times.zone
        ahead = [at for at in both if at is not None and now < at <= upto]
        return min((at for at in ahead if _has_hour(at.astimezone(zone))), default=None)


def _has_hour(here: datetime) -> bool:
    return here.time().replace(microsecond=0) != _NO_HOUR
