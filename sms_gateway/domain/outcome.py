"""How things end: for an MO, for one attempt to send an MT, for a delivery, for the bill."""

import enum
from datetime import timedelta
from typing import Final

from sms_gateway.domain.ids import TelcoId
from sms_gateway.domain.record import Record


class Outcome(enum.StrEnum):
    """Each MO ends in exactly one of these; `reason` beside it says why."""

    ANSWERED = "answered"
    ANSWERED_WITH_HELP = "answered_with_help"
    SUPPRESSED = "suppressed"
    PARKED = "parked"


class Billing(enum.StrEnum):
    """What the telco is told about the citizen's bill (dialects 2.0 point 4)."""

    CHARGE = "charge"
    FREE = "free"
    REFUND = "refund"


class Delivery(enum.StrEnum):
    """What a delivery report says, in the words of SMPP 3.4 appendix B."""

    ENROUTE = "enroute"
    DELIVERED = "delivered"
    EXPIRED = "expired"
    UNDELIVERABLE = "undeliverable"
    REJECTED = "rejected"
    UNKNOWN = "unknown"

    @property
    def final(self) -> bool:
        """Whether no later report can change it."""
        return self not in (Delivery.ENROUTE, Delivery.UNKNOWN)


class MtState(enum.StrEnum):
    """Where an MT stands.

    queued: waits for a send slot. sending: leased, or written into a telco's open request.
    accepted: the telco said yes. uncertain: the bytes left us and no answer came back.
    held: nothing is sent until a person acts. failed, expired: ended without the telco's yes.
    """

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    UNCERTAIN = "uncertain"
    HELD = "held"
    FAILED = "failed"
    EXPIRED = "expired"


PARTLY_TAKEN: Final = "partly_taken"
"""Reason of an uncertain MT of which the telco took some parts: a report of one of them does not
make it accepted or delivered."""


class Accepted(Record, frozen=True):
    """The telco took it (a duplicate that it names as already taken counts too).

    Attributes:
        telco_ids: the telco's ids, one per part where it gives them; may be empty.
    """

    telco_ids: tuple[TelcoId, ...] = ()


class Deferred(Record, frozen=True):
    """Not now, and nobody's failure: throttled, not connected, shutting down. Spends no retry.

    Attributes:
        reason: one word for logs and the timeline.
        retry_after: the telco's wish, where it told one.
    """

    reason: str
    retry_after: timedelta | None = None


class Rejected(Record, frozen=True):
    """The telco said no, or would have.

    Attributes:
        reason: the telco's code or word, cleaned, at most 80 characters; never a text or number.
        permanent: no use in trying again; otherwise it spends one retry.
        asked: the telco said so; else we knew, and nothing was sent.
    """

    reason: str
    permanent: bool
    asked: bool = True


class Uncertain(Record, frozen=True):
    """The bytes left us and no answer came back: it may have been sent.

    Attributes:
        reason: one word for logs and the timeline.
        telco_ids: the telco's ids of the parts that it took, so that their reports find the text.
    """

    reason: str
    telco_ids: tuple[TelcoId, ...] = ()


SendOutcome = Accepted | Deferred | Rejected | Uncertain
