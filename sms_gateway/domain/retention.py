"""What is purged when its time is over, and what is held back from that (domain 5)."""

import enum
from datetime import datetime

from sms_gateway.domain.audit_chain import Seal
from sms_gateway.domain.ids import CanonicalKey, DossierId, MessageId
from sms_gateway.domain.record import Private, Record

PURGE_ACT = "retention.purge"
PURGED_ACT = "retention.purged"
HOLD_ACT = "hold.add"
RELEASE_ACT = "hold.remove"
"""The words of these acts in the audit."""


class Walk(enum.StrEnum):
    """The ways that a purge goes, in this order.

    texts: texts with all that belongs to them. left: those that were held or open before. alone:
    messages of ours that answer no text. alone_left: the same of them. reports: delivery reports
    without a message. refused: calls that could not be read. notices: steps of dossiers that
    automatic messages were decided of. subscriptions: numbers that follow a dossier. surveys: whom
    the survey asked; the marks stay. complaints: those that were settled. audit: who did what.
    """

    TEXTS = "texts"
    LEFT = "left"
    ALONE = "alone"
    ALONE_LEFT = "alone_left"
    REPORTS = "reports"
    REFUSED = "refused"
    NOTICES = "notices"
    SUBSCRIPTIONS = "subscriptions"
    SURVEYS = "surveys"
    COMPLAINTS = "complaints"
    AUDIT = "audit"


class PurgeBatch(Record, frozen=True):
    """One step of a walk: one commit.

    Attributes:
        walk: which.
        before: what is older goes.
        after: where the step before ended; empty for the first one.
        limit: at most so many rows are looked at.
        at: now.
        seals: what is left of lines of the audit is signed with the first of them, and known as
            ours by any.
    """

    walk: Walk
    before: datetime
    after: str
    limit: int
    at: datetime
    seals: tuple[Seal, ...] = ()


class PurgedBatch(Record, frozen=True):
    """What became of it.

    Attributes:
        purged: how many texts, messages, reports, calls or lines.
        upto: where it ended; empty where the walk is over.
    """

    purged: int
    upto: str


class PurgeEnd(Record, frozen=True):
    """A purge is over.

    Attributes:
        at, by: when, and who had it done.
        subject: what it was about, for the audit.
        whole: it came to its end; otherwise it was cut off, and the next one goes on with it.
    """

    at: datetime
    by: str
    subject: str
    whole: bool


class PurgeCounts(Record, frozen=True):
    """What was purged since the audit was told last.

    Attributes:
        texts: with their replies, parts, requests, attempts, reports and snapshots.
        messages: of ours that answer no text.
        reports: without a message.
        refused: calls that could not be read.
        audit: lines of the audit.
        left: texts and messages that are old enough and stay: held, or not ended.
        notices: steps of dossiers.
        subscriptions: numbers that followed a dossier.
        surveys: questions of the survey that name nobody any more.
        dossiers: copies of those that ended in somebody else's case database.
        complaints: that were settled.
    """

    texts: int = 0
    messages: int = 0
    reports: int = 0
    refused: int = 0
    audit: int = 0
    left: int = 0
    notices: int = 0
    subscriptions: int = 0
    surveys: int = 0
    dossiers: int = 0
    complaints: int = 0


class EndedCase(Record, frozen=True):
    """A copy of a dossier, as the purge looks at it.

    Attributes:
        place: where it stands among all of them.
        id, keys: the dossier, and its numbers.
        ripe: it ended, and nothing of it changed, for so long.
    """

    place: int
    id: DossierId
    keys: tuple[CanonicalKey, ...]
    ripe: bool


class PurgeState(Record, frozen=True):
    """How purging stands.

    Attributes:
        ended_at: when a purge last came to its end, or None.
        oldest: when the oldest text came in that no purge has looked at, or None.
        left: as in `PurgeCounts`.
        holds: how many there are.
        restored_at: when this copy of the messages was put in place, or None where it is none.
    """

    ended_at: datetime | None
    oldest: datetime | None
    left: int
    holds: int
    restored_at: datetime | None = None


class HoldKind(enum.StrEnum):
    """What a legal hold is put on.

    code: texts that asked for a dossier's number. number: texts of and to a phone, by its keyed
    hash. message: one text with all that belongs to it, or one message or call by itself.
    """

    CODE = "code"
    NUMBER = "number"
    MESSAGE = "message"


class LegalHoldOrder(Record, frozen=True):
    """Something is not to be purged.

    Attributes:
        kind, value: what; a message by its own id, or by that of its reply or of a part.
        at, by: when, and who says so.
        reason: why, one line.
    """

    kind: HoldKind
    value: str
    at: datetime
    by: str
    reason: Private[str]


class LiftOrder(Record, frozen=True):
    """It may be purged again.

    Attributes:
        kind, value: as in `LegalHoldOrder`.
        at, by: when, and who says so.
    """

    kind: HoldKind
    value: str
    at: datetime
    by: str


class LegallyHeld(Record, frozen=True, tag=True):
    """It is written down; `value` is the id of the text itself."""

    kind: HoldKind
    value: str


class HeldBefore(Record, frozen=True, tag=True):
    """It was held already."""

    value: str


class NothingToHold(Record, frozen=True, tag=True):
    """Nothing has that id."""


class PurgedBefore(Record, frozen=True, tag=True):
    """Its content is gone."""

    message: MessageId
    at: datetime


class Lifted(Record, frozen=True, tag=True):
    """The next purge takes what is old enough."""

    kind: HoldKind
    value: str


class NotHeld(Record, frozen=True, tag=True):
    """There is no such hold."""


class LegalHold(Record, frozen=True):
    """One legal hold, as it is listed.

    Attributes:
        kind, value: what is held.
        at, by: since when, and who said so.
        reason: why.
    """

    kind: HoldKind
    value: str
    at: datetime
    by: str
    reason: Private[str]


LegalHoldResult = LegallyHeld | HeldBefore | NothingToHold | PurgedBefore
LiftResult = Lifted | NotHeld
