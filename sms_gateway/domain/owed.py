"""Texts that the case database could not be asked about, and what becomes of them."""

import enum
from datetime import datetime

from sms_gateway.domain.ids import (
    NO_KEY,
    CanonicalKey,
    DoorName,
    DossierId,
    MessageId,
    NumberHash,
    ShortCode,
)
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.pushes import Push
from sms_gateway.domain.record import Record
from sms_gateway.domain.records import PendingMo


class Fate(enum.StrEnum):
    """What became of the true state that was owed.

    sent: it was queued. answered: the citizen asked again or was told in the meantime. late: the
    case database was away for too long. nothing: there is nothing to say, or no way to say it.
    restored: it may have been sent from the store of which this one is a copy. unwanted: its number
    said since that it wants no more texts of it, or of anything.
    """

    SENT = "sent"
    ANSWERED = "answered"
    LATE = "late"
    NOTHING = "nothing"
    RESTORED = "restored"
    UNWANTED = "unwanted"


class Owed(Record, frozen=True):
    """The true state is owed to a text.

    Attributes:
        mo: as it came.
        at: when it was answered without it.
    """

    mo: PendingMo
    at: datetime


class OwedState(Record, frozen=True):
    """How it stands with what is owed to a text.

    Attributes:
        at: since when it is owed.
        fate: what became of it; None while it is owed.
        ended_at: when.
    """

    at: datetime
    fate: Fate | None
    ended_at: datetime | None


class OwedEnd(Record, frozen=True):
    """What becomes of it.

    Attributes:
        mo_id: of the text.
        at: when.
        fate: sent becomes answered where the citizen was told since.
        hashes: those that the sender may have, by whichever key.
        key, dossier_id: what was asked for and found.
        wrong_secret: the text named a second secret that is not the dossier's.
        push: what is sent, for `sent` only.
    """

    mo_id: MessageId
    at: datetime
    fate: Fate
    hashes: tuple[NumberHash, ...] = ()
    key: CanonicalKey = NO_KEY
    dossier_id: DossierId | None = None
    wrong_secret: bool = False
    push: Push | None = None


class Follower(Record, frozen=True):
    """A number that is none of a dossier's and is told of it.

    Attributes:
        dossier_id: what it follows.
        recipient, recipient_hash: who.
        short_code, door: the way by which it asked to be told.
    """

    dossier_id: DossierId
    recipient: Address
    recipient_hash: NumberHash
    short_code: ShortCode
    door: DoorName
