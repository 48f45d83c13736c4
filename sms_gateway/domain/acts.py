"""What staff do: its words in the audit, and, of one text or reply, what the store says of it."""

import enum
from datetime import datetime, timedelta

from sms_gateway.domain.ids import DoorName, MessageId, NumberHash, ShortCode
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import MtState, Outcome
from sms_gateway.domain.record import Private, Record

SETTLE_ACT = "reply.settle"
HANDLE_ACT = "message.handle"
PAUSE_ACT = "door.pause"
RESUME_ACT = "door.resume"
DRAIN_ACT = "door.drain"
IMPORT_ACT = "cases.import"
COPY_ACT = "store.copy"
ALARM_TEST_ACT = "alarms.test"
GENERATE_ACT = "messages.generate"
SEND_ACT = "message.send"
ANSWER_ACT = "message.answer"
UNMASK_ACT = "message.unmask"
LOOK_ACT = "message.look"
EVIDENCE_ACT = "message.evidence"
EXPORT_ACT = "report.export"
"""The words of all acts in the audit."""


class SendOrder(Record, frozen=True):
    """A text that a person sends by hand, to a number that they typed.

    Attributes:
        id: ours.
        door, short_code: by which door it leaves and no other one, and the number it comes from.
        recipient, recipient_hash: who gets it.
        text, alphabet, segments: as it goes onto the air.
        at, valid_until: when it was typed, and when it is not worth sending any more.
        by: who sends it.
    """

    id: MessageId
    door: DoorName
    short_code: ShortCode
    recipient: Address
    recipient_hash: NumberHash
    text: Private[str]
    alphabet: str
    segments: int
    at: datetime
    valid_until: datetime
    by: str


class DrainOrder(Record, frozen=True):
    """A door is paused, and what waits at it leaves by others of its telco.

    Attributes:
        door: which.
        to: by which it may leave.
        at, by: when, and who says so.
    """

    door: DoorName
    to: tuple[DoorName, ...]
    at: datetime
    by: str


class Drained(Record, frozen=True):
    """It is paused.

    Attributes:
        moved: so many messages went to other doors.
        left: so many wait still: no other door may carry them, or they must go back by this one.
    """

    moved: int
    left: int


class NoOtherDoor(Record, frozen=True):
    """No other door of its telco works and is not paused: nothing was changed."""


class SettleAs(enum.StrEnum):
    """What a person says of a reply that is uncertain or held.

    accepted: the citizen has it. failed: the citizen has it not, and it is not sent any more.
    again: send it once more.
    """

    ACCEPTED = "accepted"
    FAILED = "failed"
    AGAIN = "again"


class SettleOrder(Record, frozen=True):
    """A reply is to be settled by hand.

    Attributes:
        id: of the reply, or of the text it answers.
        settle_as: how.
        at, by: when, and who says so.
        senders: doors that can send.
    """

    id: MessageId
    settle_as: SettleAs
    at: datetime
    by: str
    senders: frozenset[DoorName]


class HandleOrder(Record, frozen=True):
    """A parked text was handled by a person.

    Attributes:
        id: of the text, or of its reply.
        at, by: when, and who did it.
        note: what was done, one line; may be empty.
    """

    id: MessageId
    at: datetime
    by: str
    note: Private[str]


class Settled(Record, frozen=True, tag=True):
    """It is written down.

    Attributes:
        reply: what was settled.
        message: the text it answers, or None.
        door: the reply's.
        state: where it stands now.
        parked: the text waits for a person now.
    """

    reply: MessageId
    message: MessageId | None
    door: DoorName
    state: MtState
    parked: bool


class Handled(Record, frozen=True, tag=True):
    """It is written down, and held replies of the text are not sent any more."""

    message: MessageId


class NoSuchMessage(Record, frozen=True, tag=True):
    """Nothing has that id."""


class NoReply(Record, frozen=True, tag=True):
    """The text has no reply."""

    message: MessageId


class NotOpen(Record, frozen=True, tag=True):
    """The reply is neither uncertain nor held."""

    reply: MessageId
    state: MtState


class InBatch(Record, frozen=True, tag=True):
    """The message is an automatic one that is held: it goes or ends with its batch."""

    reply: MessageId


class TooOld(Record, frozen=True, tag=True):
    """The reply is not worth sending any more."""

    reply: MessageId


class CannotSend(Record, frozen=True, tag=True):
    """The reply's door sends nothing by itself, or is configured no more."""

    reply: MessageId
    door: DoorName


class NotParked(Record, frozen=True, tag=True):
    """The text waits for nobody; None while it has no outcome."""

    message: MessageId
    outcome: Outcome | None


class HandledBefore(Record, frozen=True, tag=True):
    """Somebody handled the text already."""

    message: MessageId


NotSettled = NoSuchMessage | NoReply | NotOpen | InBatch | TooOld | CannotSend
SettleResult = Settled | NotSettled
HandleResult = Handled | NoSuchMessage | NotParked | HandledBefore


class AnswerOrder(Record, frozen=True):
    """A text of a citizen is answered by a person, in their own words.

    Attributes:
        id: of the MT to be.
        message: which text is answered.
        key: of the form that it was typed into: what is sent twice is queued once.
        door: by which it leaves; any other door of the same telco will do.
        text, alphabet, segments: as it goes onto the air.
        at, valid_until: when it was typed, and when it is not worth sending any more.
        by: who answers.
    """

    id: MessageId
    message: MessageId
    key: str
    door: DoorName
    text: Private[str]
    alphabet: str
    segments: int
    at: datetime
    valid_until: datetime
    by: str


class AnswerQueued(Record, frozen=True, tag=True):
    """It waits to be sent, and the text waits for nobody any more."""

    id: MessageId
    door: DoorName


class AnsweredBefore(Record, frozen=True, tag=True):
    """The same form was sent before."""


class TooMany(Record, frozen=True, tag=True):
    """So many answers were written to that text lately that another one must wait."""


class Purged(Record, frozen=True, tag=True):
    """The number of that text was taken away: there is nobody to answer."""


class NobodyThere(Record, frozen=True, tag=True):
    """The text came from no number that a person answers at."""


class NoText(Record, frozen=True, tag=True):
    """There is nothing in it."""


class TooLong(Record, frozen=True, tag=True):
    """It takes more segments than the door carries."""

    segments: int
    most: int


MOST_ANSWERS = 5
ANSWERS_WITHIN = timedelta(hours=1)
"""So many answers people write to one text within such a time: a citizen is not to be flooded."""

NotAnswered = NoSuchMessage | Purged | TooMany | NobodyThere | NoText | TooLong | CannotSend
"""`CannotSend` names the text where the door has no way out for a text of ours."""

AnswerResult = AnswerQueued | AnsweredBefore | NotAnswered
