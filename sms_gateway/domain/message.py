"""Messages in both directions, and what comes back about them."""

import enum
from collections.abc import Mapping
from datetime import datetime

from sms_gateway.domain.ids import (
    NO_TRACE,
    DoorName,
    MessageId,
    ShortCode,
    TelcoId,
    TraceId,
)
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing, Delivery
from sms_gateway.domain.record import EMPTY, Private, Record


class PartOf(Record, frozen=True):
    """Which part of a long text this is (TS 23.040 clause 9.2.3.24.1).

    Attributes:
        reference: the sender's number for this long text, 0 to 65535.
        total: how many parts there are, 1 to 255.
        number: which one this is, from 1.
    """

    reference: int
    total: int
    number: int


class MobileOriginated(Record, frozen=True):
    """An MO as a door read it.

    Attributes:
        telco_id: the telco's id, None where the dialect has none.
        sender: who texted.
        short_code: the number they texted.
        text: what they texted, decoded, otherwise untouched.
        operator: the network as the telco names it, or empty.
        telco_time: when the telco says it came.
        part: set when this is one part of a long text.
        door_data: what the door's reply must echo.
    """

    telco_id: TelcoId | None
    sender: Address
    short_code: ShortCode
    text: Private[str]
    operator: str = ""
    telco_time: datetime | None = None
    part: PartOf | None = None
    door_data: Private[Mapping[str, str]] = EMPTY


class DeliveryReport(Record, frozen=True):
    """A DLR as a door read it.

    Attributes:
        telco_id: the telco's id of the MT it speaks of.
        delivery: what became of it.
        at: when, as the telco says.
        error: the telco's error code, text of at most 40 characters, or empty.
    """

    telco_id: TelcoId
    delivery: Delivery
    at: datetime | None = None
    error: str = ""


Item = MobileOriginated | DeliveryReport


class Language(enum.StrEnum):
    """Language and style of a reply, as `ask --json` names them."""

    VI = "vi"
    VI_ACCENTED = "vi-accented"
    EN = "en"


class MtKind(enum.StrEnum):
    """Why an MT exists; replies go before everything else but alarms."""

    REPLY = "reply"
    FOLLOW_UP = "follow_up"
    NOTICE = "notice"
    SURVEY = "survey"
    MANUAL = "manual"
    ALARM = "alarm"


class MobileTerminated(Record, frozen=True):
    """An MT on its way to a telco.

    It carries template, parameters and language beside its text: a telco that wants template id
    and parameters gets them, and a second door with other limits can render it again.

    Attributes:
        id: our id, stable over all attempts: the idempotency key where the telco takes one.
        door: the door it leaves by.
        recipient: who gets it.
        short_code: the number it comes from.
        text: as it goes onto the air.
        alphabet: `gsm7` or `ucs2`.
        segments: how many radio-sized parts.
        billing: what the telco is told.
        valid_until: not worth sending after this moment.
        attempt: which attempt this is, from 1; also the fencing number of its lease.
        template: which reply this is (`S4`, `E1` and so on), empty for a manual text.
        params: what the template was filled with.
        language: the language of the text.
        reply_to: the telco's id of the MO this answers, or None.
        operator: the network of the MO this answers, or empty.
        door_data: what the MO asked to have echoed.
        failures: how many attempts failed so far.
        mo_received_at: when the MO this answers was stored, or None.
        trace_id: of the MO this answers, or empty.
        intent: of the MO whose reply this is; empty where it is none.
        doubted: of an earlier attempt nobody knows whether the telco took it.
        kind: why it exists.
    """

    id: MessageId
    door: DoorName
    recipient: Address
    short_code: ShortCode
    text: Private[str]
    alphabet: str
    segments: int
    billing: Billing
    valid_until: datetime
    attempt: int
    template: str = ""
    params: Private[Mapping[str, str]] = EMPTY
    language: Language = Language.VI
    reply_to: TelcoId | None = None
    operator: str = ""
    door_data: Private[Mapping[str, str]] = EMPTY
    failures: int = 0
    mo_received_at: datetime | None = None
    trace_id: TraceId = NO_TRACE
    intent: str = ""
    doubted: bool = False
    kind: MtKind = MtKind.REPLY

    @property
    def automatic(self) -> bool:
        """Whether nobody asked for it, and nobody waits for it."""
        return self.kind in (MtKind.NOTICE, MtKind.SURVEY)
