"""Which reply a dossier deserves, and the facts it is filled with (domain 6)."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from types import MappingProxyType
from typing import assert_never

from sms_gateway.domain.dossier import Dossier, ReturnVia, State

_RUNNING = frozenset({State.ACCEPTED, State.PROCESSING})
_FROM_COPY: Mapping[State, str] = MappingProxyType({
    State.REGISTERED: "E5-registered",
    State.NOT_ACCEPTED: "E5-refused",
    State.PAPERS_NEEDED: "E5-papers",
    State.FEE_DUE: "E5-fee",
    State.WITHDRAWN: "E5-withdrawn",
    State.STOPPED: "E5-stopped",
    State.FINISHED: "E5-ready",
    State.RETURNED: "E5-returned",
})  # fmt: skip
"""The reply of each state but those in which the office works."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A reply before it has words.

    Attributes:
        template: which one, an id of `config/replies/*.toml`.
        params: the dossier's own facts by placeholder; hotline, keyword and short code are the
            caller's to add.
    """

    template: str
    params: Mapping[str, str] = field(repr=False)


def reply_to_dossier(dossier: Dossier, *, full: bool, now: datetime, zone: tzinfo) -> Choice:
    """What to answer to someone who asked for this dossier.

    A date that the source did not give is left out by a variant of the reply, never replaced by
    another one: S2 without its due date is `S2-nodue`, S3 without its date `S3-undated`.

    Args:
        dossier: what the case database knows; its times are aware.
        full: whether the asker may read everything; anyone else gets the degree of completion
            alone, without dates and reasons (TT 01/2018 article 16, domain 6 template E7).
        now: the moment of the answer, aware.
        zone: where the offices are; days begin and end there.
    """
    if not full:
        return Choice(_limited(dossier, now, zone), {"code": dossier.code})
    return _full(dossier, now, zone)


def reply_from_copy(dossier: Dossier, *, zone: tzinfo) -> Choice | None:
    """What to answer to someone who may read everything while the case database is silent (E5).

    Args:
        dossier: as it was when its copy was learned (`as_of`).
        zone: where the offices are; the time of the copy is told in it.

    Returns:
        None where nobody knows how old the copy is: then it is worth nothing.
    """
    day = _day(dossier.as_of, zone)
    if dossier.as_of is None or day is None:
        return None
    moment = dossier.as_of.astimezone(zone)
    told = {"code": dossier.code, "time": f"{moment:%H:%M}", "date": _written(day)}
    if dossier.state not in _RUNNING:
        return Choice(_FROM_COPY[dossier.state], told)
    due = _day(dossier.new_due_at, zone) or _day(dossier.due_at, zone)
    return Choice("E5", {**told, "due": _written(due)}) if due else Choice("E5-nodue", told)


@dataclass(frozen=True, slots=True)
class _Appointment:
    """The due date as of today.

    Overdue means that the due day has ended: nobody is told "late" on the day itself, whatever
    the hour. A new appointment given before the old one has passed replaces it; given after, it
    stands beside the apology for as long as it lies ahead.

    Attributes:
        due: the day to show, or None where the source gave none.
        renewed: the new appointment beside a missed one, where it still lies ahead.
        overdue: the day promised has ended.
    """

    due: date | None
    renewed: date | None
    overdue: bool

    @classmethod
    def of(cls, dossier: Dossier, now: datetime, zone: tzinfo) -> "_Appointment":
        """Compare the stored appointments with today; nothing is recomputed (domain 4.4)."""
        first, new = _day(dossier.due_at, zone), _day(dossier.new_due_at, zone)
        today = now.astimezone(zone).date()
        ahead = new if new is not None and new >= today else None
        if first is not None and first < today:
            # With both missed, the citizen has the newer one in mind.
            missed = first if ahead is not None or new is None else max(first, new)
            return cls(due=missed, renewed=ahead, overdue=True)
        if ahead is not None or first is not None:
            return cls(due=ahead or first, renewed=None, overdue=False)
        return cls(due=new, renewed=None, overdue=new is not None)


def _limited(dossier: Dossier, now: datetime, zone: tzinfo) -> str:
    state = dossier.state
    match state:
        case State.REGISTERED:
            return "E7-registered"
        case State.ACCEPTED | State.PROCESSING:
            return "E7-overdue" if _Appointment.of(dossier, now, zone).overdue else "E7"
        case State.NOT_ACCEPTED | State.PAPERS_NEEDED | State.FEE_DUE:
            return "E7-call"
        case State.WITHDRAWN | State.STOPPED:
            return "E7-call"
        case State.FINISHED:
            return "E7-ready"
        case State.RETURNED:
            return "E7-returned"
    assert_never(state)


def _full(dossier: Dossier, now: datetime, zone: tzinfo) -> Choice:
    state, began = dossier.state, dossier.state_at
    match state:
        case State.ACCEPTED | State.PROCESSING:
            return _running(dossier, _Appointment.of(dossier, now, zone), zone)
        case State.FEE_DUE:
            return Choice("S6", {"code": dossier.code})
        case State.REGISTERED:
            template, dated = _dated("S1", dossier.received_at, zone)
        case State.NOT_ACCEPTED | State.PAPERS_NEEDED | State.WITHDRAWN | State.STOPPED:
            template, dated = _dated(f"S{state.value}", began, zone)
        case State.FINISHED:
            template, dated = _dated(_ready(dossier.return_via), dossier.finished_at or began, zone)
        case State.RETURNED:
            template, dated = _dated("S10", dossier.returned_at or began, zone)
        case _:
            assert_never(state)
    return Choice(template, {"code": dossier.code, **dated})


def _running(dossier: Dossier, clock: _Appointment, zone: tzinfo) -> Choice:
    """States 2 and 4: the only ones in which the office's clock runs (domain 6)."""
    params = {"code": dossier.code}
    if clock.due is not None:
        params["due"] = _written(clock.due)
    if clock.overdue:
        if clock.renewed is None:
            return Choice("S4L-nonew", params)
        return Choice("S4L", {**params, "new_due": _written(clock.renewed)})
    ending = "" if clock.due is not None else "-nodue"
    if dossier.state is State.PROCESSING:
        return Choice("S4" + ending, params)
    template, dated = _dated("S2", dossier.received_at, zone)
    return Choice(template + ending, {**params, **dated})


def _ready(via: ReturnVia) -> str:
    match via:
        case ReturnVia.COUNTER:
            return "S9"
        case ReturnVia.POST:
            return "S9-post"
        case ReturnVia.ONLINE:
            return "S9-online"
    assert_never(via)


def _dated(base: str, moment: datetime | None, zone: tzinfo) -> tuple[str, dict[str, str]]:
    day = _day(moment, zone)
    return (base + "-undated", {}) if day is None else (base, {"date": _written(day)})


def _day(moment: datetime | None, zone: tzinfo) -> date | None:
    if moment is None:
        return None
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        # "No limit" as the last second of year 9999 has no local day: the source gave no date.
        return None


@functools.lru_cache(maxsize=1024)  # the days of the last and the next months, again and again
def _written(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}"
