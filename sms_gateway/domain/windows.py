"""Incident windows: when look-ups were or will be interrupted, why, and what was late by it.

A server broke from 17/06 to 24/06/2017, and document 818/SNgV-VP said so (domain 1.3); a planned
outage is announced days ahead (decree 224/2026, article 13).
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sms_gateway.domain.ids import DossierId, WindowId
from sms_gateway.domain.record import Private, Record

ADD_ACT = "windows.add"
END_ACT = "windows.end"
ANNOUNCE_ACT = "windows.announce"
HOLD_ACT = "windows.hold"
CAUSE_ACT = "windows.cause"
"""The words of these acts in the audit."""

INTERRUPTED = "window"
"""Why a look-up has no answer while a window stands."""


class IncidentWindow(Record, frozen=True):
    """From when until when something was, or will be, interrupted.

    Attributes:
        id: ours.
        starts_at: its first moment.
        ends_at: the first moment after it; None while nobody knows.
        cause: for people, and for reports.
        document: number of the document that tells of it; may be empty.
        planned: it was known beforehand.
        stops: look-ups count as interrupted while it stands.
        made_at, by: when it was written down, and who did.
        ended_by: who last said when it ends; empty where it was written down with it.
        announced_at, announced_by, announced_where: when citizens were told, by whom and how; None
            and empty where they were not.
    """

    id: WindowId
    starts_at: datetime
    ends_at: datetime | None
    cause: Private[str]
    document: str
    planned: bool
    stops: bool
    made_at: datetime
    by: str
    ended_by: str = ""
    announced_at: datetime | None = None
    announced_by: str = ""
    announced_where: Private[str] = ""

    def stands(self, now: datetime) -> bool:
        """Whether it has begun and is not over."""
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment lies in it, its end too."""
        if moment is None or self.called_off:
            return False
        return self.starts_at <= moment and (self.ends_at is None or moment <= self.ends_at)

    @property
    def called_off(self) -> bool:
        """Whether it ended before it began."""
        return self.ends_at == self.starts_at

    @property
    def told(self) -> str:
        """The cause, with the document where there is one."""
        return f"{self.cause} ({self.document})" if self.document else self.cause

    def waits_for_announcement(self, now: datetime) -> bool:
        """Whether it is planned, lies ahead, and nobody announced it."""
        return self.is_ahead(now) and self.announced_at is None

    def is_ahead(self, now: datetime) -> bool:
        """Whether it is planned and has not begun."""
        return self.planned and now < self.starts_at and not self.called_off


class WindowEnd(Record, frozen=True):
    """A window ends, or its end is set right.

    Attributes:
        id: which.
        ends_at: None for now, or for its beginning where it has not begun.
        at, by: when this was said, and by whom.
    """

    id: WindowId
    ends_at: datetime | None
    at: datetime
    by: str


class WindowAnnounced(Record, frozen=True):
    """Citizens were told of a window: how, when, and who says so."""

    id: WindowId
    where: Private[str]
    at: datetime
    by: str


class EndResult(enum.Enum):
    """What became of an end."""

    ENDED = "ended"
    UNKNOWN = "unknown"
    BEFORE_IT_BEGINS = "before it begins"


class GivenCause(Record, frozen=True):
    """Why a dossier was late, as staff say; what was said earlier stands beside.

    Attributes:
        dossier_id: which.
        window_id: by that window; None where a cause is said in words.
        cause: in words; empty where a window is named.
        note: may be empty.
        at, by: when, and who.
    """

    dossier_id: DossierId
    window_id: WindowId | None
    cause: Private[str]
    note: Private[str]
    at: datetime
    by: str


def causes_told(
    given: Iterable[GivenCause], windows: Iterable[IncidentWindow]
) -> Mapping[DossierId, Sequence[str]]:
    """The causes of each dossier in words, in the order in which they were given, none twice."""
    known = {one.id: one.told for one in windows}
    told: dict[DossierId, list[str]] = {}
    for one in given:
        cause = one.cause if one.window_id is None else known.get(one.window_id, one.window_id)
        words = f"{cause}: {one.note}" if one.note else cause
        causes = told.setdefault(one.dossier_id, [])
        if words not in causes:
            causes.append(words)
    return told
