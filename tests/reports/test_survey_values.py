"""The index of satisfaction: what is counted of questions and answers, and what divides it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.domain.changes import CaseFacts
from sms_gateway.domain.ids import DossierId
from sms_gateway.domain.surveys import Asked
from sms_gateway.reports.document import Number
from sms_gateway.reports.survey import MARKS, NUMBERS, SurveyBy, SurveyReport, SurveyRow, report_of
from sms_gateway.reports.survey_table import document_of
from tests.reports.office import ZONE, at

FACTS = {
    DossierId("1"): CaseFacts(room="Phòng A", procedure_code="1.1", procedure_name="Cấp thẻ"),
    DossierId("2"): CaseFacts(room="Phòng B", procedure_code="1.1", procedure_name="Cấp thẻ"),
    DossierId("3"): CaseFacts(room="Phòng A", officer="Bình"),
}


def asked(dossier: str, when: str, score: int | None = None) -> Asked:
    answered = None if score is None else at(when) + timedelta(days=3)
    return Asked(DossierId(dossier), "H32", at(when), score, answered)


ROWS = [
    asked("1", "2026-10-31 23:59", 5),
    asked("2", "2026-11-01 00:00", 4),
    asked("3", "2026-11-20 10:00", 1),
    asked("4", "2026-11-21 10:00"),
]


def reported(by: SurveyBy = SurveyBy.MONTH) -> SurveyReport:
    return report_of(ROWS, by, FACTS, ZONE)


def counts(report: SurveyReport) -> Mapping[str, list[int]]:
    rows = (*report.rows, report.total)
    return {row.key: [len(row.ids[name]) for name in NUMBERS] for row in rows}


def told(row: SurveyRow) -> list[str]:
    return [str(value) for value in (row.rate, row.mean, row.index)]


def test_an_answer_counts_in_the_month_of_its_question() -> None:
    assert counts(reported()) == {
        "2026-10": [1, 1, 0, 0, 0, 0, 1, 1],
        "2026-11": [3, 2, 1, 0, 0, 1, 0, 1],
        "total": [4, 3, 1, 0, 0, 1, 1, 2],
    }


def test_rate_mean_and_index_have_their_own_denominators() -> None:
    october, november = reported().rows
    total = reported().total
    assert told(october) == ["100.00", "5.00", "100.00"]
    assert told(november) == ["66.67", "2.50", "50.00"]
    assert told(total) == ["75.00", "3.33", "66.67"]


def test_rows_are_rooms_procedures_or_officers_and_what_is_gone_comes_last() -> None:
    by_room = reported(SurveyBy.ROOM)
    assert [(row.key, len(row.ids["asked"])) for row in by_room.rows] == [
        ("Phòng A", 2), ("Phòng B", 1), ("", 1),
    ]  # fmt: skip
    assert [row.key for row in by_room.months] == ["2026-10", "2026-11"]
    procedures = [(row.key, row.name) for row in reported(SurveyBy.PROCEDURE).rows]
    assert procedures == [("1.1", "Cấp thẻ"), ("", "")]
    assert [row.key for row in reported(SurveyBy.OFFICER).rows] == ["Bình", ""]


def test_without_answers_nothing_is_divided() -> None:
    report = report_of([asked("4", "2026-11-21 10:00")], SurveyBy.MONTH, {}, ZONE)
    assert told(report.total) == ["0.00", "None", "None"]
    (table,) = document_of(report, "", "", ()).tables
    (row,) = table.rows
    assert row[3] == Decimal("0.00")
    assert (row[9], row[11]) == ("", "")


def test_without_questions_the_table_says_so() -> None:
    (table,) = document_of(report_of([], SurveyBy.MONTH, {}, ZONE), "", "", ()).tables
    assert table.rows == ()
    assert table.nothing == "Không có câu hỏi nào trong kỳ."


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31))  # noqa: DTZ001  # of the zone
ASKED = st.lists(
    st.builds(
        Asked,
        st.uuids().map(lambda one: DossierId(str(one))),
        st.just("H32"),
        MOMENTS.map(lambda one: one.replace(tzinfo=ZONE)),
        st.none() | st.sampled_from(MARKS),
        st.none(),
    ),
    unique_by=lambda one: one.dossier_id,
    max_size=40,
)


@given(ASKED)
def test_rows_add_up_to_the_total_and_marks_to_the_answers(rows: list[Asked]) -> None:
    report = report_of(rows, SurveyBy.MONTH, {}, ZONE)
    for name in NUMBERS:
        parts = sorted(one for row in report.rows for one in row.ids[name])
        assert parts == sorted(report.total.ids[name])
    for row in (*report.rows, report.total):
        marks = [one for mark in MARKS for one in row.ids[f"mark_{mark}"]]
        assert sorted(marks) == sorted(row.ids["answered"])
        assert set(row.ids["answered"]) <= set(row.ids["asked"])
        assert row.mean is None or 1 <= row.mean <= 5


def test_each_number_of_the_document_holds_its_dossiers() -> None:
    (table, months) = document_of(reported(SurveyBy.ROOM), "Sở", "kỳ", ()).tables
    assert (table.name, months.name) == ("room", "month")
    assert table.total is not None
    for row in (*table.rows, table.total):
        numbers = [cell for cell in row if isinstance(cell, Number)]
        assert len(numbers) == len(NUMBERS)
        assert all(one.ids is not None and len(one.ids) == one.count for one in numbers)


def test_an_officer_who_is_written_in_two_ways_is_one_row_as_first_seen() -> None:
    facts = {
        DossierId("1"): CaseFacts(officer="Nguyễn Văn Bình"),
        DossierId("2"): CaseFacts(officer="NGUYỄN VĂN BÌNH"),
        DossierId("3"): CaseFacts(officer="total"),
    }
    rows = report_of(ROWS, SurveyBy.OFFICER, facts, ZONE).rows
    assert [(row.key, row.name, row.ids["asked"]) for row in rows] == [
        ("Nguyễn Văn Bình", "Nguyễn Văn Bình", ("1", "2")),
        ("row total", "total", ("3",)),
        ("", "", ("4",)),
    ]
