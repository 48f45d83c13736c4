"""Between our values and what SQLite keeps."""

import functools
import json
import re
import sqlite3
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from sms_gateway.domain.ids import DoorName, MessageId, NumberHash, ShortCode, TelcoId, TraceId
from sms_gateway.domain.message import Language, MobileTerminated
from sms_gateway.domain.msisdn import Address
from sms_gateway.domain.outcome import Billing
from sms_gateway.domain.records import PendingMo
from sms_gateway.sql.statements import load_statements

SQL: Mapping[str, str] = load_statements(__package__)

_EACH_ROW = re.compile(r"/\* each row \*/ (\([?,\s]*\))")
# Few sizes, so that each statement is compiled once, and few statements, because the interpreter's
# lock may change hands at each; 64 rows of 33 columns are below SQLite's limit, 32,766 variables.
_CHUNKS = (64, 32, 16, 8, 4, 2, 1)
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


def json_list(values: Iterable[str]) -> str:
    """A list as `json_each` reads it."""
    return _encode(list(values)).decode()


def json_text(values: Mapping[str, str]) -> str:
    """A mapping as a column keeps it; the empty one costs nothing."""
    return _encode(dict(values)).decode() if values else "{}"


def first_id(since: datetime) -> str:
    """An id below all that were made since a moment.

    RFC 9562 clause 5.7: the first 48 bits of an id are its milliseconds.
    """
    return str(uuid.UUID(int=ms(since) << 80))


def many(db: sqlite3.Connection, name: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement of `VALUES /* each row */` for many rows, in few steps of SQLite."""
    start = 0
    for size in _CHUNKS:
        while len(rows) - start >= size:
            chunk = rows[start : start + size]
            db.execute(_repeated(name, size), [value for row in chunk for value in row])
            start += size


@functools.cache
def _repeated(name: str, times: int) -> str:
    # Repeats the placeholders; no value ever becomes part of a statement.
    return _EACH_ROW.sub(lambda match: ", ".join([match[1]] * times), SQL[name])


def normal_telco_id(telco_id: str) -> str:
    """The form in which a send's id and a report's id are compared: leading zeros and case differ.

    Known from dialects and from SMPP centres (domain 8, item 30).
    """
    return telco_id.strip().lower().lstrip("0")


def pending(row: tuple[Any, ...]) -> PendingMo:
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
    )


def terminated(row: tuple[Any, ...]) -> MobileTerminated:
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
    )
