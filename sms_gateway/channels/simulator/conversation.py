"""The store's rows as a conversation: who said what, and in small print what became of it.

Vietnamese first, then the word that the log, the command line and the metrics use for the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from types import MappingProxyType
from typing import assert_never

from sms_gateway.domain.message import MtKind
from sms_gateway.domain.outcome import Billing, Delivery, MtState, Outcome
from sms_gateway.reading import MoRow, MtRow

STATES: Mapping[MtState, str] = MappingProxyType(
    {
        MtState.QUEUED: "đang xếp hàng",
        MtState.SENDING: "đang gửi",
        MtState.ACCEPTED: "nhà mạng đã nhận",
        MtState.UNCERTAIN: "không rõ đã gửi chưa",
        MtState.HELD: "giữ lại chờ cán bộ",
        MtState.FAILED: "không gửi được",
        MtState.EXPIRED: "quá hạn, không gửi nữa",
    }
)
BILLINGS: Mapping[Billing, str] = MappingProxyType(
    {Billing.CHARGE: "tính phí", Billing.FREE: "miễn phí", Billing.REFUND: "hoàn phí"}
)
DELIVERIES: Mapping[Delivery, str] = MappingProxyType(
    {
        Delivery.ENROUTE: "đang trên đường",
        Delivery.DELIVERED: "đã tới máy",
        Delivery.EXPIRED: "quá hạn trên mạng",
        Delivery.UNDELIVERABLE: "không tới được máy",
        Delivery.REJECTED: "mạng từ chối",
        Delivery.UNKNOWN: "nhà mạng không rõ",
    }
)
KINDS: Mapping[MtKind, str] = MappingProxyType(
    {
        MtKind.FOLLOW_UP: "tin bổ sung cho câu trả lời trước",
        MtKind.NOTICE: "tin tự động",
        MtKind.SURVEY: "câu hỏi khảo sát",
        MtKind.MANUAL: "cán bộ gửi",
        MtKind.ALARM: "cảnh báo cho cán bộ",
    }
)
_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "identical": "câu trả lời y hệt đã gửi nhiều lần trong một giờ",
        "machine_sender": "người gửi không phải thuê bao",
        "other_short_code": "đầu số này không phải của cơ quan",
        "not_a_citizen": "không phải tin của người dân",
        "no_way_back": "không có đường gửi trả lời",
        "too_late": "đã quá lâu",
    }
)


@dataclass(frozen=True, slots=True)
class Note:
    """A piece of small print.

    Attributes:
        vi: in Vietnamese, or empty.
        word: as the log names it, or empty where Vietnamese says it all.
        alert: something a newcomer should notice.
    """

    vi: str
    word: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on the screen.

    Attributes:
        id: of the message; also its anchor on the page.
        mine: from the phone.
        text: as it was sent.
        at: when, in the zone of the service.
        new_day: the date before it, where it is the first of a day.
        arrived: it reached the other side; otherwise it is shown as one that did not.
        notes: what became of it.
    """

    id: str
    mine: bool
    text: str = field(repr=False)
    at: datetime
    new_day: date | None
    arrived: bool
    notes: tuple[Note, ...]


def bubbles(rows: Sequence[MoRow], zone: tzinfo, pushes: Sequence[MtRow] = ()) -> Sequence[Bubble]:
    """A conversation, oldest first, each reply behind the text it answers.

    Args:
        rows: of one number.
        zone: of the times shown.
        pushes: what came to that number without being asked for.
    """
    parts = [_asked(row, zone) for row in rows] + [[_sent(mt, zone)] for mt in pushes]
    shown: list[Bubble] = []
    day: date | None = None
    for first, *others in sorted(parts, key=lambda part: (part[0].at, part[0].id)):
        new_day = first.at.date() if first.at.date() != day else None
        day = first.at.date()
        shown += [replace(first, new_day=new_day), *others]
    return shown


def waits(rows: Sequence[MoRow], now: datetime, seconds: float) -> bool:
    """Whether something that came within the last seconds is still to be answered."""
    return any(
        (row.outcome is None or (row.reply is not None and _under_way(row.reply.state)))
        and (now - row.received_at).total_seconds() < seconds
        for row in rows
    )


def _asked(row: MoRow, zone: tzinfo) -> Sequence[Bubble]:
    at = row.received_at.astimezone(zone)
    asked = Bubble(row.id, True, row.text, at, None, True, tuple(_mo_notes(row)))  # noqa: FBT003 - the fields in their order
    return [asked] if row.reply is None else [asked, _sent(row.reply, zone)]


def _sent(mt: MtRow, zone: tzinfo) -> Bubble:
    return Bubble(
        id=mt.id,
        mine=False,
        text=mt.text,
        at=(mt.settled_at or mt.created_at).astimezone(zone),
        new_day=None,
        arrived=mt.state is MtState.ACCEPTED,
        notes=tuple(_mt_notes(mt)),
    )


def _under_way(state: MtState) -> bool:
    return state in (MtState.QUEUED, MtState.SENDING)


def _mo_notes(row: MoRow) -> Iterator[Note]:
    match row.outcome:
        case None:
            yield Note("đang chờ trả lời", "unanswered")
        case Outcome.ANSWERED:
            yield Note("đã trả lời", "answered")
        case Outcome.ANSWERED_WITH_HELP:
            yield Note("đã trả lời bằng hướng dẫn", "answered_with_help")
        case Outcome.SUPPRESSED:
            yield Note(f"không trả lời: {_why(row)}", f"suppressed:{row.reason}", alert=True)
        case Outcome.PARKED:
            yield Note(f"chờ cán bộ xử lý: {_why(row)}", f"parked:{row.reason}", alert=True)
        case _:
            assert_never(row.outcome)
    if row.intent:
        yield Note("hiểu là", f"{row.intent} {row.code_key}".strip())
    if row.failures:
        yield Note(f"{row.failures} lần lỗi", "failures", alert=True)


def _why(row: MoRow) -> str:
    return _REASONS.get(row.reason, row.reason)


def _mt_notes(mt: MtRow) -> Iterator[Note]:
    if mt.kind is not MtKind.REPLY:
        yield Note(KINDS[mt.kind], mt.kind.value)
    if mt.template:
        yield Note("mẫu", f"{mt.template} {mt.language}")
    yield Note(f"{mt.segments} đoạn", mt.alphabet)
    yield Note(BILLINGS[mt.billing], mt.billing.value)
    reason = f":{mt.hold_reason}" if mt.hold_reason else ""
    trouble = mt.state is not MtState.ACCEPTED and not _under_way(mt.state)
    yield Note(STATES[mt.state], f"{mt.state.value}{reason}", alert=trouble)
    if mt.failures:
        yield Note(f"{mt.failures} lần lỗi", "failures", alert=True)
    if mt.delivery is not None:
        yield Note(DELIVERIES[mt.delivery], mt.delivery.value)
