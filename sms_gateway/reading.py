"""What the command line, the phone page and later the console may ask the store; changes nothing.

Rows hold full numbers and texts: whoever shows them masks them (`Address.masked`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sms_gateway.domain.audit_trail import AuditReading
from sms_gateway.domain.ids import (
    CanonicalKey,
    DoorName,
    MessageId,
    NumberHash,
    ShortCode,
    TraceId,
)
from sms_gateway.domain.incidents import Incident
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing, Delivery, MtState, Outcome
from sms_gateway.domain.owed import OwedState
from sms_gateway.domain.restores import RestoreHold
from sms_gateway.log_question import PAGE, Attention, MessageFilter


@dataclass(frozen=True, slots=True)
class MoRow:
    """An MO in the log, with its reply where it has one.

    Attributes:
        id, door, telco_id, sender, short_code, operator, received_at, trace_id, text: as recorded.
        outcome: None while it is unanswered.
        reason, intent, code_key, dossier_id, agency, answered_at: how it ended.
        failures: how often answering it went wrong.
        reply: its MT, or None.
        handled_at: when a person handled it although it was parked, or None.
        purged_at: when its sender, its words and its dossier were taken away, or None.
    """

    id: MessageId
    door: DoorName
    telco_id: str | None
    sender: Address
    short_code: ShortCode
    operator: str
    received_at: datetime
    trace_id: TraceId
    text: str = field(repr=False)
    outcome: Outcome | None
    reason: str
    intent: str
    code_key: CanonicalKey
    dossier_id: str | None
    agency: str
    answered_at: datetime | None
    failures: int
    reply: "MtRow | None" = None
    handled_at: datetime | None = None
    purged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MtRow:
    """An MT in the log.

    Attributes: as `domain.records.NewMt`, and where it stands.
    """

    id: MessageId
    door: DoorName
    recipient: Address
    template: str
    language: str
    text: str = field(repr=False)
    alphabet: str
    segments: int
    billing: Billing
    billing_reason: str
    state: MtState
    hold_reason: str
    created_at: datetime
    settled_at: datetime | None
    delivery: Delivery | None
    delivery_at: datetime | None
    failures: int
    purged_at: datetime | None = None
    kind: MtKind = MtKind.REPLY
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Texts that were found.

    Attributes:
        rows: newest first. Fewer than asked for, with a `go_on`: the look ended at its bound.
        go_on: `before` (or `after`) of the next question; None where all was looked at.
        looked: at so many texts, of those that an index told apart.
        common: what is in too many words, and was looked for as a word of its own.
    """

    rows: Sequence[MoRow]
    go_on: MessageId | None = None
    looked: int = 0
    common: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt to send one part."""

    mt_id: MessageId
    attempt: int
    part: int
    at: datetime
    door: DoorName
    result: str
    reason: str
    telco_id: str


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One delivery report.

    Attributes:
        id, door, telco_id: as recorded; the telco's id is that of the MT it speaks of.
        mt_id: that MT, or None while nobody knows it.
        received_at, telco_time: by our clock, by the telco's where it told.
        delivery, error: what it says.
    """

    id: MessageId
    door: DoorName
    telco_id: str
    mt_id: MessageId | None
    received_at: datetime
    telco_time: datetime | None
    delivery: Delivery
    error: str


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which delivery reports are wanted; what is None does not matter.

    Attributes:
        door: that came in there.
        since: received at or after.
        unmatched: only those whose MT nobody knows.
        limit: at most so many, newest first.
    """

    door: DoorName | None = None
    since: datetime | None = None
    unmatched: bool = False
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class RefusedFilter:
    """Which refused requests are wanted; what is None does not matter.

    Attributes:
        door: that came in there.
        since: that came, or came again, at or after.
        limit: at most so many, those that came last first.
    """

    door: DoorName | None = None
    since: datetime | None = None
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A request that could not be read, from a caller who had proved who it is.

    Attributes:
        door: where it came in.
        body_hash: of query and body, 32 hex digits: the same request is kept once.
        reason: which field is wrong and how, without its content.
        first_at, last_at, times: when, and how often.
        octets: how long it is as kept.
        trace_id: of the call that brought it last, or empty.
    """

    door: DoorName
    body_hash: str
    reason: str
    first_at: datetime
    last_at: datetime
    times: int
    octets: int
    trace_id: TraceId


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """The same, with the request as it was kept: without the door's secrets."""

    row: RefusedRow
    request: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of a long text."""

    id: MessageId
    received_at: datetime
    number: int
    total: int
    reference: int


@dataclass(frozen=True, slots=True)
class ActRow:
    """What a person did to a text or its reply, as audited.

    Attributes:
        at, by: when, and who: `os:alice`.
        act: its word, see `domain.acts`.
        subject: the id of what it was done to.
        detail: how, or the note.
    """

    at: datetime
    by: str
    act: str
    subject: MessageId
    detail: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that happened to one text.

    Attributes:
        mo: the MO; None for an MT that answers none, for a part that still waits, or for a call of
            which nothing could be read.
        parts: of a long text, in order.
        mts: what was sent, or is to be.
        attempts, receipts: in order of time.
        acts: what people did by hand, in order of time.
        raw: the whole call without the door's secrets, also with texts of other people, or None.
        snapshot: the dossier as it was answered from, JSON, or None.
        refused: what could not be read of the same call.
        owed: the true state that is or was to follow, or None.
    """

    mo: MoRow | None
    parts: Sequence[PartRow]
    mts: Sequence[MtRow]
    attempts: Sequence[AttemptRow]
    receipts: Sequence[ReceiptRow]
    acts: Sequence[ActRow]
    raw: bytes | None = field(repr=False)
    snapshot: bytes | None = field(repr=False)
    refused: Sequence[KeptRequest] = ()
    owed: OwedState | None = None

    @property
    def agency(self) -> str:
        """Whose it is: of the MO, else of the MT; empty where it is no agency's, as for a part."""
        if self.mo is not None:
            return self.mo.agency
        return self.mts[0].agency if self.mts else ""


