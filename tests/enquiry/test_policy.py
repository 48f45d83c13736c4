from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.domain.ids import NO_KEY, CanonicalKey
from sms_gateway.domain.records import UsageEvent
from sms_gateway.enquiry.policy import (
    DAY,
    HOUR,
    RATE_LIMITED,
    Budgets,
    failed_before,
    identical_replies,
    is_repeat,
    may_read_all,
    minutes_to_wait,
    refusal,
    used,
    wait_until,
)
from tests.parts import AN, BINH, HASHER, SECRET_WORD, START, dossier, key_of

SMALL = Budgets(
    replies_per_hour=3,
    replies_per_day=6,
    receipts_per_day=4,
    misses_per_hour=2,
    identical_per_hour=3,
)
MINUTE = timedelta(minutes=1)


def ago(minutes: float, key: CanonicalKey = NO_KEY, **what: object) -> UsageEvent:
    """A reply so many minutes before START."""
    miss, failure = bool(what.get("miss")), bool(what.get("failure"))
    template, words = str(what.get("template", "S4")), str(what.get("words", ""))
    return UsageEvent(START - minutes * MINUTE, key, template, words, miss, failure)


def wait(history: list[UsageEvent], *keys: CanonicalKey, now: datetime = START) -> datetime | None:
    return wait_until(SMALL, history, keys, now)


def test_a_number_without_history_may_ask() -> None:
    assert wait([]) is None
    assert wait([], key_of(1)) is None


def test_the_last_reply_of_the_hour_is_given_and_the_next_is_not() -> None:
    assert wait([ago(50), ago(20)]) is None
    assert wait([ago(50), ago(20), ago(10)]) == START - 50 * MINUTE + HOUR


def test_the_hour_slides_with_each_question() -> None:
    history = [ago(50), ago(20), ago(10)]
    assert wait(history, now=START + 10 * MINUTE - MINUTE / 60) is not None
    assert wait(history, now=START + 10 * MINUTE) is None


def test_the_last_reply_of_the_day_is_given_and_the_next_is_not() -> None:
    spread = [ago(60 * hours) for hours in (23, 20, 15, 10, 5)]
    assert wait(spread) is None
    assert wait([*spread, ago(60 * 2)]) == START - 23 * HOUR + DAY


def test_what_is_older_than_a_day_no_longer_counts() -> None:
    spread = [ago(60 * hours) for hours in (24, 20, 15, 10, 5, 2)]
    assert wait(spread) is None


def test_a_receipt_more_than_the_day_has_is_refused() -> None:
    asked = [ago(60 * (20 - number), key_of(number)) for number in (1, 2, 3, 4)]
    assert wait(asked[:3], key_of(9)) is None
    assert wait(asked, key_of(9)) == asked[0].at + DAY


def test_a_receipt_asked_for_before_is_not_one_more() -> None:
    asked = [ago(60 * (20 - number), key_of(number)) for number in (1, 2, 3, 4)]
    assert wait(asked, key_of(3)) is None


def test_a_receipt_asked_for_again_counts_from_the_last_time() -> None:
    asked = [ago(60 * (20 - number), key_of(number)) for number in (1, 2, 3, 4)]
    assert wait([*asked, ago(60 * 2, key_of(1))], key_of(9)) == asked[1].at + DAY


def test_misses_of_the_hour_stop_further_look_ups_and_nothing_else() -> None:
    missed = [ago(40, key_of(1), miss=True), ago(30, key_of(2), miss=True)]
    assert wait(missed, key_of(3)) == missed[0].at + HOUR
    assert wait(missed) is None


def test_the_longest_of_several_waits_is_told() -> None:
    missed = [ago(40, key_of(1), miss=True), ago(30, key_of(2), miss=True), ago(20)]
    full_day = [ago(60 * hours) for hours in (22, 20, 18)]
    assert wait([*full_day, *missed], key_of(3)) == START + 2 * HOUR


def test_refusals_do_not_feed_the_budgets() -> None:
    for template in (RATE_LIMITED, f"{RATE_LIMITED}-tomorrow"):
        refusals = [ago(minutes, template=template) for minutes in range(59, 1, -1)]
        assert wait(refusals, key_of(1)) is None


def test_answers_that_came_in_another_order_than_the_questions_tell_the_same_wait() -> None:
    history = [ago(50), ago(20), ago(10)]
    assert wait([history[1], history[2], history[0]]) == wait(history)


EVENTS = st.lists(
    st.builds(
        ago,
        st.integers(0, 26 * 60),
        st.sampled_from([NO_KEY, *map(key_of, range(1, 8))]),
        miss=st.booleans(),
        template=st.sampled_from(["S4", "E1", RATE_LIMITED]),
    ),
    max_size=30,
)


@given(EVENTS, st.lists(st.just(key_of(8)), max_size=1))
def test_who_waits_as_told_may_ask_and_a_second_before_may_not(
    events: list[UsageEvent], keys: list[CanonicalKey]
) -> None:
    history = sorted(events, key=lambda event: event.at)
    until = wait(history, *keys)
    if until is not None:
        assert START < until <= START + DAY
        assert wait(history, *keys, now=until) is None
        assert wait(history, *keys, now=until - timedelta(seconds=1)) is not None


