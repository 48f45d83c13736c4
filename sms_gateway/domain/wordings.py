"""Versions of what replies say, that staff propose, approve and take back beside the files."""

import enum
from datetime import datetime

from sms_gateway.domain.record import Private, Record
from sms_gateway.domain.staff import StaffId

PROPOSE_ACT = "template.propose"
APPROVE_ACT = "template.approve"
REJECT_ACT = "template.reject"
WITHDRAW_ACT = "template.withdraw"
"""The words of the acts in the audit."""

MOST_WAITING = 10
"""So many proposals of one reply may wait for a decision."""


class Wording(Record, frozen=True):
    """What a reply says, as the files have it.

    Attributes:
        vi: accented Vietnamese, with its placeholders.
        vi_tail: its last sentence, which may go; empty for none.
        en, en_tail: the same in English.
    """

    vi: str
    vi_tail: str
    en: str
    en_tail: str


class Decided(enum.StrEnum):
    """What became of a proposal."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class WordingVersion(Record, frozen=True):
    """One version of one reply; it is kept for ever, for the log names what it says.

    Attributes:
        id: of its own, sorts by time.
        template: the reply, an id of `config/replies/*.toml`.
        base: the version that was the last one approved when it was proposed; empty for the file.
        wording: what it says; None for whatever the file says.
        version: the hash that the log keeps with each answer, `enquiry.replies.Composed.version`;
            of whatever the file says, that of the file then.
        before: the same of what held when it was proposed.
        note: why, for people.
        wanted_from: from when it should hold; None for as soon as it is approved.
        proposed_at, proposed_by, proposer: when, who as the audit names them, and whose account.
        state: what became of it.
        decided_at, decided_by, reason: when, by whom and why; None and empty while it waits.
        holds_from: from when it holds; None where it was not approved.
    """

    id: str
    template: str
    base: str
    wording: Wording | None
    version: str
    before: str
    note: Private[str]
    wanted_from: datetime | None
    proposed_at: datetime
    proposed_by: str
    proposer: StaffId
    state: Decided = Decided.WAITING
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: Private[str] = ""
    holds_from: datetime | None = None


class WordingApproval(Record, frozen=True):
    """A proposal is to hold.

    Attributes:
        id: which.
        at, by, approver: when, who says so as the audit names them, and whose account.
        second_person: it must be another person than the one who proposed it.
    """

    id: str
    at: datetime
    by: str
    approver: StaffId
    second_person: bool


class WordingEnd(Record, frozen=True):
    """A proposal is not to hold, or an approved one not any more before its day.

    Attributes:
        id: which.
        to: rejected, by whoever decides; or withdrawn, by the one who proposed it, and by anybody
            where it was approved and does not hold yet.
        reason: why, for people.
        at, by, person: when, who says so as the audit names them, and whose account.
    """

    id: str
    to: Decided
    reason: Private[str]
    at: datetime
    by: str
    person: StaffId


class WordingDone(enum.StrEnum):
    """What came of an act; anything but DONE left all as it was."""

    DONE = "done"
    UNKNOWN = "unknown"
    DECIDED = "decided"
    OWN = "own"
    OUTDATED = "outdated"
    SCHEDULED = "scheduled"
    NOT_YOURS = "not_yours"
    NOBODY = "nobody"
    FULL = "full"
