"""Texts that go to a citizen by themselves: they answer no text."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sms_gateway.domain.ids import DoorName, DossierId, MessageId, NumberHash, ShortCode
from sms_gateway.domain.message import Language, MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing, MtState
from sms_gateway.domain.record import Private, Record

FOLLOW_UP_PRIORITY = 5
AT_NIGHT_PRIORITY = 9
NOTICE_PRIORITY = 10
LET_GO_PRIORITY = 15
SURVEY_PRIORITY = 20
"""Behind replies, which have 0: lower goes first. From that of notices on they wait at night."""

ANY_PRIORITY = 2**31 - 1
"""Above all of them."""

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""From when on a text may go that need not wait: a clock that is put back must not delay it."""


class Push(Record, frozen=True):
    """An MT that answers no MO, and counts for nobody's budget.

    Attributes:
        id: ours.
        kind: why it exists.
        dossier_id, agency: what it tells of; None where it tells that there is no such dossier.
        recipient, recipient_hash: who gets it.
        short_code, door: the number it comes from, and the door it is to leave by; any other door
            of the same telco will do.
        template, template_version, params, language, text, alphabet, segments: as rendered.
        billing_reason: why it costs the citizen nothing.
        priority: lower goes first.
        at, not_before, valid_until: when it was made, may go, and is not worth sending any more.
        dedupe_key: a second MT with the same key is never stored.
        state, hold_reason: queued, or held and why.
        batch_id: of what is released or dropped together, or empty.
    """

    id: MessageId
    kind: MtKind
    dossier_id: DossierId | None
    agency: str
    recipient: Address
    recipient_hash: NumberHash
    short_code: ShortCode
    door: DoorName
    template: str
    template_version: str
    params: Private[Mapping[str, str]]
    language: Language
    text: Private[str]
    alphabet: str
    segments: int
    billing_reason: str
    priority: int
    at: datetime
    not_before: datetime
    valid_until: datetime
    dedupe_key: str
    state: MtState = MtState.QUEUED
    hold_reason: str = ""
    batch_id: str = ""
    billing: Billing = Billing.FREE
