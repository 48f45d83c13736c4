"""What people want of the log: which texts, and how many wait for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sms_gateway.domain.ids import CanonicalKey, DoorName, DossierId, MessageId, NumberHash
from sms_gateway.domain.outcome import Delivery, MtState

PAGE = 50

MOST_COUNTED = 1_000
"""More than these are not counted: the figure is one above."""


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which MOs are wanted; what is None or empty does not matter, but for `agencies`.

    Attributes:
        sender_hash: of this number.
        older_hashes: of the same number, by keys that were rotated.
        code_key: that asked for this number.
        also: with `code_key`: or for one of these, and led to its dossier or to none.
        since: received at or after.
        until: received before.
        outcome: that ended so; `unanswered` for those that have no outcome, `unhandled` for those
            that are parked and wait for a person.
        reply: whose reply stands so.
        before: older than this one: the next page.
        limit: at most so many, newest first.
        after: newer than this one, those next to it: the page before, or what has come since.
        operator: that came from this telco's network.
        door: that came in there.
        delivery: whose reply is reported so.
        language: whose reply is in this one.
        agencies: of one of these, and of none where there are none; None for all. Who may see one
            agency's texts alone asks with it.
        words: in whose text each of these words occurs, without regard to marks, case and signs;
            from three characters on as a part of a word too, unless between quotation marks.
        code_prefix: whose number, as `code_key`, begins so.
        ending: whose sender's number ends in these digits.
    """

    sender_hash: NumberHash | None = None
    older_hashes: Sequence[NumberHash] = ()
    code_key: CanonicalKey | None = None
    also: tuple[tuple[CanonicalKey, DossierId], ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    outcome: str | None = None
    reply: MtState | None = None
    before: MessageId | None = None
    limit: int = PAGE
    after: MessageId | None = None
    operator: str | None = None
    door: DoorName | None = None
    delivery: Delivery | None = None
    language: str | None = None
    agencies: Sequence[str] | None = None
    words: str = ""
    code_prefix: str = ""
    ending: str = ""


@dataclass(frozen=True, slots=True)
class Attention:
    """How much waits for a person; each at most one above `MOST_COUNTED`.

    Of agencies, only what is among the newest ten thousand of its kind is counted.

    Attributes:
        unanswered: texts without an outcome; they are no agency's yet.
        parked: parked texts of which nobody said that they are handled.
        uncertain: MTs of which nobody knows whether they went out.
        failed: MTs that failed lately, of the newest ten thousand.
        refused: requests that could not be read lately; no agency's.
        held_notices: automatic messages that are held together.
        unmatched: delivery reports whose MT nobody knows; no agency's.
        held_alone: MTs of any kind that are held each for itself, questions of the survey too.
    """

    unanswered: int
    parked: int
    uncertain: int
    failed: int
    refused: int
    held_notices: int
    unmatched: int
    held_alone: int = 0
