from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sms_gateway.dispatch.retry import RetryTable, settlement
from sms_gateway.domain.ids import DoorName, MessageId, TelcoId
from sms_gateway.domain.message import MobileTerminated
from sms_gateway.domain.outcome import (
    Accepted,
    Billing,
    Deferred,
    MtState,
    Rejected,
    SendOutcome,
    Uncertain,
)
from tests.parts import AN, CODE, START

HOLDS, RESENDS = RetryTable(), RetryTable(resend_uncertain=True)
BUSY, LATER = Rejected("busy", permanent=False), Deferred("throttled", timedelta(seconds=90))


def failed(times: int) -> MobileTerminated:
    """An MT whose attempts failed so often."""
    return MobileTerminated(
        MessageId("mt"), DoorName("telco"), AN, CODE, "text", "gsm7", 1, Billing.FREE,
        START + timedelta(hours=6), attempt=times + 1, failures=times,
    )  # fmt: skip


@pytest.mark.parametrize(
    "failures, outcome, table, state, again, spends",
    [
        (0, Accepted(), HOLDS, MtState.ACCEPTED, None, False),
        (0, Deferred("closed"), HOLDS, MtState.QUEUED, 5, False),
        (5, Deferred("closed"), HOLDS, MtState.QUEUED, 5, False),  # five failures, first deferral
        (99, LATER, HOLDS, MtState.QUEUED, 90, False),
        (0, BUSY, HOLDS, MtState.QUEUED, 5, True),
        (1, BUSY, HOLDS, MtState.QUEUED, 30, True),
        (2, BUSY, HOLDS, MtState.QUEUED, 120, True),
        (3, BUSY, HOLDS, MtState.QUEUED, 600, True),
        (4, BUSY, HOLDS, MtState.QUEUED, 1800, True),
        (5, BUSY, HOLDS, MtState.FAILED, None, True),
        (8, BUSY, RetryTable(max_failures=99), MtState.QUEUED, 1800, True),
        (0, Rejected("blocked", permanent=True), HOLDS, MtState.FAILED, None, True),
        (0, Uncertain("timeout"), HOLDS, MtState.UNCERTAIN, None, False),
        (0, Uncertain("timeout"), RESENDS, MtState.QUEUED, 5, True),
        (5, Uncertain("timeout"), RESENDS, MtState.UNCERTAIN, None, True),
    ],
)
def test_what_becomes_of_an_attempt(  # the columns of the table
    failures: int,
    outcome: SendOutcome,
    table: RetryTable,
    state: MtState,
    again: int | None,
    *,
    spends: bool,
) -> None:
    found = settlement(failed(failures), outcome, START, table)
    assert (found.state, found.failed) == (state, spends)
    assert found.not_before == (None if again is None else START + timedelta(seconds=again))
    assert (found.id, found.attempt, found.at) == ("mt", failures + 1, START)


@pytest.mark.parametrize("table", [HOLDS, RESENDS])
def test_ids_of_the_parts_that_a_telco_took_are_kept_for_their_reports(table: RetryTable) -> None:
    half = Uncertain("partly_taken", (TelcoId("A1"),))
    assert settlement(failed(0), half, START, table).telco_ids == ("A1",)


@pytest.mark.parametrize("table", [HOLDS, RESENDS])
@pytest.mark.parametrize("failures, no", [(1, Rejected("duplicate id", permanent=True)), (5, BUSY)])
def test_a_no_after_a_try_that_nobody_heard_the_end_of_says_nothing_about_that_try(
    failures: int, no: Rejected, table: RetryTable
) -> None:
    """The citizen may have it: whoever is told that it failed would text or call once more."""
    found = settlement(replace(failed(failures), doubted=True), no, START, table)
    assert (found.state, found.result, found.reason) == (
        MtState.UNCERTAIN,
        "rejected",
        no.reason,
    )


def test_a_yes_or_a_later_after_such_a_try_is_what_it_always_is() -> None:
    doubted = replace(failed(1), doubted=True)
    for outcome, state in ((Accepted(), MtState.ACCEPTED), (LATER, MtState.QUEUED)):
        assert settlement(doubted, outcome, START, RESENDS).state is state


@pytest.mark.parametrize(
    "deferrals, seconds",
    [(0, 5), (1, 10), (2, 20), (3, 40), (4, 80), (5, 160), (6, 300), (7, 300), (5000, 300)],
)
def test_not_now_again_and_again_is_asked_more_and_more_seldom(
    deferrals: int, seconds: int
) -> None:
    mt = replace(failed(2), attempt=deferrals + 3)
    found = settlement(mt, Deferred("throttled"), START, HOLDS)
    assert found.not_before == START + timedelta(seconds=seconds)
    assert not found.failed


def test_the_telcos_own_word_when_to_come_again_counts_however_often_it_was_said() -> None:
    mt = replace(failed(0), attempt=40)
    assert settlement(mt, LATER, START, HOLDS).not_before == START + timedelta(seconds=90)


def test_the_telcos_own_words_are_kept() -> None:
    assert settlement(failed(0), Accepted((TelcoId("T1"),)), START, HOLDS).telco_ids == ("T1",)
    assert settlement(failed(0), BUSY, START, HOLDS).reason == "busy"
    results = [
        settlement(failed(0), outcome, START, HOLDS).result
        for outcome in (Accepted(), LATER, BUSY, Uncertain("timeout"))
    ]
    assert results == ["accepted", "deferred", "rejected", "uncertain"]


OUTCOMES = st.sampled_from([Accepted(), LATER, BUSY, Rejected("no", True), Uncertain("x")])  # noqa: FBT003  # permanent


@given(st.integers(0, 20), OUTCOMES, st.integers(1, 10), st.booleans())
def test_a_message_is_tried_again_only_if_it_is_queued_and_never_for_ever(
    failures: int,
    outcome: SendOutcome,
    most: int,
    resend: bool,  # noqa: FBT001  # drawn
) -> None:
    table = RetryTable(max_failures=most, resend_uncertain=resend)
    found = settlement(failed(failures), outcome, START, table)
    assert (found.not_before is not None) == (found.state is MtState.QUEUED)
    if found.failed and failures + 1 >= most:
        assert found.state in (MtState.FAILED, MtState.UNCERTAIN)
