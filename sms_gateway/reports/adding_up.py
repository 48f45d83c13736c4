"""Whether a table adds up: `received + carried over = resolved + pending`, by row and in total.

The table that was typed by hand for Q3/2017 did not (domain 1.4). A table that does not add up is
not printed, because it is signed.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sms_gateway.domain.ids import DossierId
from sms_gateway.reports.dossiers import NUMBERS, DossierReport, DossierRow

_MOST_NAMED = 10


class TableError(Exception):
    """A table does not add up; the message is one line and names the dossiers.

    Args:
        message: that line.
        dossiers: all that are counted wrongly.
    """

    def __init__(self, message: str, dossiers: Sequence[DossierId]) -> None:
        super().__init__(message)
        self.dossiers = tuple(dossiers)


class Counts(NamedTuple):
    """The numbers of a row, of whoever made it."""

    received: int
    carried_over: int
    resolved: int
    early: int
    on_time: int
    late: int
    undated: int
    pending: int


def wrong_sums(row: Counts) -> Sequence[str]:
    """What of a row does not add up, in words; empty where all does."""
    wrong = []
    if row.received + row.carried_over != row.resolved + row.pending:
        wrong.append(
            f"received {row.received} + carried over {row.carried_over} is not "
            f"resolved {row.resolved} + pending {row.pending}"
        )
    if row.early + row.on_time + row.late + row.undated != row.resolved:
        wrong.append(
            f"early {row.early} + on time {row.on_time} + late {row.late} + without appointment "
            f"{row.undated} is not resolved {row.resolved}"
        )
    return wrong


def wrong_total(rows: Sequence[Counts], total: Counts) -> Sequence[str]:
    """Which numbers of the total are not the sum of those of the rows, in words."""
    return [
        f"{name} {printed} is not the sum {added}"
        for name, printed, added in zip(
            Counts._fields, total, map(sum, zip(*rows, strict=True)), strict=True
        )
        if printed != added
    ]


def counts_of(row: DossierRow) -> Counts:
    """How many there are of each."""
    return Counts(*(len(getattr(row, name)) for name in NUMBERS))


def check(report: DossierReport) -> None:
    """See that a table adds up, dossier by dossier and number by number.

    Raises:
        TableError: it does not.
    """
    for row in (*report.rows, report.total):
        _check_row(row)
    told = wrong_total([counts_of(row) for row in report.rows] or [Counts(*[0] * len(NUMBERS))],
                       counts_of(report.total))  # fmt: skip
    if told:
        message = f"the table does not add up: total: {'; '.join(told)}"
        raise TableError(message, ())


def _check_row(row: DossierRow) -> None:
    """Each dossier that came in must be in exactly one number of what became of it."""
    came = Counter(row.received + row.carried_over)
    became = Counter(row.resolved + row.pending)
    judged = Counter(row.early + row.on_time + row.late + row.undated)
    wrong = (came - became) + (became - came)
    if not wrong:
        wrong = (judged - Counter(row.resolved)) + (Counter(row.resolved) - judged)
    wrong += Counter(one for one, times in became.items() if times > 1)
    if not wrong and not wrong_sums(counts_of(row)):
        return
    dossiers = sorted(wrong)
    shown = ", ".join(dossiers[:_MOST_NAMED])
    more = f" and {len(dossiers) - _MOST_NAMED} more" if len(dossiers) > _MOST_NAMED else ""
    sums = "; ".join(wrong_sums(counts_of(row))) or "a dossier is counted twice"
    message = (
        f"the table does not add up: {row.name or row.key or 'without a name'}: {sums}: look at "
        f"{shown}{more}: is NgayKetThucXuLy before NgayTiepNhan? correct it, and import again"
    )
    raise TableError(message, dossiers)