@dataclass(frozen=True, slots=True)
class LogCounts:
    """How the log stands.

    Attributes:
        outcomes: MOs by outcome, `unanswered` among them.
        states: MTs by state.
        refused: unreadable requests kept.
        unmatched: delivery reports whose MT nobody knows.
    """

    outcomes: Mapping[str, int]
    states: Mapping[str, int]
    refused: int
    unmatched: int


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A text that told a person on call of an incident.

    Attributes:
        mt_id, template, state: of the MT; the template is `alarm` or `over`.
    """

    mt_id: MessageId
    template: str
    state: MtState


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident, and the texts that told of it in the order they were made."""

    incident: Incident
    texts: Sequence[ToldRow]


@dataclass(frozen=True, slots=True)
class DoorRow:
    """What the store knows of a door, whichever node it was.

    Attributes:
        queued: MTs that wait to be sent.
        paused_since: when staff paused it, None where they did not.
        last_mo, last_accepted: when an MO last came and an MT was last taken; None where neither is
            among the newest ten thousand.
    """

    queued: int = 0
    paused_since: datetime | None = None
    last_mo: datetime | None = None
    last_accepted: datetime | None = None


class Reading(AuditReading, Protocol):
    """Questions to the store."""

    async def find(self, wanted: MessageFilter) -> Found:
        """MOs, newest first, within a bounded time however many there are."""

    async def messages(self, wanted: MessageFilter) -> Sequence[MoRow]:
        """The same, for who would rather wait: looks on until it has as many as are wanted."""

    async def newest(self) -> MessageId | None:
        """The MO that came last; None in an empty log."""

    async def attention(self, since: datetime, agencies: Sequence[str] | None = None) -> Attention:
        """What waits for a person, of these agencies or of all; what happened since a moment."""

    async def pushes(
        self,
        numbers: Sequence[NumberHash],
        limit: int = PAGE,
        agencies: Sequence[str] | None = None,
    ) -> Sequence[MtRow]:
        """MTs to a number, by each of its hashes, that answer none of its texts; newest first.

        `agencies` as in `MessageFilter`.
        """

    async def timeline(self, message_id: MessageId) -> Timeline | None:
        """Everything about an MO, an MT, a part or a refused call; None where there is nothing.

        Args:
            message_id: of the MO, MT or part; of a refused call its trace id.
        """

    async def reports(self, wanted: ReportFilter) -> Sequence[ReceiptRow]:
        """Delivery reports, newest first."""

    async def refused(self, wanted: RefusedFilter) -> Sequence[RefusedRow]:
        """Requests that could not be read, those that came last first."""

    async def refused_requests(
        self, hash_prefix: str, door: DoorName | None
    ) -> Sequence[KeptRequest]:
        """Those whose hash begins so, with what was kept; two of several show that it is short."""

    async def incidents(self, since: datetime, limit: int) -> Sequence[IncidentRow]:
        """Those that stand, then the last that ended since a moment; newest first."""

    async def counts(self) -> LogCounts:
        """How the log stands; reads all of it."""

    async def restore_hold(self, now: datetime) -> RestoreHold | None:
        """What a restored copy holds back, as it would be let go now; None where none does."""
