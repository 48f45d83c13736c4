"""From what people ask the store, as a store answers it, to the rows of `reading`."""

from datetime import datetime

from sms_gateway.domain.ids import (
    CanonicalKey,
    DoorName,
    MessageId,
    ShortCode,
    TraceId,
)
from sms_gateway.domain.message import MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing, Delivery, MtState, Outcome
from sms_gateway.domain.owed import Fate, OwedState
from sms_gateway.reading import (
    ActRow,
    AttemptRow,
    KeptRequest,
    MoRow,
    MtRow,
    ReceiptRow,
    RefusedRow,
)
from sms_gateway.store.rows import moment
from sms_gateway.store.statements import Row

_MO_COLUMNS = 17
_MT_COLUMNS = 17
_HANDLED_AT = 35
_PURGED_AT = 36
_MT_PURGED_AT = 37


def _when(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else moment(milliseconds)


def mo_row(row: Row) -> MoRow:
    """A row of `mo_with_reply`."""
    mt = (*row[_MO_COLUMNS : _MO_COLUMNS + _MT_COLUMNS], row[_MT_PURGED_AT])
    return MoRow(
        id=MessageId(row[0]),
        door=DoorName(row[1]),
        telco_id=row[2],
        sender=Address(row[3]),
        short_code=ShortCode(row[4]),
        operator=row[5],
        received_at=moment(row[6]),
        trace_id=TraceId(row[7]),
        text=row[8],
        outcome=None if row[9] is None else Outcome(row[9]),
        reason=row[10],
        intent=row[11],
        code_key=CanonicalKey(row[12]),
        dossier_id=row[13],
        agency=row[14],
        answered_at=_when(row[15]),
        failures=row[16],
        reply=None if mt[0] is None else mt_row((*mt, MtKind.REPLY, row[14])),
        handled_at=_when(row[_HANDLED_AT]),
        purged_at=_when(row[_PURGED_AT]),
    )


def mt_row(row: Row) -> MtRow:
    """A row of `mts`; the reply in one of `mo_with_reply` is of its text's agency."""
    return MtRow(
        id=MessageId(row[0]),
        door=DoorName(row[1]),
        recipient=Address(row[2]),
        template=row[3],
        language=row[4],
        text=row[5],
        alphabet=row[6],
        segments=row[7],
        billing=Billing(row[8]),
        billing_reason=row[9],
        state=MtState(row[10]),
        hold_reason=row[11],
        created_at=moment(row[12]),
        settled_at=_when(row[13]),
        delivery=None if row[14] is None else Delivery(row[14]),
        delivery_at=_when(row[15]),
        failures=row[16],
        purged_at=_when(row[17]),
        kind=MtKind(row[18]),
        agency=row[19],
    )


def owed_row(row: Row) -> OwedState:
    """A row of `owed`."""
    at, fate, ended_at = row
    return OwedState(moment(at), Fate(fate) if fate else None, _when(ended_at))


def attempt_row(row: Row) -> AttemptRow:
    """A row of `attempts`."""
    mt_id, attempt, part, at, door, result, reason, telco_id = row
    return AttemptRow(
        MessageId(mt_id), attempt, part, moment(at), DoorName(door), result, reason, telco_id
    )


def receipt_row(row: Row) -> ReceiptRow:
    """A row of `receipts` or `reports`."""
    receipt_id, door, telco_id, mt_id, received_at, telco_time, delivery, error = row
    return ReceiptRow(
        MessageId(receipt_id),
        DoorName(door),
        telco_id,
        None if mt_id is None else MessageId(mt_id),
        moment(received_at),
        _when(telco_time),
        Delivery(delivery),
        error,
    )


def act_row(row: Row) -> ActRow:
    """A row of `acts`."""
    at, by, act, subject, detail = row
    return ActRow(moment(at), by, act, MessageId(subject), detail)


def refused_row(row: Row) -> RefusedRow:
    """A row of `refused`."""
    door, body_hash, reason, first_at, last_at, times, octets, trace_id = row
    return RefusedRow(
        DoorName(door),
        body_hash,
        reason,
        moment(first_at),
        moment(last_at),
        times,
        octets,
        TraceId(trace_id),
    )


def kept_request(row: Row) -> KeptRequest:
    """A row of `refused_requests` or `refused_of_call`."""
    return KeptRequest(refused_row(row[:-1]), row[-1])