@pytest.mark.parametrize(
    "seconds, minutes",
    [(-60, 30), (0, 30), (1, 30), (1800, 30), (1801, 60), (3600, 60), (3601, 90), (86_400, 1440)],
)
def test_the_wait_is_told_in_whole_half_hours_rounded_up(seconds: int, minutes: int) -> None:
    assert minutes_to_wait(START + timedelta(seconds=seconds), START) == minutes


@pytest.mark.parametrize(
    "minutes, template, told",
    [
        (1, "E3", {"minutes": "30"}),
        (120, "E3", {"minutes": "120"}),
        (121, "E3-tomorrow", {}),
        (1440, "E3-tomorrow", {}),
    ],
)
def test_a_wait_of_more_than_two_hours_is_told_as_tomorrow(
    minutes: int, template: str, told: dict[str, str]
) -> None:
    assert refusal(START + minutes * MINUTE, START) == (template, told)


@given(st.integers(1, 86_400))
def test_who_waits_the_minutes_that_were_told_has_waited_long_enough(seconds: int) -> None:
    minutes = minutes_to_wait(START + timedelta(seconds=seconds), START)
    assert minutes % 30 == 0
    assert 0 <= minutes * 60 - seconds < 30 * 60


def test_only_the_registered_phone_may_read_everything() -> None:
    ans = dossier(1, AN)
    assert may_read_all(ans, AN, (), second_secret=False)
    assert not may_read_all(ans, BINH, (), second_secret=False)


def test_the_second_secret_counts_only_where_the_settings_say_so() -> None:
    offered = [HASHER.receipt_secret(SECRET_WORD)]
    assert may_read_all(dossier(1, AN), BINH, offered, second_secret=True)
    assert not may_read_all(dossier(1, AN), BINH, offered, second_secret=False)
    assert not may_read_all(dossier(1, AN), BINH, [HASHER.receipt_secret("X")], second_secret=True)


def test_a_dossier_without_a_second_secret_is_opened_by_none() -> None:
    bare = replace(dossier(1, AN), secret_hash="")
    assert not may_read_all(bare, BINH, ["", HASHER.receipt_secret("")], second_secret=True)


@pytest.mark.parametrize("minutes, repeat", [(1, True), (9.9, True), (10, False), (11, False)])
def test_the_same_receipt_within_ten_minutes_is_a_repeat(minutes: float, *, repeat: bool) -> None:
    window = Budgets().repeat_free
    assert is_repeat([ago(minutes, key_of(1))], key_of(1), START, window) is repeat


def test_another_receipt_a_failure_or_a_refusal_is_no_repeat() -> None:
    history = [
        ago(1, key_of(2)),
        ago(1, key_of(1), failure=True),
        ago(1, key_of(1), template=RATE_LIMITED),
        ago(1, key_of(1), template=f"{RATE_LIMITED}-tomorrow"),
    ]
    assert not is_repeat(history, key_of(1), START, Budgets().repeat_free)


def test_a_failure_counts_for_an_hour() -> None:
    assert failed_before([ago(59, failure=True)], START)
    assert not failed_before([ago(60, failure=True)], START)
    assert not failed_before([ago(1)], START)


@pytest.mark.parametrize(
    "between, failed",
    [
        (ago(5, key_of(1)), False),
        (ago(5, key_of(1), template="E7-call"), False),
        # no answer about a dossier: help, refusals, interruptions, silence
        (ago(5, template="H1"), True),
        (ago(5, key_of(1), template=RATE_LIMITED), True),
        (ago(5, key_of(1), template="E4"), True),
        (ago(5, key_of(1), template=""), True),
        # before the failure
        (ago(11, key_of(1)), True),
    ],
)
def test_a_failure_counts_until_a_useful_answer(between: UsageEvent, *, failed: bool) -> None:
    failure = ago(10, failure=True)
    assert failed_before([failure, between], START) is failed
    assert failed_before([between, failure], START) is failed


def test_the_same_words_count_for_an_hour() -> None:
    history = [ago(60, words="x"), ago(59, words="x"), ago(1, words="x"), ago(1, words="y")]
    assert identical_replies(history, "x", START) == 2


def test_what_was_used_is_told_for_each_budget() -> None:
    history = [
        ago(61, key_of(1)),
        ago(59, key_of(1)),
        ago(9, key_of(2)),
        ago(5, key_of(3), miss=True),
        # A refusal is in no budget.
        ago(1, template=RATE_LIMITED),
    ]
    assert used(SMALL, history, START) == [
        ("replies_per_hour", 3, 3),
        ("replies_per_day", 4, 6),
        ("receipts_per_day", 3, 4),
        ("misses_per_hour", 1, 2),
    ]
    assert {n for _, n, _ in used(SMALL, (), START)} == {0}
