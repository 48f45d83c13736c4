"""What time alone brings: appointments that passed, and those that come near."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from sms_gateway.domain.calendar import Calendar
from sms_gateway.domain.changes import Case
from sms_gateway.domain.ids import DoorName, DossierId, NoticeId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.notices import OVERDUE, WARNINGS, Learned, Step
from sms_gateway.domain.pushes import Push
from sms_gateway.notices.table import Table
from sms_gateway.ports import CaseFeed, Notices, Outbox

_PAGE = 500
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Times:
    """When what is looked at.

    Attributes:
        zone: where days begin and end.
        overdue_hour, warn_hour, warn_days: see `[notices]`.
        calendar: which days are worked; raises StoreDownError.
    """

    zone: tzinfo
    overdue_hour: int
    warn_hour: int
    warn_days: int
    calendar: Callable[[], Awaitable[Calendar]]

    def today(self, now: datetime) -> datetime:
        """When this day began here."""
        day = now.astimezone(self.zone).date()
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def hour(self, now: datetime) -> int:
        """The hour of the day here."""
        return now.astimezone(self.zone).hour


@dataclass(frozen=True, slots=True)
class Warned:
    """What one phone of the staff is warned of: dossiers of a room or officer, soonest first."""

    to: Address
    who: str
    cases: Sequence[Case]


Warn = Callable[[Warned, datetime], Push]
"""Makes the text of a warning."""


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

    async def look(self, now: datetime) -> Sequence[DoorName]:
        """Write down which appointments passed; warn staff; the doors that have new texts.

        Raises:
            StoreDownError, CasesDownError: it is done at the next look.
        """
        await self._overdue(now)
        return await self._warnings(now)

    async def _overdue(self, now: datetime) -> None:
        """Once a day: those of the days that ended since the last look. The first one is none."""
        upto = self._times.today(now) - _MILLISECOND
        mark = await self._store.mark(OVERDUE)
        if mark is not None and (
            mark.upto >= _ms(upto) or self._times.hour(now) < self._times.overdue_hour
        ):
            return
        if mark is not None:
            after = _EPOCH + mark.upto * _MILLISECOND
            async for cases in self._due(after, upto):
                found = [self._passed(case, upto, now) for case in cases]
                steps = tuple(step for step in found if step is not None)
                await self._store.learn(Learned(OVERDUE, mark.upto, now, steps))
        await self._store.learn(Learned(OVERDUE, _ms(upto), now))

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
            transition=f"{OVERDUE}@{_ms(max(passed))}",
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
        done = mark is not None and mark.upto >= _ms(today)
        if done or times.hour(now) < times.warn_hour:
            return ()
        calendar, day = await times.calendar(), now.astimezone(times.zone).date()
        if not calendar.works(day):
            return ()
        last = calendar.add_working_days(day, times.warn_days)
        upto = datetime.combine(last + timedelta(days=1), time(), times.zone) - _MILLISECOND
        near: list[Case] = []
        async for cases in self._due(now, upto):
            near += cases
        near.sort(key=lambda case: (due_of(case, now), case.dossier.id))
        pushes = [self._warn(warned, now) for warned in self._warned(near)]
        if pushes:
            await self._outbox.queue_pushes(pushes)
        await self._store.learn(Learned(WARNINGS, _ms(today), now))
        return sorted({push.door for push in pushes})

    def _warned(self, near: Sequence[Case]) -> Sequence[Warned]:
        kinds: Sequence[tuple[Mapping[str, Sequence[Address]], Callable[[Case], str]]] = (
            (self._table.rooms, lambda case: case.facts.room),
            (self._table.officers, lambda case: case.facts.officer),
        )
        return [
            Warned(to, name, theirs)
            for phones, name_of in kinds
            for name, numbers in phones.items()
            if (theirs := [case for case in near if name_of(case) == name])
            for to in numbers
        ]

    async def _due(self, after: datetime, upto: datetime) -> AsyncIterator[Sequence[Case]]:
        past: DossierId | str = ""
        while cases := await self._feed.due(after, upto, past, _PAGE):
            yield cases
            if len(cases) < _PAGE:
                return
            past = cases[-1].dossier.id


def due_of(case: Case, now: datetime) -> datetime:
    """The appointment of a dossier that lies ahead, the first one."""
    both = [at for at in (case.dossier.due_at, case.dossier.new_due_at) if at is not None]
    return min([at for at in both if at > now] or both)


def _ms(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND
