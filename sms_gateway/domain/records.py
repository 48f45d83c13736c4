"""What rooms hand to the store and get back: rows in the words of the trade."""

from collections.abc import Mapping
from datetime import datetime

from sms_gateway.domain.ids import (
    CanonicalKey,
    DoorName,
    DossierId,
    MessageId,
    NumberHash,
    ShortCode,
    TelcoId,
    TraceId,
)
from sms_gateway.domain.message import DeliveryReport, Language, MobileOriginated, MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing, MtState, Outcome
from sms_gateway.domain.record import EMPTY, Private, Record


class Arrival(Record, frozen=True):
    """One MO on its way into the store.

    Attributes:
        id: ours, minted for this arrival; a duplicate's id is thrown away.
        door: where it came in.
        mo: what the door read.
        received_at: our clock.
        trace_id: the request it came with.
        sender_hash: keyed hash of the sender.
        dedupe_key: hash of what makes two deliveries the same one.
        dedupe_until: when the key expires.
        raw: the request as received without the door's secrets; None where kept with a sibling.
        inline: the reply goes back in the response to this request.
        answer_by: deadline of the answer.
        anew: it takes its key also where another one holds it.
    """

    id: MessageId
    door: DoorName
    mo: MobileOriginated
    received_at: datetime
    trace_id: TraceId
    sender_hash: NumberHash
    dedupe_key: str
    dedupe_until: datetime
    raw: Private[bytes | None]
    inline: bool
    answer_by: datetime
    anew: bool = False


class PendingMo(Record, frozen=True):
    """An MO leased to this run for answering.

    Attributes:
        id: its id; of a long text the id of the part that completed it.
        attempt: fencing number of the lease, from 1.
        failures: how often answering it went wrong.
        door, sender, sender_hash, short_code, text, telco_time, received_at, trace_id: as recorded.
        inline: the telco's request may still be open.
        answer_by: deadline of the answer.
        telco_id, operator, door_data: what the telco wants to hear again with the reply.
    """

    id: MessageId
    attempt: int
    failures: int
    door: DoorName
    sender: Address
    sender_hash: NumberHash
    short_code: ShortCode
    text: Private[str]
    telco_time: datetime | None
    received_at: datetime
    trace_id: TraceId
    inline: bool
    answer_by: datetime
    telco_id: TelcoId | None = None
    operator: str = ""
    door_data: Private[Mapping[str, str]] = EMPTY


class New(Record, frozen=True, tag=True):
    """Written down for the first time, and leased to the caller."""

    pending: PendingMo


class Duplicate(Record, frozen=True, tag=True):
    """A delivery that was written down before.

    Attributes:
        id: of the first delivery.
    """

    id: MessageId


class PartHeld(Record, frozen=True, tag=True):
    """A part of a long text that still waits for others."""

    id: MessageId


Recorded = New | Duplicate | PartHeld


class UsageEvent(Record, frozen=True):
    """What a past MO of a citizen counts for, in budgets.

    Attributes:
        at: when it was received.
        key: the receipt asked for, or empty.
        template: the reply it got.
        text_hash: hash of the reply's text.
        miss: how many receipts it asked for that do not exist.
        failure: the citizen got no useful answer.
    """

    at: datetime
    key: CanonicalKey
    template: str
    text_hash: str
    miss: int
    failure: bool


class Opinion(Record, frozen=True):
    """What a citizen is asked, or says, of how a dossier was handled.

    Attributes:
        dossier_id, code: of which dossier, and how the citizen knows it.
        score: from 1, the worst, to 5; 0 where it is not said yet.
    """

    dossier_id: DossierId
    code: str
    score: int = 0


class Citizen(Record, frozen=True):
    """What is known of one number before it is answered.

    Attributes:
        language: stored preference, or None.
        history: events of the last day, oldest first.
        asked: the dossier about which it was asked lately, and the mark that it gave; or None.
        blocked: staff decided that it is answered no more.
    """

    language: Language | None = None
    history: tuple[UsageEvent, ...] = ()
    asked: Opinion | None = None
    blocked: bool = False


class NewMt(Record, frozen=True):
    """An MT that an answer queues.

    Attributes:
        id: ours.
        kind: why it exists.
        state: sending for a reply in the open request, queued for a push, held for neither.
        hold_reason: why it is held, or empty.
        template, template_version, params, language, text, alphabet, segments: the rendered reply.
        billing, billing_reason: what the telco is told, and why.
        priority: lower goes first; replies 0.
        not_before, valid_until: when it may and may still go.
        dedupe_key: a second MT with the same key is never stored.
        at_once: it is leased to this run as it is written, and goes out as a push.
        door: where any door of a telco will do, the one it is to leave by; None for the one its MO
            came in by, and no other.
    """

    id: MessageId
    kind: MtKind
    state: MtState
    hold_reason: str
    template: str
    template_version: str
    params: Private[Mapping[str, str]]
    language: Language
    text: Private[str]
    alphabet: str
    segments: int
    billing: Billing
    billing_reason: str
    priority: int
    not_before: datetime
    valid_until: datetime
    dedupe_key: str
    at_once: bool = False
    door: DoorName | None = None


class PreferenceChange(Record, frozen=True):
    """A citizen's new choice of language; it holds only if its MO is the newest that chose."""

    language: Language


class OptOutChange(Record, frozen=True):
    """A citizen's no, or yes again, to automatic messages.

    Attributes:
        opted_out: True for no.
        dossier_id: for one dossier, or None for all.
        follows: the number is none of the dossier's, and is to be told of it from now on.
    """

    opted_out: bool
    dossier_id: DossierId | None = None
    follows: bool = False


class Answer(Record, frozen=True):
    """The one commit that ends an MO: its outcome, its reply, what it counts for.

    Attributes:
        mo: the MO, with the fencing number it was leased with.
        at: when it was decided.
        outcome, reason: how it ends.
        intent: name of the intent.
        key, dossier_id, agency: what it asked for and what that was; empty where nothing.
        snapshot: the dossier as it was answered from, JSON; None where no dossier was shown.
        rules_hash: hash of the rules it was made by.
        mt: the reply, or None.
        usage: what it counts for, or None.
        preference, opt_out: what it changes.
        wrong_secret: it named a second secret that is not the dossier's.
        owed: the case database could not say, and the true state is to follow.
        opinion: what it says of how a dossier was handled, or None.
    """

    mo: PendingMo
    at: datetime
    outcome: Outcome
    reason: str
    intent: str
    key: CanonicalKey
    dossier_id: DossierId | None
    agency: str
    snapshot: Private[bytes | None]
    rules_hash: str
    mt: NewMt | None
    usage: UsageEvent | None
    preference: PreferenceChange | None = None
    opt_out: OptOutChange | None = None
    wrong_secret: bool = False
    owed: bool = False
    opinion: Opinion | None = None


class StoredAnswer(Record, frozen=True):
    """What a repeated delivery is answered from.

    Attributes:
        outcome: None while it is still being answered.
        mt_id: the reply, or None where none was made.
        attempt: fencing number for settling it.
        text, billing: the reply.
        state: where the reply stands.
        inline: it goes, went, or may still go back in a response; False when it goes as a push.
    """

    outcome: Outcome | None
    mt_id: MessageId | None = None
    attempt: int = 0
    text: Private[str] = ""
    billing: Billing = Billing.FREE
    state: MtState | None = None
    inline: bool = False


class Settlement(Record, frozen=True):
    """What becomes of an MT after an attempt.

    Attributes:
        id, attempt: the MT and the fencing number of the attempt; a late one changes nothing.
        at: when.
        state: where it stands now.
        result: the attempt's own word: accepted, deferred, rejected or uncertain.
        reason: why, one word or the telco's code.
        failed: the attempt spends a retry.
        not_before: when it may be tried again, for state queued.
        telco_ids: what the telco calls it, per part.
    """

    id: MessageId
    attempt: int
    at: datetime
    state: MtState
    result: str
    reason: str = ""
    failed: bool = False
    not_before: datetime | None = None
    telco_ids: tuple[TelcoId, ...] = ()


class ExpiredMt(Record, frozen=True):
    """An MT that ended because it was not sent in time.

    Attributes:
        id, door: of the MT.
        intent: of the MO whose reply it was, which now waits for a person; empty where it was none.
    """

    id: MessageId
    door: DoorName
    intent: str


class ReceivedReport(Record, frozen=True):
    """A DLR on its way into the store; kept also when no MT matches it yet."""

    id: MessageId
    door: DoorName
    report: DeliveryReport
    received_at: datetime
    raw: Private[bytes | None]


class RefusedRequest(Record, frozen=True):
    """A request that could not be read, from a caller who was authenticated; kept once by hash.

    Attributes:
        door: where it came in.
        body_hash: hash of query and body.
        at: when.
        reason: `unreadable: field text`, one line without content.
        raw: the request without the door's secrets.
        trace_id: of the call.
    """

    door: DoorName
    body_hash: str
    at: datetime
    reason: str
    raw: Private[bytes]
    trace_id: TraceId


class Figures(Record, frozen=True):
    """Queue figures for metrics and health.

    Attributes:
        unanswered: MOs without outcome.
        oldest_unanswered: when the oldest of them was received, or None.
        queued: MTs waiting, per door.
        uncertain: MTs whose fate nobody knows.
        held: MTs that wait for a person.
        parked: MOs that wait for a person: parked, and handled by nobody.
        paused: doors that staff paused.
        late: MOs without outcome that came before the moment asked about.
    """

    unanswered: int
    oldest_unanswered: datetime | None
    queued: Mapping[DoorName, int]
    uncertain: int
    held: int
    parked: int
    paused: frozenset[DoorName]
    late: int = 0
