"""Our messages against the telco's own file."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.domain.figures import ChargedMessage
from sms_gateway.reports.bill_file import BillRow
from sms_gateway.reports.reconcile_table import document_of
from tests.reports.bills import BINH, NOON, compared, differing, ours, theirs
from tests.reports.office import ZONE, at


def test_rows_with_the_ids_of_the_parts_of_a_message_are_not_the_same_one_twice() -> None:
    message = ours("m1", "1", "2", "3", segments=3)
    rows = [theirs(2, "1"), theirs(3, "2"), theirs(4, "3")]
    found = compared([message], rows)
    assert (found.agreeing, found.differing, found.missing_here) == (3, [], [])
    found = compared([message], rows[:2])
    assert differing(found) == [(3, "segments", "3", "2")]
    found = compared([message], [*rows, theirs(5, "2")])
    assert differing(found) == [(5, "twice", "1", "2")]


@pytest.mark.parametrize("per_segment", [False, True])
def test_one_part_that_was_charged_twice_does_not_stand_for_another(
    per_segment: bool,  # noqa: FBT001  # pytest gives it
) -> None:
    message = ours("m1", "a", "b", "c", segments=3)
    rows = [theirs(2, "a"), theirs(3, "B"), theirs(4, "b")]
    found = compared([message], rows, per_segment=per_segment)
    assert differing(found) == [(4, "twice", "1", "2"), (4, "segments", "3", "2")]
    assert (found.agreeing, found.missing_here, found.missing_there) == (2, [], [])


def test_a_row_without_id_stands_for_a_part_that_no_row_names() -> None:
    message = ours("m1", "a", "b", "c", segments=3)
    found = compared([message], [theirs(2), theirs(3, "c"), theirs(4, "a")], per_segment=True)
    assert (found.agreeing, found.differing) == (3, [])


def test_an_unknown_id_takes_no_part_whose_id_we_know() -> None:
    message = ours("m1", "a", "b", segments=2)
    found = compared([message], [theirs(2, "ZZZ"), theirs(3, "a")], per_segment=True)
    assert [row.line for row in found.missing_here] == [2]
    assert (differing(found), found.agreeing) == ([(3, "segments", "2", "1")], 0)
    message = ours("m1", "a", "b", segments=3)
    rows = [theirs(2, "a"), theirs(3, ""), theirs(4, "Y"), theirs(5, "Z")]
    found = compared([message], rows, per_segment=True)
    assert ([row.line for row in found.missing_here], found.differing) == ([5], [])
    assert found.agreeing == 3


def test_parts_of_midnight_are_compared_with_their_whole_message() -> None:
    before, after = at("2026-10-31 23:59"), at("2026-11-01 00:00")
    message = ours("m1", "a", "b", moment=before, segments=2)
    found = compared([message], [theirs(2, "a", moment=before), theirs(3, "b", moment=after)])
    assert (found.agreeing, found.differing, found.outside) == (2, [], 0)


def test_a_message_of_one_segment_that_was_charged_under_two_ids_is_there_twice() -> None:
    found = compared([ours("m1", "1", "2")], [theirs(2, "1"), theirs(3, "2")])
    assert differing(found) == [(3, "twice", "1", "2")]


def test_who_may_have_a_file_of_segments_is_told_how_to_say_so() -> None:
    message = ours("m1", "1", segments=2)
    found = compared([message], [theirs(2, "1", segments=2), theirs(3, "1", segments=2)])
    assert differing(found) == [(3, "twice", "1", "2")]
    assert [n for n in document_of(found, "", (), (), ZONE).notes if 'rows = "segments"' in n]
    found = compared([ours("m1", "1")], [theirs(2, "1"), theirs(3, "1")])
    assert not [n for n in document_of(found, "", (), (), ZONE).notes if "rows =" in n]
    rows = [theirs(2, "1", segments=2), theirs(3, "1", segments=2)]
    found = compared([ours("m1", "1", "2", segments=2)], rows)
    assert differing(found) == [(3, "twice", "1", "2")]
    assert not [n for n in document_of(found, "", (), (), ZONE).notes if "rows =" in n]


def test_where_each_row_is_a_segment_rows_are_counted_against_our_segments() -> None:
    messages = [ours("m1", "1", segments=3), ours("m2", "2", segments=2), ours("m3", "3")]
    rows = [theirs(n, code) for n, code in enumerate(["1", "1", "1", "2", "3", "3"], 2)]
    found = compared(messages, rows, per_segment=True)
    assert differing(found) == [(5, "segments", "2", "1"), (7, "twice", "1", "2")]
    assert (found.agreeing, found.missing_here) == (4, [])
    assert (found.our_segments, found.their_segments) == (6, 6)
    assert "Tính tiền: ta 6 đoạn, nhà mạng 6 đoạn." in document_of(found, "", (), (), ZONE).notes


def test_where_each_row_is_a_segment_several_rows_without_id_belong_to_one_message() -> None:
    messages = [ours("m1", segments=2), ours("m2", "7", number=BINH, segments=3)]
    rows = [theirs(2), theirs(3), theirs(4)]
    rows += [theirs(5, "7", BINH), theirs(6, "8", BINH), theirs(7, "", BINH)]
    found = compared(messages, rows, per_segment=True)
    assert ([row.line for row in found.missing_here], found.differing) == ([4], [])
    assert (found.agreeing, found.missing_there) == (5, [])


def test_the_segments_that_both_charge_are_counted_in_the_period_alone() -> None:
    before = at("2026-10-31 23:59")
    messages = [ours("m1", "1", segments=2), ours("m2", "2", moment=before, segments=5)]
    messages.append(ours("m3", "3", charged=False, segments=7))
    rows = [theirs(2, "1", segments=2), theirs(3, "2", moment=before, segments=5)]
    rows.append(theirs(4, "3", charged=False, segments=7))
    found = compared(messages, rows)
    assert (found.our_segments, found.their_segments) == (2, 2)


BEFORE, AFTER = at("2026-10-31 23:59"), at("2026-11-01 00:00")


@pytest.mark.parametrize(
    "message, rows",
    [
        (ours("m1", "1", moment=BEFORE), [theirs(2, "1", moment=AFTER)]),
        (ours("m1", "1", moment=AFTER), [theirs(2, "1", moment=BEFORE)]),
        (ours("m1", "1", "2", segments=2), [theirs(n, str(n - 1), segments=2) for n in (2, 3)]),
        (ours("m1", "1", segments=2), [theirs(2, "1", segments=None)]),
    ],
)
def test_where_all_agrees_both_charge_as_many_segments(
    message: ChargedMessage, rows: list[BillRow]
) -> None:
    other = BillRow(9, "9", None, at("2026-09-01 00:00"), charged=True, segments=4)
    found = compared([message], [*rows, other])
    assert (found.agreeing, found.differing, found.missing_there) == (len(rows), [], [])
    assert found.our_segments == found.their_segments == message.segments


TOLD = st.tuples(
    st.sampled_from([BEFORE, AFTER, NOON]),
    st.sampled_from([-60, 0, 60]),
    st.booleans(),
    st.integers(1, 3),
    st.sampled_from(["", "a", "a", "aa", "ab", "abc", "bb", "z"]),
    st.booleans(),
)
"""A message and its rows: when, how much later there, charged, segments, the parts of the rows, and
whether these count segments."""


@given(st.lists(TOLD, max_size=5), st.booleans())
def test_each_row_is_counted_once_and_segments_differ_only_where_something_else_does(
    told: list[tuple[datetime, int, bool, int, str, bool]],
    per_segment: bool,  # noqa: FBT001  # hypothesis gives it
) -> None:
    messages, rows = [], []
    for n, (moment, later, charged, segments, parts, counted) in enumerate(told):
        ids = [f"{n}{part}" for part in "abc"[:segments]]
        messages.append(ours(f"m{n}", *ids, moment=moment, charged=charged, segments=segments))
        rows += [
            theirs(10 * n + place, f"{n}{part}", moment=moment + timedelta(seconds=later),
                   charged=charged, segments=segments if counted and not per_segment else None)
            for place, part in enumerate(parts)
        ]  # fmt: skip
    found = compared(messages, rows, per_segment=per_segment)
    lines = {one.row.line for one in found.differing}
    assert found.agreeing + found.outside + len(found.missing_here) + len(lines) == len(rows)
    if not (found.differing or found.missing_here or found.missing_there):
        assert found.our_segments == found.their_segments


def test_what_either_has_alone_counts_among_its_segments() -> None:
    found = compared([ours("m1", "1", segments=2)], [theirs(2, "2", segments=3)])
    assert (found.our_segments, found.their_segments) == (2, 3)


def test_a_row_belongs_to_the_message_that_has_its_id_however_it_is_written() -> None:
    found = compared([ours("m1", "00AB12"), ours("m2", "7")], [theirs(2, "ab12"), theirs(3, "007")])
    assert (found.agreeing, found.missing_here, found.missing_there) == (2, [], [])


def test_without_id_a_row_belongs_to_the_nearest_message_of_its_number() -> None:
    messages = [
        ours("m1", moment=NOON),
        ours("m2", moment=NOON + timedelta(seconds=90)),
        ours("m3", number=BINH),
    ]
    rows = [
        theirs(2, moment=NOON + timedelta(seconds=80)),
        theirs(3, moment=NOON + timedelta(seconds=85)),
    ]
    found = compared(messages, rows)
    assert (found.agreeing, [one.id for one in found.missing_there]) == (2, ["m3"])


def test_a_row_with_an_unknown_id_takes_no_message_that_has_one() -> None:
    found = compared([ours("m1", "1")], [theirs(2, "99"), theirs(3, "1")])
    assert ([row.line for row in found.missing_here], found.agreeing) == ([2], 1)
    assert (found.differing, found.missing_there) == ([], [])
    found = compared([ours("m1", "1")], [theirs(2, "99")])
    assert [row.line for row in found.missing_here] == [2]
    assert [one.id for one in found.missing_there] == ["m1"]


def test_a_row_with_an_unknown_id_belongs_to_a_message_whose_id_was_never_told() -> None:
    found = compared([ours("m1")], [theirs(2, "99")])
    assert (found.agreeing, found.missing_here, found.missing_there) == (1, [], [])


def test_a_message_that_a_later_row_names_is_left_to_that_row() -> None:
    found = compared([ours("m1", "1")], [theirs(2), theirs(3, "1")])
    assert ([row.line for row in found.missing_here], found.differing) == ([2], [])


def test_ids_that_differ_by_leading_zeros_only_are_two_where_we_have_both() -> None:
    messages = [ours("m1", "111"), ours("m2", "0111", charged=False)]
    found = compared(messages, [theirs(2, "111"), theirs(3, "0111", charged=False)])
    assert (found.agreeing, found.differing) == (2, [])


def test_a_message_of_midnight_may_stand_in_either_month() -> None:
    before, after = at("2026-10-31 23:59"), at("2026-11-01 00:00")
    messages = [ours("m1", "1", moment=before), ours("m2", "2", moment=before)]
    found = compared(messages, [theirs(2, "1", moment=after)])
    assert (found.agreeing, found.missing_here, found.missing_there) == (1, [], [])
    found = compared(messages, [theirs(2, "1", moment=before), theirs(3, "2", moment=before)])
    assert (found.outside, found.agreeing) == (2, 0)


def test_what_is_missing_here_and_there_is_told() -> None:
    found = compared([ours("m1", "1")], [theirs(2, "2", number=None, moment=None)])
    assert [row.line for row in found.missing_here] == [2]
    assert [one.id for one in found.missing_there] == ["m1"]


def test_rows_of_another_time_are_left_alone() -> None:
    found = compared([], [theirs(2, "1", moment=at("2026-10-31 23:59"))])
    assert (found.outside, found.missing_here) == (1, [])


def test_charge_segments_and_time_that_differ_are_told_one_by_one() -> None:
    message = ours("m1", "1", charged=False, segments=2)
    row = theirs(2, "1", moment=NOON + timedelta(minutes=5), segments=3)
    found = compared([message], [row])
    assert [(one.what, one.ours, one.theirs) for one in found.differing] == [
        ("billing", "không tính tiền", "tính tiền"),
        ("segments", "2", "3"),
        ("time", "23/11/2026 12:00:00", "23/11/2026 12:05:00"),
    ]
    assert found.agreeing == 0
    (summary, *_) = document_of(found, "", (), (), ZONE).tables
    assert [row[1:] for row in summary.rows] == [
        ("agreeing", 0), ("missing_here", 0), ("missing_there", 0), ("differing", 1),
    ]  # fmt: skip


def test_a_message_that_stands_there_twice_is_told() -> None:
    found = compared([ours("m1", "1")], [theirs(2, "1"), theirs(3, "1")])
    assert [(one.what, one.row.line) for one in found.differing] == [("twice", 3)]


def test_where_the_file_holds_charged_messages_only_free_ones_are_not_missed() -> None:
    messages = [ours("m1", "1", charged=False), ours("m2", "2")]
    found = compared(messages, [], only_charged=True)
    assert [one.id for one in found.missing_there] == ["m2"]
