"""What is wrong now, judged by what was seen: one function per trouble.

A trouble of which nothing can be said now (nothing was sent since the start, the store does not
answer) is left out: then no incident begins, and none ends.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sms_gateway.alarms.plan import Limits
from sms_gateway.alarms.usual import Usual
from sms_gateway.domain.ids import DoorName
from sms_gateway.domain.incidents import NO_DOOR, Standing, Subject, Trouble
from sms_gateway.domain.records import Figures
from sms_gateway.ports import Door

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Seen:
    """How one subject stands.

    Attributes:
        subject: the trouble and its door.
        stands: it is wrong now.
        figure: how many, minutes, hours, days or MiB.
    """

    subject: Subject
    stands: bool
    figure: int = 0


@dataclass(frozen=True, slots=True)
class Observed:
    """What one look saw.

    Attributes:
        now, started_at: this moment, and when the gateway began to look.
        store_down, cases_down: why, empty where they work; None where nobody knows yet.
        figures, standing: of the store, None while it does not answer.
        free_octets: on the data folder's disk, None where nobody knows.
        failing: sends in a row that a door's telco did not take, since the start; 0 after one that
            it took.
        usual: what came through the doors.
        doors: the configured ones.
        backup_age: seconds since the newest backup; infinite where there is none, 0 where there is
            to be none, None where nobody has looked yet or another node has them.
        certificate_ends: when the one before the gateway ends, None where nobody knows.
        unknown_states: words for states that nobody knows, None where nobody has looked yet.
        changes_down: why changes cannot be read, empty where they can; None where they are not.
        announce_left: working days before a planned outage that must be announced now; infinite
            where there is none, None where nobody has looked yet.
    """

    now: datetime
    started_at: datetime
    store_down: str | None
    cases_down: str | None
    figures: Figures | None
    standing: Standing | None
    free_octets: int | None
    failing: Mapping[DoorName, int]
    usual: Usual
    doors: Sequence[Door]
    backup_age: float | None = None
    certificate_ends: datetime | None = None
    unknown_states: int | None = None
    changes_down: str | None = None
    announce_left: float | None = None


def judged(seen: Observed, limits: Limits) -> Sequence[Seen]:
    """How everything stands of which something can be said."""
    return [
        *_of_ends(seen),
        *_of_queues(seen, limits),
        *_of_staff(seen, limits),
        *_of_disk(seen, limits),
        *_of_backup(seen, limits),
        *_of_certificate(seen, limits),
        *_of_states(seen),
        *_of_announcements(seen),
        *_of_sends(seen, limits),
        *_of_silence(seen, limits),
        *_of_probes(seen),
    ]


def _of_ends(seen: Observed) -> Iterator[Seen]:
    if seen.store_down is not None:
        yield Seen((Trouble.STORE_DOWN, NO_DOOR), bool(seen.store_down))
    if seen.cases_down is not None:
        yield Seen((Trouble.CASES_DOWN, NO_DOOR), bool(seen.cases_down))
    if seen.changes_down is not None:
        yield Seen((Trouble.CHANGES_DOWN, NO_DOOR), bool(seen.changes_down))


def _of_queues(seen: Observed, limits: Limits) -> Iterator[Seen]:
    figures = seen.figures
    if figures is None or seen.store_down:
        return
    oldest = figures.oldest_unanswered
    age = seen.now - oldest if oldest else timedelta()
    yield Seen((Trouble.UNANSWERED, NO_DOOR), age > limits.unanswered, age // _MINUTE)
    yield Seen((Trouble.LATE, NO_DOOR), figures.late >= limits.late, figures.late)
    yield Seen((Trouble.PARKED, NO_DOOR), figures.parked >= limits.parked, figures.parked)


def _of_staff(seen: Observed, limits: Limits) -> Iterator[Seen]:
    standing = seen.standing
    if standing is None:
        return
    uncertain = standing.uncertain
    yield Seen((Trouble.UNCERTAIN, NO_DOOR), uncertain >= limits.uncertain, uncertain)
    yield Seen((Trouble.HELD, NO_DOOR), standing.held > 0, standing.held)
    for door in seen.doors:
        since = standing.paused.get(door.name, seen.now)
        paused = seen.now - since
        yield Seen((Trouble.PAUSED, door.name), paused > limits.paused, paused // _MINUTE)


def _of_disk(seen: Observed, limits: Limits) -> Iterator[Seen]:
    if seen.free_octets is not None:
        free = seen.free_octets // _MIB
        yield Seen((Trouble.DISK, NO_DOOR), free < limits.disk_free_mib, free)


def _of_backup(seen: Observed, limits: Limits) -> Iterator[Seen]:
    """Where there is none at all, it is missing from the start of the gateway on."""
    if seen.backup_age is None:
        return
    up = seen.now - seen.started_at
    missing = math.isinf(seen.backup_age)
    age = up if missing else timedelta(seconds=seen.backup_age)
    if age > limits.backup or not missing:
        yield Seen((Trouble.BACKUP, NO_DOOR), age > limits.backup, age // _HOUR)


def _of_certificate(seen: Observed, limits: Limits) -> Iterator[Seen]:
    if seen.certificate_ends is not None:
        left = max(seen.certificate_ends - seen.now, timedelta())
        yield Seen((Trouble.CERTIFICATE, NO_DOOR), left < limits.certificate, left.days)


def _of_states(seen: Observed) -> Iterator[Seen]:
    if seen.unknown_states is not None:
        count = seen.unknown_states
        yield Seen((Trouble.UNKNOWN_STATE, NO_DOOR), count > 0, count)


def _of_announcements(seen: Observed) -> Iterator[Seen]:
    if seen.announce_left is not None:
        due = not math.isinf(seen.announce_left)
        days = max(0, int(seen.announce_left)) if due else 0
        yield Seen((Trouble.UNANNOUNCED, NO_DOOR), due, days)


def _of_sends(seen: Observed, limits: Limits) -> Iterator[Seen]:
    for door, times in seen.failing.items():
        yield Seen((Trouble.FAILING, door), times >= limits.failing_sends, times)


def _of_silence(seen: Observed, limits: Limits) -> Iterator[Seen]:
    """Silence counts from the start at the earliest: before it no text could come."""
    for door in seen.doors:
        last = seen.usual.last(door.name)
        if last is None:
            continue
        subject = (Trouble.SILENT, door.name)
        heard = max(last, seen.started_at)
        if seen.usual.missing(door.name, heard, seen.now) >= limits.silent_texts:
            yield Seen(subject, stands=True, figure=(seen.now - heard) // _MINUTE)
        elif seen.usual.missing(door.name, last, seen.now) < limits.silent_texts:
            yield Seen(subject, stands=False)


def _of_probes(seen: Observed) -> Iterator[Seen]:
    """The same for probe texts, which must come within their time whatever the hour."""
    for door in seen.doors:
        subject = (Trouble.NO_PROBE, door.name)
        if door.probe is None:
            yield Seen(subject, stands=False)
            continue
        last = seen.usual.last(door.name, probe=True)
        heard = max(last or seen.started_at, seen.started_at)
        if seen.now - heard > door.probe.within:
            yield Seen(subject, stands=True, figure=(seen.now - heard) // _MINUTE)
        elif last is not None and seen.now - last <= door.probe.within:
            yield Seen(subject, stands=False)
