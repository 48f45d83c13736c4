"""Appointments that come near: which ones, whose, and who of the staff is warned of them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from sms_gateway.domain.calendar import Calendar
from sms_gateway.domain.changes import Case
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.names import name_key
from sms_gateway.domain.pushes import Push
from sms_gateway.notices.table import Table
from sms_gateway.ports import CaseFeed

MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Times:
    """When what is looked at.

    Attributes:
        zone: where days begin and end.
        overdue_hour, warn_hour, warn_days, warn_hours: see `[notices]`.
        calendar: which days are worked; raises StoreDownError.
        fresh: what was late for longer when it was first heard of is not apologised for.
    """

    zone: tzinfo
    overdue_hour: int
    warn_hour: int
    warn_days: int
    warn_hours: int
    calendar: Callable[[], Awaitable[Calendar]]
    fresh: timedelta

    def today(self, now: datetime) -> datetime:
        """When this day began here."""
        day = now.astimezone(self.zone).date()
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def hour(self, now: datetime) -> int:
        """The hour of the day here."""
        return now.astimezone(self.zone).hour


@dataclass(frozen=True, slots=True)
class Warned:
    """What one phone of the staff is warned of: dossiers of a room or officer, soonest first.

    Attributes:
        to, who: the phone, and the name of the room or officer.
        cases: the dossiers.
        hours: they are due within hours, not within days.
    """

    to: Address
    who: str
    cases: Sequence[Case]
    hours: bool = False


Warn = Callable[[Warned, datetime], Push]
"""Makes the text of a warning."""


def whose(near: Sequence[Case], table: Table, now: datetime, *, hours: bool) -> Sequence[Warned]:
    """What each phone is warned of."""
    near = sorted(near, key=lambda case: (due_of(case, now), case.dossier.id))
    kinds: Sequence[tuple[Mapping[str, Sequence[Address]], Callable[[Case], str]]] = (
        (table.rooms, lambda case: case.facts.room),
        (table.officers, lambda case: case.facts.officer),
    )
    return [
        Warned(to, name, theirs, hours)
        for phones, name_of in kinds
        for name, numbers in phones.items()
        if (theirs := [case for case in near if name_key(name_of(case)) == name_key(name)])
        for to in numbers
    ]


async def due_between(
    feed: CaseFeed, after: datetime, upto: datetime
) -> AsyncIterator[Sequence[Case]]:
    """Dossiers with an appointment in a span, some at a time. Raises CasesDownError."""
    past: DossierId | str = ""
    while cases := await feed.due(after, upto, past, _PAGE):
        yield cases
        if len(cases) < _PAGE:
            return
        past = cases[-1].dossier.id


def due_of(case: Case, now: datetime) -> datetime:
    """The appointment of a dossier that lies ahead, the first one."""
    both = [at for at in (case.dossier.due_at, case.dossier.new_due_at) if at is not None]
    return min([at for at in both if at > now] or both)


def ms(at: datetime) -> int:
    """Milliseconds since 1970."""
    return (at - EPOCH) // MILLISECOND
