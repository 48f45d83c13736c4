"""How our messages were charged, as a document."""

from collections.abc import Sequence

from sms_gateway.domain.figures import SentCount
from sms_gateway.domain.outcome import Billing
from sms_gateway.reports.document import Cell, Column, Document, Table

_BILLING = {
    Billing.CHARGE.value: "Tính cước",
    Billing.FREE.value: "Miễn cước",
    Billing.REFUND.value: "Hoàn cước",
}


def document_of(
    counts: Sequence[SentCount], office: str, about: str, facts: tuple[tuple[str, str], ...]
) -> Document:
    """The report as it is printed.

    Args:
        counts: what was counted.
        office: whose it is; may be empty.
        about: the period in words.
        facts: the same for programs.
    """
    total = [sum(numbers) for numbers in zip(*map(_numbers, counts), strict=True)]
    table = Table(
        name="billing",
        title="",
        columns=(
            Column("door", "Cổng"),
            Column("kind", "Loại tin"),
            Column("name", "Tính cước"),
            Column("billing", "Mã"),
            Column("reason", "Lý do"),
            Column("messages", "Số tin gửi"),
            Column("segments", "Số đoạn"),
            Column("accepted", "Nhà mạng đã nhận"),
            Column("delivered", "Đã đến máy"),
        ),
        rows=tuple(_row(one) for one in counts),
        total=("Tổng cộng", "", "", "", "", *total) if counts else None,
        nothing="Không có tin nào được gửi trong kỳ.",
    )
    title = "Tin nhắn gửi đi và cách tính cước"
    return Document("billing", office, title, (about,), facts, (table,))


def _row(one: SentCount) -> tuple[Cell, ...]:
    billing = _BILLING.get(one.billing, one.billing)
    return (one.door, one.kind, billing, one.billing, one.reason, *_numbers(one))


def _numbers(one: SentCount) -> tuple[int, ...]:
    return one.count, one.segments, one.accepted, one.delivered
