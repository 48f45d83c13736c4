"""How dossiers are counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.domain.dossier import State
from sms_gateway.reports.adding_up import TableError, check
from sms_gateway.reports.document import share
from sms_gateway.reports.dossier_table import document_of, traceable
from sms_gateway.reports.dossiers import By, Due, JudgedBy, LeftOut, Noted
from sms_gateway.reports.tracing import traced
from tests.reports.office import case, counted, order


@pytest.mark.parametrize(
    "finished, by_day, by_hour",
    [
        ("2026-10-11 23:59", "early", "early"),
        ("2026-10-12 00:00", "on_time", "early"),
        ("2026-10-12 16:59", "on_time", "early"),
        ("2026-10-12 17:00", "on_time", "on_time"),
        ("2026-10-12 17:59", "on_time", "on_time"),
        ("2026-10-12 18:00", "on_time", "late"),
        ("2026-10-13 00:00", "late", "late"),
    ],
)
def test_early_on_time_and_late_compare_the_end_with_the_appointment(
    finished: str, by_day: str, by_hour: str
) -> None:
    for judged, expected in ((JudgedBy.DAY, by_day), (JudgedBy.HOUR, by_hour)):
        total = counted([case("A", finished=finished)], order(judged_by=judged)).total
        found = [name for name in ("early", "on_time", "late") if getattr(total, name)]
        assert found == [expected]


def test_an_afternoon_is_not_taken_for_a_morning() -> None:
    dossier = case("A", due="2026-10-12 09:00", finished="2026-10-12 21:00")
    assert counted([dossier], order(judged_by=JudgedBy.HOUR)).total.late == ("A",)


def test_the_first_appointment_counts_unless_the_settings_say_the_newest() -> None:
    dossier = case("A", finished="2026-10-14 09:00", new_due="2026-10-15 17:00")
    assert counted([dossier], order()).total.late == ("A",)
    assert counted([dossier], order(due=Due.NEWEST)).total.early == ("A",)


def test_a_resolved_dossier_without_appointment_is_neither_early_nor_late() -> None:
    report = counted([case("A", due=None, finished="2026-10-06 09:00")], order())
    assert report.total.undated == ("A",)
    check(report)


def test_what_ended_after_the_moment_of_the_report_is_pending() -> None:
    dossier = case("A", finished="2026-10-20 09:00", state=State.FINISHED)
    assert counted([dossier], order(as_of="2026-10-20 09:00")).total.pending == ("A",)
    assert counted([dossier], order(as_of="2026-10-20 09:01")).total.resolved == ("A",)


def test_a_dossier_without_date_of_its_end_is_resolved_when_its_state_became_so() -> None:
    ended = case("A", state=State.RETURNED, state_at="2026-10-13 09:00")
    unknown = case("B", state=State.FINISHED)
    total = counted([ended, unknown], order()).total
    assert (total.late, total.pending) == (("A",), ("B",))


def test_handing_the_result_over_later_does_not_end_a_dossier_once_more() -> None:
    dossier = case("A", state=State.RETURNED, state_at="2026-10-30 09:00", ended="2026-10-09 09:00")
    assert counted([dossier], order()).total.early == ("A",)


def test_a_dossier_that_is_open_is_pending_whatever_end_stands_there_and_is_noted() -> None:
    cases = [
        case("TYPED", finished="2026-10-08 09:00", state=State.PROCESSING),
        case("REOPENED", finished="2026-10-08 09:00", state=State.PAPERS_NEEDED,
             state_at="2026-10-09 09:00", state_now=State.FINISHED),
        case("STOPPED", finished="2026-10-08 09:00", state=State.STOPPED),
    ]  # fmt: skip
    report = counted(cases, order())
    assert report.total.pending == ("TYPED", "REOPENED")
    assert report.total.early == ("STOPPED",)
    assert report.noted == {Noted.OPEN: ("TYPED", "REOPENED")}
    (note,) = (one for one in document_of(report, "").notes if "TYPED" in one)
    assert note == (
        "2 hồ sơ có NgayKetThucXuLy nhưng trạng thái chưa xong nên tính là đang giải quyết: "
        "TYPED, REOPENED."
    )
    check(report)


def test_an_end_counts_although_its_state_9_was_learned_after_the_moment_of_the_report() -> None:
    dossier = case(
        "A", finished="2026-10-08 09:00", state=State.PROCESSING, state_at="2026-10-05 10:00",
        state_now=State.FINISHED,
    )  # fmt: skip
    report = counted([dossier], order())
    assert (report.total.early, report.noted) == (("A",), {})


def test_what_had_ended_when_it_was_first_heard_of_is_neither_early_nor_late_and_is_noted() -> None:
    dossier = case("A", state=State.FINISHED, state_at="2026-10-25 10:00", end_known=False)
    dated = case("B", finished="2026-10-08 09:00", end_known=False)
    report = counted([dossier, dated], order())
    assert (report.total.undated, report.total.late, report.total.early) == (("A",), (), ("B",))
    assert report.noted == {Noted.END_UNKNOWN: ("A",)}
    check(report)


def test_what_was_carried_over_and_not_accepted_after_all_is_named() -> None:
    cases = [
        case("REFUSED", "2026-09-20 09:00", state=State.NOT_ACCEPTED, state_at="2026-10-07 09:00"),
        case("LONG AGO", "2026-09-20 09:00", state=State.NOT_ACCEPTED, state_at="2026-09-21 09:00"),
    ]
    report = counted(cases, order(carried_over=True))
    assert report.left_out == {LeftOut.REFUSED_LATER: ("REFUSED",)}
    assert "1 hồ sơ kỳ trước chuyển sang" in " ".join(document_of(report, "").notes)


def test_what_was_carried_over_is_counted_only_where_it_was_open_when_the_period_began() -> None:
    cases = [
        case("OPEN", "2026-09-20 09:00"),
        case("ENDED", "2026-09-20 09:00", finished="2026-10-02 09:00"),
        case("BEFORE", "2026-09-20 09:00", state=State.FINISHED, state_at="2026-09-30 09:00"),
        case("NEW"),
    ]
    report = counted(cases, order(carried_over=True))
    assert report.total.carried_over == ("OPEN", "ENDED")
    assert (report.total.received, report.total.pending) == (("NEW",), ("OPEN", "NEW"))
    check(report)


def test_what_was_not_accepted_or_has_no_date_is_left_out_and_named() -> None:
    cases = [
        case("REFUSED", state=State.NOT_ACCEPTED),
        case("ONLINE", None, state=State.REGISTERED),
        case("UNDATED", None),
        case("EARLIER", "2026-09-20 09:00", state=State.NOT_ACCEPTED),
    ]
    report = counted(cases, order())
    assert report.rows == ()
    assert report.left_out == {LeftOut.NOT_ACCEPTED: ("REFUSED",), LeftOut.UNDATED: ("UNDATED",)}
    check(report)


def test_rows_are_by_procedure_room_or_officer_and_a_renamed_procedure_has_its_newest_name() -> (
    None
):
    cases = [
        case("B", "2026-10-06 09:00", procedure=("1.1", "Tên mới"), room="Phòng B"),
        case("A", "2026-10-05 09:00", procedure=("1.1", "Tên cũ"), room="Phòng A"),
        case("C", procedure=("", "Không mã"), room=""),
    ]
    assert [(row.key, row.name, row.received) for row in counted(cases, order()).rows] == [
        ("1.1", "Tên mới", ("B", "A")),
        ("Không mã", "Không mã", ("C",)),
    ]
    by_room = counted(cases, order(by=By.ROOM)).rows
    assert [(row.key, row.received) for row in by_room] == [
        ("Phòng A", ("A",)),
        ("Phòng B", ("B",)),
        ("", ("C",)),
    ]
    theirs = [case("A", officer="An"), case("B", officer="Bình"), case("C", officer="An")]
    by_officer = counted(theirs, order(by=By.OFFICER)).rows
    assert [(row.name, row.received) for row in by_officer] == [
        ("An", ("A", "C")),
        ("Bình", ("B",)),
    ]


def test_late_dossiers_stand_one_by_one_with_room_for_their_cause() -> None:
    cases = [
        case("B", due="2026-10-13 17:00", finished="2026-10-15 09:00"),
        case("A", finished="2026-10-14 09:00"),
    ]
    late = counted(cases, order()).late
    assert [(one.id, one.row, one.room, one.cause) for one in late] == [
        ("A", "Cấp thẻ", "Phòng A", ""),
        ("B", "Cấp thẻ", "Phòng A", ""),
    ]


def test_a_late_dossier_belongs_to_its_row_as_the_table_prints_it() -> None:
    """So what stands there can be traced; a later dossier may have told a newer name."""
    cases = [
        case("OLD", finished="2026-10-14 09:00", procedure=("1.1", "Tên cũ")),
        case("NEW", "2026-10-06 09:00", procedure=("1.1", "Tên mới")),
        case("NO ROOM", finished="2026-10-14 09:00", procedure=("", ""), room=""),
    ]
    report = counted(cases, order())
    assert [(one.id, one.row) for one in report.late] == [("NO ROOM", ""), ("OLD", "Tên mới")]
    table, late = document_of(report, "").tables
    for dossier, row in [cells[:2] for cells in late.rows]:
        assert traced(traceable(report), table, f"{row}:Trễ hạn") == (dossier,)


def test_a_dossier_that_ended_before_it_began_is_an_error_that_names_it() -> None:
    report = counted([case("GOOD"), case("BAD", finished="2026-10-04 17:00")], order())
    with pytest.raises(TableError, match=r"received 2 .* pending 1: look at BAD:") as error:
        check(report)
    assert error.value.dossiers == ("BAD",)
    same_day = case("DATE-ONLY", finished="2026-10-05 00:00")
    check(counted([same_day], order()))


def test_a_dossier_that_is_counted_twice_is_an_error_that_names_it() -> None:
    report = counted([case("TWICE"), case("TWICE", finished="2026-10-06 09:00")], order())
    with pytest.raises(TableError, match="TWICE"):
        check(report)


@pytest.mark.parametrize(
    "part, whole, expected",
    [(29, 33, "87.88"), (28, 29, "96.55"), (1, 29, "3.45"), (4, 33, "12.12"), (1, 800, "0.13")],
)
def test_a_share_has_two_decimals_with_halves_away_from_zero(
    part: int, whole: int, expected: str
) -> None:
    assert str(share(part, whole)) == expected
    assert share(part, 0) is None


MOMENTS = st.one_of(
    st.none(),
    st.builds(
        lambda day, hour: f"2026-{9 + day // 31:02}-{day % 30 + 1:02} {hour:02}:00",
        st.integers(0, 90),
        st.integers(0, 23),
    ),
)


@given(
    st.lists(st.tuples(MOMENTS, MOMENTS, MOMENTS, st.sampled_from(State), MOMENTS), max_size=30),
    st.booleans(),
)
def test_a_table_adds_up_or_names_just_those_that_ended_before_they_began(
    dates: list[tuple[str | None, str | None, str | None, State, str | None]],
    carried: bool,  # noqa: FBT001  # hypothesis gives it
) -> None:
    cases = [
        case(f"D{n}", received, due, finished, state=state, state_at=state_at)
        for n, (received, due, finished, state, state_at) in enumerate(dates)
    ]
    # Reading the tables leaves these out already.
    inside = [
        one
        for one in cases
        if one.received_at is None
        or (one.received_at < order().as_of and (carried or one.received_at >= order().begins))
    ]
    report = counted(inside, order(carried_over=carried))
    became = {*report.total.resolved, *report.total.pending}
    came = {*report.total.received, *report.total.carried_over}
    if came == became:
        check(report)
        return
    with pytest.raises(TableError) as error:
        check(report)
    assert error.value.dossiers
    assert set(error.value.dossiers) <= came - became
