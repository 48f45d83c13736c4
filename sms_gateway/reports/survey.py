"""What citizens think, counted: questions, answers and marks, and the index of satisfaction.

A question belongs to the month in which it was asked, and its answer with it, whenever that comes:
so a rate never has an answer without its question.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import assert_never

from sms_gateway.domain.changes import CaseFacts
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.names import name_key
from sms_gateway.domain.surveys import Asked
from sms_gateway.reports.document import TOTAL, row_key, share

MARKS = (1, 2, 3, 4, 5)
NUMBERS = ("asked", "answered", *(f"mark_{mark}" for mark in MARKS), "satisfied")
"""The numbers of a row, as `SurveyRow.ids` calls them."""

_SATISFIED = 4
_NOBODY = CaseFacts()


class SurveyBy(enum.StrEnum):
    """What the rows of the table are."""

    MONTH = "month"
    ROOM = "room"
    PROCEDURE = "procedure"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One row; each number as the dossiers it counts.

    Attributes:
        key: what it is traced by: `2026-11`, the code of a procedure, or a name.
        name: as printed; may be empty.
        ids: dossiers by `NUMBERS`.
        mean: of the marks, with two decimals; None where nobody answered.
    """

    key: str
    name: str
    ids: Mapping[str, tuple[DossierId, ...]] = field(repr=False)
    mean: Decimal | None

    @property
    def rate(self) -> Decimal | None:
        """How many of the questions were answered, in percent."""
        return share(len(self.ids["answered"]), len(self.ids["asked"]))

    @property
    def index(self) -> Decimal | None:
        """How many of the answers are a 4 or a 5, in percent: the index of satisfaction."""
        return share(len(self.ids["satisfied"]), len(self.ids["answered"]))


@dataclass(frozen=True, slots=True)
class SurveyReport:
    """The tables.

    Attributes:
        by: what the rows are.
        rows: by key; those without a name last.
        months: the same questions by month.
        total: all of them.
    """

    by: SurveyBy
    rows: tuple[SurveyRow, ...]
    months: tuple[SurveyRow, ...]
    total: SurveyRow


def report_of(
    asked: Sequence[Asked], by: SurveyBy, facts: Mapping[DossierId, CaseFacts], zone: tzinfo
) -> SurveyReport:
    """Count them.

    Args:
        asked: the questions of the period.
        by: what the rows are.
        facts: of their dossiers, where the rows need them; what is gone is absent.
        zone: whose months these are.
    """
    months = _rows(asked, SurveyBy.MONTH, {}, zone)
    rows = months if by is SurveyBy.MONTH else _rows(asked, by, facts, zone)
    return SurveyReport(by, rows, months, _row(TOTAL, "", asked))


def _rows(
    asked: Iterable[Asked], by: SurveyBy, facts: Mapping[DossierId, CaseFacts], zone: tzinfo
) -> tuple[SurveyRow, ...]:
    groups: dict[str, list[Asked]] = {}
    named: dict[str, tuple[str, str]] = {}
    for one in asked:
        key, name = _row_of(one, by, facts.get(one.dossier_id, _NOBODY), zone)
        alike = name_key(key)
        groups.setdefault(alike, []).append(one)
        first, known = named.get(alike, (key, ""))
        # Procedures are renamed, and keep their code; a room or officer is called as first seen.
        named[alike] = first, name if not known or (name and name != key) else known
    rows = sorted((*named[alike], groups[alike]) for alike in groups)
    rows.sort(key=lambda row: not row[0])
    return tuple(_row(row_key(key), name, asked) for key, name, asked in rows)


def _row_of(one: Asked, by: SurveyBy, facts: CaseFacts, zone: tzinfo) -> tuple[str, str]:
    match by:
        case SurveyBy.MONTH:
            here = one.asked_at.astimezone(zone)
            return f"{here:%Y-%m}", f"{here:%m/%Y}"
        case SurveyBy.ROOM:
            return facts.room, facts.room
        case SurveyBy.PROCEDURE:
            return facts.procedure_code or facts.procedure_name, facts.procedure_name
        case SurveyBy.OFFICER:
            return facts.officer, facts.officer
        case _:
            assert_never(by)


def _row(key: str, name: str, asked: Sequence[Asked]) -> SurveyRow:
    scores = {one.dossier_id: one.score for one in asked if one.score is not None}
    ids = {
        "asked": tuple(one.dossier_id for one in asked),
        "answered": tuple(scores),
        **{f"mark_{mark}": _with(scores, [mark]) for mark in MARKS},
        "satisfied": _with(scores, [mark for mark in MARKS if mark >= _SATISFIED]),
    }
    return SurveyRow(key, name, ids, _mean(list(scores.values())))


def _with(scores: Mapping[DossierId, int], marks: Sequence[int]) -> tuple[DossierId, ...]:
    return tuple(dossier for dossier, score in scores.items() if score in marks)


def _mean(scores: Sequence[int]) -> Decimal | None:
    if not scores:
        return None
    exact = Decimal(sum(scores)) / Decimal(len(scores))
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
