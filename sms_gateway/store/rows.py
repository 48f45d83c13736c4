"""Between our values and what a database keeps."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec.structs import replace

from sms_gateway.domain.ids import DoorName, MessageId, NumberHash, ShortCode, TelcoId, TraceId
from sms_gateway.domain.message import Language, MobileTerminated, MtKind
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing
from sms_gateway.domain.record import EMPTY
from sms_gateway.domain.records import Arrival, PendingMo
from sms_gateway.sql.storable import NUL, storable
from sms_gateway.store.statements import Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_encode = msgspec.json.Encoder().encode


def ms(moment: datetime) -> int:
    """Milliseconds since 1970 in UTC."""
    return (moment - _EPOCH) // _MILLISECOND


def ms_or_none(moment: datetime | None) -> int | None:
    """The same, for a moment that may be unknown."""
    return None if moment is None else ms(moment)


def moment(milliseconds: int) -> datetime:
    """The moment that `ms` made a number of."""
    return _EPOCH + _MILLISECOND * milliseconds


def json_text(values: Mapping[str, str]) -> str:
    """A mapping as a column keeps it; the empty one costs nothing."""
    return _encode(dict(values)).decode() if values else "{}"


def storable_arrival(arrival: Arrival) -> Arrival:
    """An MO whose words every dialect keeps; nearly always it is that already."""
    mo = arrival.mo
    if NUL not in f"{mo.text}{mo.telco_id}{mo.sender.value}{mo.operator}{arrival.dedupe_key}":
        return arrival
    kept = replace(
        mo,
        telco_id=None if mo.telco_id is None else TelcoId(storable(mo.telco_id)),
        sender=Address(storable(mo.sender.value)),
        text=storable(mo.text),
        operator=storable(mo.operator),
    )
    return replace(arrival, mo=kept, dedupe_key=storable(arrival.dedupe_key))


def first_id(since: datetime) -> str:
    """An id below all that were made since a moment.

    RFC 9562 clause 5.7: the first 48 bits of an id are its milliseconds.
    """
    return str(uuid.UUID(int=ms(since) << 80))


def normal_telco_id(telco_id: str) -> str:
    """The form in which a send's id and a report's id are compared: leading zeros and case differ.

    Known from dialects and from SMPP centres (domain 8, item 30).
    """
    return telco_id.strip().lower().lstrip("0")


def pending(row: Row) -> PendingMo:
    """A row of `mo_lease` or `mo_get`."""
    return PendingMo(
        id=MessageId(row[0]),
        attempt=row[1],
        failures=row[2],
        door=DoorName(row[3]),
        sender=Address(row[4]),
        sender_hash=NumberHash(row[5]),
        short_code=ShortCode(row[6]),
        text=row[7],
        telco_time=None if row[8] is None else moment(row[8]),
        received_at=moment(row[9]),
        trace_id=TraceId(row[10]),
        inline=bool(row[11]),
        answer_by=moment(row[12]),
        telco_id=None if row[13] is None else TelcoId(row[13]),
        operator=row[14] or "",
        door_data=json.loads(row[15]) if row[15] else EMPTY,
    )


def terminated(row: Row) -> MobileTerminated:
    """A row of `mt_get`."""
    return MobileTerminated(
        id=MessageId(row[0]),
        door=DoorName(row[1]),
        recipient=Address(row[2]),
        short_code=ShortCode(row[3]),
        text=row[4],
        alphabet=row[5],
        segments=row[6],
        billing=Billing(row[7]),
        valid_until=moment(row[8]),
        attempt=row[9],
        template=row[10],
        params=json.loads(row[11]),
        language=Language(row[12]),
        reply_to=None if row[13] is None else TelcoId(row[13]),
        operator=row[14] or "",
        door_data=json.loads(row[15]) if row[15] else {},
        failures=row[16],
        mo_received_at=None if row[17] is None else moment(row[17]),
        trace_id=TraceId(row[18] or ""),
        intent=row[19] or "",
        doubted=bool(row[20]),
        kind=MtKind(row[21]),
    )
