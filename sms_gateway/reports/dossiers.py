"""How dossiers were handled in a period: counted once each, early, on time, late or pending.

The table of the report of Q3/2017 (domain 1.4). A dossier is received when its NgayTiepNhan lies in
the period; when it was resolved, `ending` tells. NgayTra plays no part, for a citizen may fetch the
result weeks later (domain 4.4).
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import assert_never

from sms_gateway.cases.embedded import HandledCase, Span
from sms_gateway.domain.dossier import State
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.names import name_key
from sms_gateway.reports.document import TOTAL, row_key
from sms_gateway.reports.ending import ended_by, is_end_unknown, is_heard_later, is_open_again

_NEVER_IN = (State.REGISTERED, State.NOT_ACCEPTED)


class By(enum.StrEnum):
    """What the rows of the table are."""

    PROCEDURE = "procedure"
    ROOM = "room"
    OFFICER = "officer"


class JudgedBy(enum.StrEnum):
    """What is compared of the end of handling and of the appointment."""

    DAY = "day"
    HOUR = "hour"


class Due(enum.StrEnum):
    """Which appointment counts where a second one was given."""

    FIRST = "first"
    NEWEST = "newest"


class LeftOut(enum.StrEnum):
    """Why a dossier is in no number."""

    UNDATED = "not_received"
    """It has no NgayTiepNhan although it was accepted."""
    NOT_ACCEPTED = "not_accepted"
    """State 3, or still 1, at the moment of the report."""
    REFUSED_LATER = "refused_later"
    """Carried over, and in state 3 or 1 since the period began."""


class Noted(enum.StrEnum):
    """What is to be known of a dossier that is counted."""

    OPEN = "open"
    """It has an NgayKetThucXuLy, and a state that is open: it is pending."""
    END_UNKNOWN = "end_unknown"
    """It had ended when we first heard of it, and nothing says when: neither early nor late."""
    HEARD_LATER = "heard_later"
    """The same, and we heard of it only after the moment of the report: it counts as pending."""
    BY_FINISHED = "by_finished"
    """It has no NgayKetThucXuLy: judged by when its state became 9."""
    BY_RETURNED = "by_returned"
    """Nor was a 9 told: judged by when its state became 10, which may be long after its end."""
    TOLD_LATER = "told_later"
    """It was told anew after the moment of the report: room, officer and dates are newer."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be reported.

    Attributes:
        first, last: the days of the period, both in it.
        as_of: what happened at or after this moment is not looked at.
        zone: whose days these are.
        by: what the rows are.
        judged_by, due: how early, on time and late are told apart.
        carried_over: count also what was received earlier and not resolved when the period began.
    """

    first: date
    last: date
    as_of: datetime
    zone: tzinfo
    by: By = By.PROCEDURE
    judged_by: JudgedBy = JudgedBy.DAY
    due: Due = Due.FIRST
    carried_over: bool = False

    @property
    def begins(self) -> datetime:
        """The first moment of the period."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def span(self) -> Span:
        """Which dossiers are needed for it."""
        ends = datetime.combine(self.last + timedelta(days=1), time(), self.zone)
        return Span(self.begins, min(ends, self.as_of), self.as_of, self.carried_over)


Ids = tuple[DossierId, ...]


@dataclass(frozen=True, slots=True)
class DossierRow:
    """One row of the table; each number as the dossiers it counts.

    Attributes:
        key: what a row is traced by: code of the procedure, or name.
        name: as printed; may be empty.
        received, carried_over: what there was to do.
        resolved, pending: what became of it.
        early, on_time, late, undated: the resolved ones; undated where there was no appointment, or
            where the end is unknown.
    """

    key: str
    name: str
    received: Ids = ()
    carried_over: Ids = ()
    resolved: Ids = ()
    early: Ids = ()
    on_time: Ids = ()
    late: Ids = ()
    undated: Ids = ()
    pending: Ids = ()


@dataclass(frozen=True, slots=True)
class LateDossier:
    """One that was resolved late.

    Attributes:
        id, row: which, and in which row it is counted.
        room, officer: where it lies, and who has it.
        due_at, finished_at: what was compared.
        by_state: the state whose beginning was taken for the end; None where a date told it.
        cause: as staff wrote it down; empty where nobody did.
        offered: where nobody did, the incidents in which it was due or came to its end.
    """

    id: DossierId
    row: str
    room: str
    officer: str
    due_at: datetime
    finished_at: datetime
    by_state: State | None = None
    cause: str = ""
    offered: str = ""


@dataclass(frozen=True, slots=True)
class DossierReport:
    """The table.

    Attributes:
        order: what was asked.
        rows: by key; those without a name last.
        total: all of them.
        late: one by one, by appointment.
        left_out: dossiers that are in no number, by why.
        noted: dossiers that are counted and of which something is to be known.
        told_at: when the last of those that were told later was.
    """

    order: Order
    rows: tuple[DossierRow, ...]
    total: DossierRow
    late: tuple[LateDossier, ...]
    left_out: Mapping[LeftOut, Ids]
    noted: Mapping[Noted, Ids]
    told_at: datetime | None = None


NUMBERS = (
    "received", "carried_over", "resolved", "early", "on_time", "late", "undated", "pending",
)  # fmt: skip
"""The numbers of a row, as its attributes are called."""

_BY_STATE = {State.FINISHED: Noted.BY_FINISHED, State.RETURNED: Noted.BY_RETURNED}


