"""All that is kept of a number, as a file for its owner: JSON, with a heading in Vietnamese."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Final, Protocol

import msgspec

from sms_gateway.domain.complaints import Complaint
from sms_gateway.domain.ids import MessageId, NumberHash
from sms_gateway.domain.records import Citizen
from sms_gateway.domain.retention import LegalHold
from sms_gateway.domain.rights import KeptOfNumber
from sms_gateway.log_question import MessageFilter
from sms_gateway.reading import MoRow, MtRow, Timeline
from sms_gateway.reports.citizen_rows import OwnPart, message_of, push_of
from sms_gateway.reports.log_json import described_complaint

PAGE: Final = 100
MOST_PUSHES: Final = 100_000
MESSAGE_LINE: Final = "\n  {"
"""How the piece of a message begins, behind a comma where it is not the first one."""

_HEADING: Final = (
    "Dữ liệu cá nhân mà hệ thống tra cứu hồ sơ qua tin nhắn đang lưu về số điện thoại này, cấp "
    "theo yêu cầu của chủ thể dữ liệu (Luật Bảo vệ dữ liệu cá nhân). Tin đã hết thời hạn lưu chỉ "
    "còn thời điểm và kết quả, không còn nội dung. Vui lòng bảo quản tệp này cẩn thận."
)


class HoldReading(Protocol):
    """Where legal holds stand."""

    async def holds(self) -> Sequence[LegalHold]:
        """All of them. Raises StoreDownError."""


class CitizenReading(Protocol):
    """What is kept of a number. All raise StoreDownError; `store.asked.StoreReading` is one."""

    @property
    def retention(self) -> HoldReading:
        """Where legal holds stand."""

    async def kept_of(self, numbers: Sequence[NumberHash]) -> KeptOfNumber:
        """What is kept of it besides its messages."""

    async def complaints(self, limit: int, *, closed: bool = False) -> Sequence[Complaint]:
        """Open or settled complaints."""

    async def citizen(self, number: NumberHash, since: datetime) -> Citizen:
        """What an answer to it may depend on."""

    async def messages(self, wanted: MessageFilter) -> Sequence[MoRow]:
        """Texts, newest first."""

    async def pushes(self, numbers: Sequence[NumberHash], limit: int = ...) -> Sequence[MtRow]:
        """Messages of ours that answer none of its texts."""

    async def timeline(self, message_id: MessageId) -> Timeline | None:
        """All that happened to one."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose file it is.

    Attributes:
        numbers: all hashes of the number, today's the first.
        at: when it is made.
        zone: of its times.
        own: what of a request came with one text; see `citizen_rows.OwnPart`.
    """

    numbers: Sequence[NumberHash]
    at: datetime
    zone: tzinfo
    own: OwnPart


async def pieces(reading: CitizenReading, owner: Owner) -> AsyncIterator[str]:
    """The file, piece by piece; each message, on a line of its own, is one piece.

    Raises:
        StoreDownError: it could not be read; what came so far is no whole file.
    """
    head = await _head(reading, owner)
    text = json.dumps(head, ensure_ascii=False, indent=1)
    yield text.removesuffix("\n}") + ',\n "messages": ['
    async for piece in _listed(_messages(reading, owner)):
        yield piece
    yield '\n ],\n "other_messages": ['
    async for piece in _listed(_pushes(reading, owner)):
        yield piece
    yield "\n ]\n}\n"


async def _head(reading: CitizenReading, owner: Owner) -> Mapping[str, object]:
    return {
        "tieu_de": _HEADING,
        "lap_luc": owner.at.astimezone(owner.zone).isoformat(timespec="seconds"),
        "number_hashes": list(owner.numbers),
        **msgspec.to_builtins(await reading.kept_of(owner.numbers)),
        "held_since": await _holds(reading, owner),
        "complaints": await _complaints(reading, owner),
        "budgets": await _budgets(reading, owner),
    }


async def _listed(values: AsyncIterator[Mapping[str, object]]) -> AsyncIterator[str]:
    first = True
    async for value in values:
        line = json.dumps(value, ensure_ascii=False)
        yield f"{'' if first else ','}\n  {line}"
        first = False


async def _messages(reading: CitizenReading, owner: Owner) -> AsyncIterator[Mapping[str, object]]:
    numbers = owner.numbers
    wanted = MessageFilter(sender_hash=numbers[0], older_hashes=numbers[1:], limit=PAGE)
    while page := await reading.messages(wanted):
        for row in page:
            timeline = await reading.timeline(row.id)
            if timeline is not None:
                yield message_of(timeline, owner.zone, owner.own)
        wanted = replace(wanted, before=page[-1].id)


async def _pushes(reading: CitizenReading, owner: Owner) -> AsyncIterator[Mapping[str, object]]:
    for row in await reading.pushes(owner.numbers, MOST_PUSHES):
        timeline = await reading.timeline(row.id)
        if timeline is not None:
            yield push_of(row, timeline, owner.zone)


async def _complaints(reading: CitizenReading, owner: Owner) -> list[Mapping[str, object]]:
    return [
        described_complaint(one, owner.zone)
        for closed in (False, True)
        for one in await reading.complaints(MOST_PUSHES, closed=closed)
        if one.number_hash in owner.numbers
    ]


async def _holds(reading: CitizenReading, owner: Owner) -> list[str]:
    return [
        hold.at.isoformat()
        for hold in await reading.retention.holds()
        if hold.value in owner.numbers
    ]


async def _budgets(reading: CitizenReading, owner: Owner) -> list[Mapping[str, object]]:
    since = owner.at - timedelta(days=1)
    known = [await reading.citizen(number, since) for number in owner.numbers]
    return [
        {
            "at": event.at.astimezone(owner.zone).isoformat(), "code": event.key or None,
            "template": event.template, "misses": event.miss, "failure": event.failure,
        }
        for citizen in known
        for event in citizen.history
    ]  # fmt: skip
