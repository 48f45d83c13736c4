"""The report of texts as a document: by outcome, door, telco and hour, and what was not understood.

Texts whose time is over are purged; they are still counted, for only their content is gone.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sms_gateway.domain.figures import TextCount
from sms_gateway.domain.outcome import Outcome
from sms_gateway.reports.document import Cell, Column, Document, Number, Table, share
from sms_gateway.reports.unread import Cluster

_UNANSWERED = "unanswered"
_OUTCOMES = {
    Outcome.ANSWERED.value: "Đã trả lời",
    Outcome.ANSWERED_WITH_HELP.value: "Gửi hướng dẫn",
    Outcome.SUPPRESSED.value: "Không trả lời",
    Outcome.PARKED.value: "Chờ cán bộ",
    _UNANSWERED: "Chưa trả lời",
}
_UNKNOWN = "(không rõ)"
_HOURS = 24

Key = Callable[[TextCount], str]


@dataclass(frozen=True, slots=True)
class MessageReport:
    """What was counted.

    Attributes:
        counts: of all texts.
        clusters: of those that were not understood.
        unread: how many there were of these whose words are still there.
        beyond: how many of them are in no cluster.
    """

    counts: Sequence[TextCount]
    clusters: Sequence[Cluster]
    unread: int
    beyond: int


def document_of(
    report: MessageReport, office: str, about: str, facts: tuple[tuple[str, str], ...]
) -> Document:
    """The report as it is printed.

    Args:
        report: the values.
        office: whose it is; may be empty.
        about: the period in words.
        facts: the same for programs.
    """
    counts = report.counts
    return Document(
        name="messages",
        office=office,
        title="Tin nhắn của người dân",
        about=(about,),
        facts=facts,
        tables=(
            _outcomes(counts),
            _by("channels", "Theo cổng tin nhắn", "Cổng", counts, lambda one: one.door),
            _by("telcos", "Theo nhà mạng", "Nhà mạng", counts, lambda one: one.operator),
            _by("hours", "Theo giờ trong ngày", "Giờ", counts, lambda one: f"{one.hour:02}"),
            _unread(report.clusters),
        ),
        notes=tuple(_notes(report)),
    )


def _outcomes(counts: Sequence[TextCount]) -> Table:
    found: Counter[tuple[str, str]] = Counter()
    for one in counts:
        found[one.outcome, one.reason] += one.count
    total = found.total()
    order = list(_OUTCOMES)
    rows = sorted(found.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0][1]))
    return Table(
        name="outcomes",
        title="",
        columns=(
            Column("name", "Kết quả"),
            Column("outcome", "Mã"),
            Column("reason", "Lý do"),
            Column("texts", "Số tin", "Tỷ lệ (%)"),
        ),
        rows=tuple(
            (_OUTCOMES[outcome], outcome, reason, Number(count, share(count, total)))
            for (outcome, reason), count in rows
        ),
        total=("Tổng cộng", "", "", Number(total, share(total, total))),
        nothing="Không có tin nhắn nào trong kỳ.",
    )


def _by(name: str, title: str, heading: str, counts: Sequence[TextCount], key: Key) -> Table:
    found: dict[str, Counter[str]] = {}
    for one in counts:
        found.setdefault(key(one), Counter())[one.outcome] += one.count
    total: Counter[str] = sum(found.values(), Counter())
    columns = (Column("texts", "Số tin"), *(Column(o, text) for o, text in _OUTCOMES.items()))
    return Table(
        name=name,
        title=title,
        columns=(Column("name", heading), *columns),
        rows=tuple((name or _UNKNOWN, *_cells(found[name])) for name in sorted(found)),
        total=("Tổng cộng", *_cells(total)),
        nothing="Không có.",
    )


def _cells(found: Counter[str]) -> Iterator[Cell]:
    yield found.total()
    for outcome in _OUTCOMES:
        yield found[outcome]


def _unread(clusters: Sequence[Cluster]) -> Table:
    return Table(
        name="unread",
        title="Tin nhắn không hiểu được, gộp theo cách viết (chữ số được che thành 9)",
        columns=(
            Column("shape", "Cách viết"),
            Column("cause", "Nguyên nhân có thể"),
            Column("texts", "Số tin"),
        ),
        rows=tuple((one.shape, one.cause, Number(one.count, ids=one.ids)) for one in clusters),
        nothing="Không có tin nhắn nào không hiểu được.",
    )


def _notes(report: MessageReport) -> Iterator[str]:
    if report.unread:
        yield f"{report.unread} tin không hiểu được còn giữ nội dung."
    if report.beyond:
        yield f"{report.beyond} tin trong số đó viết mỗi tin một kiểu, không nằm trong bảng."