@dataclass(slots=True)
class _Group:
    """A row while it is counted."""

    key: str
    name: str = ""
    named_at: datetime | None = None
    ids: dict[str, list[DossierId]] = field(default_factory=lambda: {name: [] for name in NUMBERS})


class Count:
    """Counts dossiers as they are read; holds their ids and nothing else of most of them.

    Args:
        order: what is to be reported.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        self._begins = order.begins
        self._groups: dict[str, _Group] = {}
        self._late: list[LateDossier] = []
        self._left_out: dict[LeftOut, list[DossierId]] = {}
        self._noted: dict[Noted, list[DossierId]] = {}
        self._told_at: datetime | None = None

    def add(self, cases: Iterable[HandledCase]) -> None:
        """Count these, none of which was counted before."""
        for case in cases:
            self._add(case)

    def report(self) -> DossierReport:
        """What was counted; not checked yet, see `adding_up.check`."""
        groups = sorted(self._groups.values(), key=lambda group: (not group.key, group.key))
        rows = tuple(_row(row_key(group.key), group) for group in groups)
        ids: dict[str, Ids] = {
            name: tuple(one for row in rows for one in getattr(row, name)) for name in NUMBERS
        }
        return DossierReport(
            order=self._order,
            rows=rows,
            total=DossierRow(TOTAL, "", **ids),
            late=tuple(map(self._named, sorted(self._late, key=lambda one: (one.due_at, one.id)))),
            left_out={why: tuple(ids) for why, ids in self._left_out.items()},
            noted={what: tuple(self._noted[what]) for what in Noted if what in self._noted},
            told_at=self._told_at,
        )

    def _named(self, late: LateDossier) -> LateDossier:
        """The same with the name of its row, which a later dossier may have changed."""
        return replace(late, row=self._groups[name_key(late.row)].name)

    def _add(self, case: HandledCase) -> None:
        if case.state in _NEVER_IN:
            self._not_in(case)
            return
        if case.received_at is None:
            self._left_out.setdefault(LeftOut.UNDATED, []).append(case.id)
            return
        finished = ended_by(case, self._order.as_of, self._order.zone)
        early = case.received_at < self._begins
        if early and finished is not None and finished < self._begins:
            return
        group = self._group(case, case.received_at)
        group.ids["carried_over" if early else "received"].append(case.id)
        if case.told_at >= self._order.as_of:
            self._note(Noted.TOLD_LATER, case)
            self._told_at = max(self._told_at or case.told_at, case.told_at)
        if finished is None:
            group.ids["pending"].append(case.id)
            if is_open_again(case, self._order.zone):
                self._note(Noted.OPEN, case)
            elif is_heard_later(case):
                self._note(Noted.HEARD_LATER, case)
        elif self._day(finished) >= self._day(case.received_at):
            self._resolve(group, case, finished)
        # Else it ended before it began: it is neither, and the table will not add up.

    def _note(self, what: Noted, case: HandledCase) -> None:
        self._noted.setdefault(what, []).append(case.id)

    def _not_in(self, case: HandledCase) -> None:
        if case.received_at is None:
            return
        if case.received_at >= self._begins:
            self._left_out.setdefault(LeftOut.NOT_ACCEPTED, []).append(case.id)
        elif case.state_at is not None and case.state_at >= self._begins:
            self._left_out.setdefault(LeftOut.REFUSED_LATER, []).append(case.id)

    def _group(self, case: HandledCase, at: datetime) -> _Group:
        key, name = _row_of(case, self._order.by)
        group = self._groups.setdefault(name_key(key), _Group(key))
        # Procedures are renamed, and keep their code; the newest dossier tells how they are called.
        if name and (group.named_at is None or (name != key and at >= group.named_at)):
            group.name, group.named_at = name, at
        return group

    def _resolve(self, group: _Group, case: HandledCase, finished: datetime) -> None:
        group.ids["resolved"].append(case.id)
        due = case.due_at
        if self._order.due is Due.NEWEST:
            due = case.new_due_at or due
        if is_end_unknown(case):
            self._note(Noted.END_UNKNOWN, case)
            due = None
        if due is None:
            group.ids["undated"].append(case.id)
            return
        by_state = case.ended_state if case.finished_at is None else None
        if by_state is not None:
            self._note(_BY_STATE[by_state], case)
        ended, promised = self._judged(finished), self._judged(due)
        if ended > promised:
            about = (group.key, case.room, case.officer)
            self._late.append(LateDossier(case.id, *about, due, finished, by_state))
        judged = "early" if ended < promised else "late" if ended > promised else "on_time"
        group.ids[judged].append(case.id)

    def _judged(self, moment: datetime) -> datetime:
        here = moment.astimezone(self._order.zone)
        hour = here.hour if self._order.judged_by is JudgedBy.HOUR else 0
        return here.replace(hour=hour, minute=0, second=0, microsecond=0)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._order.zone).date()


def _row_of(case: HandledCase, by: By) -> tuple[str, str]:
    """Key and name of the row that a dossier is counted in."""
    match by:
        case By.PROCEDURE:
            return case.procedure_code or case.procedure_name, case.procedure_name
        case By.ROOM:
            return case.room, case.room
        case By.OFFICER:
            return case.officer, case.officer
        case _:
            assert_never(by)


def _row(key: str, group: _Group) -> DossierRow:
    return DossierRow(key, group.name, **{name: tuple(ids) for name, ids in group.ids.items()})
