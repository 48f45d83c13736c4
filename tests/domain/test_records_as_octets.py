"""Records cross from one process to another as MessagePack, and come out as they went in."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import msgspec
import pytest
from msgspec.structs import replace

from sms_gateway.domain.acts import (
    CannotSend,
    Handled,
    HandledBefore,
    HandleOrder,
    HandleResult,
    InBatch,
    NoReply,
    NoSuchMessage,
    NotOpen,
    NotParked,
    SettleAs,
    Settled,
    SettleOrder,
    SettleResult,
    TooOld,
)
from sms_gateway.domain.ids import (
    CanonicalKey,
    DoorName,
    DossierId,
    IncidentId,
    MessageId,
    NumberHash,
    ShortCode,
    TelcoId,
    TraceId,
)
from sms_gateway.domain.incidents import (
    AlarmText,
    Incident,
    IncidentNote,
    Standing,
    Traffic,
    Trouble,
)
from sms_gateway.domain.message import (
    DeliveryReport,
    Language,
    MobileOriginated,
    MobileTerminated,
    MtKind,
    PartOf,
)
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing, Delivery, MtState, Outcome
from sms_gateway.domain.record import Record
from sms_gateway.domain.records import (
    Answer,
    Arrival,
    Citizen,
    Duplicate,
    ExpiredMt,
    Figures,
    New,
    NewMt,
    OptOutChange,
    PartHeld,
    PendingMo,
    PreferenceChange,
    ReceivedReport,
    Recorded,
    RefusedRequest,
    Settlement,
    StoredAnswer,
    UsageEvent,
)
from sms_gateway.domain.restores import (
    HeldBack,
    HoldOrder,
    KeyNote,
    NothingHeld,
    Released,
    ReleaseOrder,
    ReleaseResult,
    RestoreHold,
)
from sms_gateway.domain.retention import (
    HeldBefore,
    HoldKind,
    LegalHoldOrder,
    LegalHoldResult,
    LegallyHeld,
    Lifted,
    LiftOrder,
    LiftResult,
    NotHeld,
    NothingToHold,
    PurgeBatch,
    PurgeCounts,
    PurgedBatch,
    PurgedBefore,
    PurgeEnd,
    Walk,
)

NOW = datetime(2026, 11, 23, 3, 15, 0, 123456, tzinfo=UTC)
SOON = NOW + timedelta(seconds=2)
ID, OTHER = MessageId("01a20666-5720-7dca-a970-84c5d5ae5848"), MessageId("other")
DOOR = DoorName("telco")
AN = Address("+84900000001")
KEY, DOSSIER = CanonicalKey("1707030001"), DossierId("H32-1")
HASH, TRACE = NumberHash("07" * 16), TraceId("trace")
ECHO = MappingProxyType({"moid": "7"})

BARE_MO = MobileOriginated(None, AN, ShortCode("8083"), "Hồ sơ số 12")
MO = MobileOriginated(
    TelcoId("A1"), AN, ShortCode("8083"), "MCKH", "viettel", NOW, PartOf(7, 2, 1), ECHO
)
PENDING = PendingMo(
    id=ID,
    attempt=1,
    failures=0,
    door=DOOR,
    sender=AN,
    sender_hash=HASH,
    short_code=ShortCode("8083"),
    text="MCKH",
    telco_time=None,
    received_at=NOW,
    trace_id=TRACE,
    inline=True,
    answer_by=SOON,
)
USAGE = UsageEvent(NOW, KEY, "S4", "hash", 0, failure=False)
NEW_MT = NewMt(
    id=OTHER,
    kind=MtKind.REPLY,
    state=MtState.SENDING,
    hold_reason="",
    template="S4",
    template_version="1",
    params=MappingProxyType({"code": "170703-0001"}),
    language=Language.VI_ACCENTED,
    text="Đang xử lý",
    alphabet="ucs2",
    segments=1,
    billing=Billing.CHARGE,
    billing_reason="useful",
    priority=0,
    not_before=NOW,
    valid_until=SOON,
    dedupe_key="reply",
)
ANSWER = Answer(
    mo=PENDING,
    at=NOW,
    outcome=Outcome.ANSWERED,
    reason="S4",
    intent="Lookup",
    key=KEY,
    dossier_id=DOSSIER,
    agency="H32",
    snapshot=b"{}",
    rules_hash="rules",
    mt=NEW_MT,
    usage=USAGE,
)
CHANGES = replace(
    ANSWER,
    dossier_id=None,
    snapshot=None,
    mt=None,
    usage=None,
    preference=PreferenceChange(Language.EN),
    opt_out=OptOutChange(opted_out=True, dossier_id=DOSSIER),
    wrong_secret=True,
)
MT = MobileTerminated(
    ID, DOOR, AN, ShortCode("8083"), "Dang xu ly", "gsm7", 1, Billing.FREE, SOON, 1, params=ECHO
)
INCIDENT = Incident(IncidentId(ID), Trouble.SILENT, DOOR, 90, NOW)
ALARM = AlarmText(
    OTHER, DOOR, ShortCode("8083"), AN, HASH, "alarm", "CANH BAO", "gsm7", NOW, SOON, "alarm:1",
)  # fmt: skip
REPORT = DeliveryReport(TelcoId("A1"), Delivery.DELIVERED, NOW, "000")


def arrival(mo: MobileOriginated, raw: bytes | None) -> Arrival:
    return Arrival(ID, DOOR, mo, NOW, TRACE, HASH, "key", SOON, raw, inline=True, answer_by=SOON)


@pytest.mark.parametrize(
    "record",
    [
        arrival(BARE_MO, None),
        arrival(MO, b"\x00\xff"),
        PENDING,
        ANSWER,
        CHANGES,
        MT,
        Citizen(),
        Citizen(Language.EN, (USAGE, USAGE)),
        StoredAnswer(None),
        StoredAnswer(Outcome.ANSWERED, OTHER, 1, "Dang xu ly", Billing.REFUND, MtState.HELD),
        Settlement(ID, 1, NOW, MtState.ACCEPTED, "accepted"),
        Settlement(ID, 2, NOW, MtState.QUEUED, "deferred", "busy", failed=True, not_before=SOON),
        Settlement(ID, 2, NOW, MtState.ACCEPTED, "accepted", telco_ids=(TelcoId("A1"),)),
        ExpiredMt(ID, DOOR, "Lookup"),
        ReceivedReport(ID, DOOR, REPORT, NOW, b"dlr"),
        RefusedRequest(DOOR, "hash", NOW, "unreadable: to", b"\xff", TRACE),
        Figures(1, None, {DOOR: 2}, 3, 4, 5, frozenset({DOOR}), 6),
        SettleOrder(ID, SettleAs.AGAIN, NOW, "an", frozenset({DOOR})),
        HandleOrder(ID, NOW, "an", "called back"),
        HoldOrder(SOON, "an", NOW),
        HeldBack(1, 2, 3),
        ReleaseOrder(NOW, "an"),
        RestoreHold(SOON, "an", NOW, 1, 2, 3),
        KeyNote("number-hash", "3f9c01ab", NOW, "an", ("77777777",)),
        ALARM,
        IncidentNote(INCIDENT),
        IncidentNote(replace(INCIDENT, closed_at=SOON, texted_at=NOW, posted_at=NOW), (ALARM,)),
        Traffic(DOOR, probe=True, hour=497_955, count=3, last_at=NOW),
        Standing(2, {DOOR: NOW}),
        PurgeBatch(Walk.TEXTS, NOW, ID, 50, SOON),
        PurgedBatch(50, ID),
        PurgeEnd(NOW, "an", "before then", whole=False),
        PurgeCounts(1, 2, 3, 4, 5, 6, 7, 8),
        LegalHoldOrder(HoldKind.NUMBER, HASH, NOW, "an", "court"),
        LiftOrder(HoldKind.MESSAGE, ID, NOW, "an"),
    ],
    ids=lambda record: type(record).__name__,
)
def test_a_record_comes_out_as_it_went_in(record: Record) -> None:
    assert through_octets([record], list[type(record)]) == [record]  # type: ignore[misc]  # at run time


def test_what_became_of_an_arrival_can_be_told_apart() -> None:
    results: list[Recorded] = [New(PENDING), Duplicate(ID), PartHeld(ID)]
    assert through_octets(results, list[Recorded]) == results


def test_what_became_of_an_act_can_be_told_apart() -> None:
    settled: list[SettleResult] = [
        Settled(ID, None, DOOR, MtState.FAILED, parked=True),
        NoSuchMessage(),
        NoReply(ID),
        NotOpen(ID, MtState.ACCEPTED),
        InBatch(ID),
        TooOld(ID),
        CannotSend(ID, DOOR),
    ]
    handled: list[HandleResult] = [
        Handled(ID),
        NoSuchMessage(),
        NotParked(ID, None),
        HandledBefore(ID),
    ]
    released: list[ReleaseResult] = [Released(1, 2, 3, (DOOR,)), NothingHeld()]
    assert through_octets(settled, list[SettleResult]) == settled
    assert through_octets(handled, list[HandleResult]) == handled
    assert through_octets(released, list[ReleaseResult]) == released


def test_what_became_of_a_legal_hold_can_be_told_apart() -> None:
    held: list[LegalHoldResult] = [
        LegallyHeld(HoldKind.CODE, KEY),
        HeldBefore(ID),
        NothingToHold(),
        PurgedBefore(ID, NOW),
    ]
    lifted: list[LiftResult] = [Lifted(HoldKind.CODE, KEY), NotHeld()]
    assert through_octets(held, list[LegalHoldResult]) == held
    assert through_octets(lifted, list[LiftResult]) == lifted


def through_octets(values: object, kind: object) -> object:
    octets = msgspec.msgpack.Encoder(enc_hook=dict).encode(values)
    return msgspec.msgpack.Decoder(kind).decode(octets)
