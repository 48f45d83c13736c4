"""A text on its way through the enquiry: as it came, as it was read, as it ends."""

import enum
from collections.abc import Collection, Sequence
from datetime import datetime

from sms_gateway.domain.dossier import Dossier
from sms_gateway.domain.ids import NO_KEY, CanonicalKey, ShortCode
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing, Outcome
from sms_gateway.domain.record import Private, Record
from sms_gateway.domain.records import Opinion, OptOutChange, PreferenceChange, UsageEvent
from sms_gateway.enquiry.choosing import Reading
from sms_gateway.enquiry.intents import Intent, Lookup
from sms_gateway.enquiry.replies import Composed


class Probed(enum.Enum):
    """Whether a text is its door's probe, and what is done with it."""

    NO = "no"
    NOTED = "noted"
    ANSWERED = "answered"


class Incoming(Record, frozen=True):
    """A text as it came, and what its way back can carry.

    Attributes:
        text, sender, short_code, received_at: of the MO.
        refused: characters that the door's telco does not take.
        max_segments: the longest reply that the door carries.
        probed: whether it is the door's probe text.
    """

    text: Private[str]
    sender: Address
    short_code: ShortCode
    received_at: datetime
    refused: frozenset[str] = frozenset()
    max_segments: int = 2
    probed: Probed = Probed.NO


class Question(Record, frozen=True):
    """A text, read.

    Attributes:
        incoming: as it came.
        intent: what it asks for.
        asked: what to look up; empty where no dossier is needed.
        wait: when the number may ask again; None where it may ask now.
        verdict: set where the text is not for us to answer.
    """

    incoming: Incoming
    intent: Intent
    asked: Sequence[Reading] = ()
    wait: datetime | None = None
    verdict: "Verdict | None" = None

    @property
    def keys(self) -> Collection[CanonicalKey]:
        """What the directory must be asked for."""
        if len(self.asked) == 1:
            return (self.asked[0].key,)
        return dict.fromkeys([reading.key for reading in self.asked])


class Verdict(Record, frozen=True):
    """How an MO ends.

    Attributes:
        outcome, reason: of the MO; the reason of an answered one is its template.
        intent: name of the intent.
        reply: the words, or None.
        billing, billing_reason: what the telco is told, and why.
        key, dossier: what was asked for and found.
        usage: what it counts for, or None.
        preference, opt_out: what the citizen chose.
        unavailable: the directory could not say; another try may give a better verdict.
        stale: it is answered from a copy, for the directory could not say.
        wrong_secret: the text named a second secret that is not the dossier's.
        opinion: what the citizen thinks of how a dossier was handled.
    """

    outcome: Outcome
    reason: str
    intent: str
    reply: Composed | None = None
    billing: Billing = Billing.FREE
    billing_reason: str = ""
    key: CanonicalKey = NO_KEY
    dossier: Dossier | None = None
    usage: UsageEvent | None = None
    preference: PreferenceChange | None = None
    opt_out: OptOutChange | None = None
    unavailable: bool = False
    stale: bool = False
    wrong_secret: bool = False
    opinion: Opinion | None = None

    @property
    def owed(self) -> bool:
        """The true state is owed to the text: it asked for one, and the directory could not say."""
        asks = self.intent == Lookup.name and self.reply is not None
        return asks and (self.unavailable or self.stale)
