"""What one number may have, by the rules that the gateway ships."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_gateway.domain.dossier import Unavailable
from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Billing, Outcome
from sms_gateway.domain.records import Citizen, OptOutChange
from sms_gateway.enquiry.policy import DAY, HOUR
from tests.enquiry.budget_texts import LOOK_UP, REFUSED, REFUSED_TODAY, look_ups, misses
from tests.parts import AN, Desk, key_of, receipt_of, rules, words

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_eleventh_reply_of_the_hour_is_a_refusal(desk: Desk) -> None:
    reasons = desk.texts([*look_ups(10), "MCKH"])
    assert reasons == ["S4"] * 10 + [REFUSED]


def test_the_refusal_says_how_long_to_wait_and_is_not_charged(desk: Desk) -> None:
    desk.texts(look_ups(10))
    desk.at += 20 * MINUTE
    verdict = desk.text("MCKH")
    assert " 60 phut" in words(verdict)
    assert (verdict.billing, verdict.outcome) == (Billing.REFUND, Outcome.ANSWERED)


def test_who_must_wait_for_hours_is_told_tomorrow_and_no_minutes(desk: Desk) -> None:
    for _ in range(3):
        desk.texts(look_ups(10))
        desk.at += HOUR
    verdict = desk.text(LOOK_UP)
    assert (verdict.reason, verdict.billing) == (REFUSED_TODAY, Billing.REFUND)
    assert "vao ngay mai hoac goi 0258 3999999" in words(verdict)
    assert "phut" not in words(verdict)
    desk.citizen = Citizen(language=Language.EN)
    assert "tomorrow" in words(desk.text(LOOK_UP))


def test_a_refusal_until_tomorrow_is_a_refusal_in_every_budget(desk: Desk) -> None:
    for _ in range(3):
        desk.texts(look_ups(10))
        desk.at += HOUR
    verdicts = [desk.text(text) for text in (LOOK_UP, "MCKH EN 170703-0099", "MCKH", LOOK_UP)]
    assert [verdict.reason for verdict in verdicts] == [REFUSED_TODAY] * 3 + ["rate_limited"]
    # ... and does not make the wait longer.
    desk.at += DAY - 3 * HOUR
    assert desk.text(LOOK_UP).reason == "S4"


def test_refusals_come_in_the_stored_language(desk: Desk) -> None:
    desk.texts(look_ups(10))
    desk.citizen = Citizen(language=Language.EN)
    assert "Too many look-ups" in words(desk.text("MCKH"))


def test_who_waited_as_told_is_answered_again(desk: Desk) -> None:
    desk.texts(look_ups(10))
    assert desk.text(LOOK_UP).reason == REFUSED
    desk.at += 60 * MINUTE
    assert desk.text(LOOK_UP).reason == "S4"


def test_the_fourth_refusal_in_the_same_words_is_not_sent(desk: Desk) -> None:
    desk.texts(look_ups(10))
    verdicts = [desk.text(LOOK_UP) for _ in range(4)]
    assert [verdict.reason for verdict in verdicts] == [REFUSED] * 3 + ["identical"]
    assert verdicts[-1].outcome is Outcome.SUPPRESSED


def test_refusals_do_not_make_the_wait_longer(desk: Desk) -> None:
    desk.texts(look_ups(10))
    for _ in range(5):
        desk.at += 10 * MINUTE
        desk.text(LOOK_UP)
    desk.at += 10 * MINUTE
    assert desk.text(LOOK_UP).reason == "S4"


def test_after_thirty_replies_the_day_is_used_up(desk: Desk) -> None:
    for _ in range(3):
        assert REFUSED not in desk.texts(look_ups(10))
        desk.at += HOUR
    assert desk.text(LOOK_UP).reason == REFUSED_TODAY
    desk.at += DAY - 3 * HOUR
    assert desk.text(LOOK_UP).reason == "S4"


def test_the_eleventh_receipt_of_the_day_is_refused_and_the_known_ones_are_answered(
    desk: Desk,
) -> None:
    desk.texts(look_ups(10))
    desk.at += 2 * HOUR
    assert desk.text(f"MCKH {receipt_of(11)}").reason == REFUSED_TODAY
    assert desk.text(f"MCKH {receipt_of(3)}").reason == "S4"
    assert desk.text("MCKH").reason == "H1"


def test_a_known_receipt_in_the_text_does_not_open_an_eleventh(desk: Desk) -> None:
    desk.texts(look_ups(10))
    desk.at += 2 * HOUR
    verdict = desk.text(f"MCKH {receipt_of(11)} {receipt_of(3)}")
    assert verdict.key == key_of(3)
    assert key_of(11) not in desk.looked_up


def test_the_sixth_miss_of_the_hour_is_not_looked_up(desk: Desk) -> None:
    assert REFUSED not in desk.texts(misses(5))
    assert desk.text("MCKH 999999-0006").reason == REFUSED
    assert desk.looked_up == []


def test_hit_and_miss_are_refused_in_the_same_words(desk: Desk) -> None:
    desk.texts(misses(5))
    hit, miss = desk.text(LOOK_UP), desk.text("MCKH 999999-0009")
    assert hit.reason == REFUSED
    assert words(hit) == words(miss)
    assert hit.key == miss.key


def test_misses_do_not_close_help_and_choices(desk: Desk) -> None:
    desk.texts(misses(5))
    assert desk.texts(["MCKH", "MCKH EN", "MCKH HUY"]) == ["H1", "L1", "O1"]


def test_guesses_in_an_opt_out_have_the_same_budgets(desk: Desk) -> None:
    guesses = [text.replace("MCKH", "MCKH HUY") for text in misses(6)]
    assert desk.texts(guesses)[-1] == REFUSED


def test_a_no_is_heard_whatever_was_used_up(desk: Desk) -> None:
    desk.texts(look_ups(10))
    assert desk.text("MCKH").reason == REFUSED
    verdict = desk.text("MCKH HUY")
    assert (verdict.reason, verdict.opt_out) == ("O1", OptOutChange(opted_out=True))


def test_a_no_that_is_not_confirmed_any_more_is_still_heard(desk: Desk) -> None:
    verdicts = [desk.text("MCKH HUY") for _ in range(4)]
    assert [verdict.reason for verdict in verdicts] == ["O1"] * 3 + ["identical"]
    assert verdicts[-1].opt_out == OptOutChange(opted_out=True)


def test_the_fourth_identical_reply_of_an_hour_is_suppressed(desk: Desk) -> None:
    verdicts = [desk.text(LOOK_UP) for _ in range(4)]
    assert [verdict.reason for verdict in verdicts] == ["S4"] * 3 + ["identical"]
    assert verdicts[-1].reply is None
    assert verdicts[-1].key == key_of(1)


def test_a_text_that_got_no_answer_counts_all_the_same(desk: Desk) -> None:
    assert desk.texts(misses(5)) == ["E1", "F2", "F2", "F2", "identical"]
    assert [event.miss for event in desk.history] == [True] * 5


def test_an_answer_that_was_not_sent_makes_the_next_one_no_repeat(desk: Desk) -> None:
    desk.texts([LOOK_UP] * 3)
    desk.at += 55 * MINUTE
    assert desk.text(LOOK_UP).reason == "identical"
    desk.at += 5 * MINUTE
    assert desk.text(LOOK_UP).billing is Billing.CHARGE


def test_an_identical_reply_is_given_again_after_the_hour(desk: Desk) -> None:
    desk.texts([LOOK_UP] * 4)
    desk.at += HOUR
    assert desk.text(LOOK_UP).reason == "S4"


@pytest.mark.parametrize(
    "minutes, billing", [(9, Billing.FREE), (10, Billing.CHARGE), (30, Billing.CHARGE)]
)
def test_the_same_receipt_again_is_free_for_ten_minutes(
    desk: Desk, minutes: int, billing: Billing
) -> None:
    assert desk.text(LOOK_UP).billing is Billing.CHARGE
    desk.at += minutes * MINUTE
    again = desk.text("mckh 170703 0001")
    assert again.billing is billing
    assert again.billing_reason == ("repeat" if billing is Billing.FREE else "S4")


def test_another_receipt_within_ten_minutes_is_charged(desk: Desk) -> None:
    desk.text(LOOK_UP)
    assert desk.text(f"MCKH {receipt_of(2)}").billing is Billing.CHARGE


def test_the_time_of_free_repeats_is_a_setting() -> None:
    desk = Desk(rules(INTAKE__REPEAT_FREE_MINUTES="0"))
    desk.text(LOOK_UP)
    assert desk.text(LOOK_UP).billing is Billing.CHARGE


def test_a_second_failure_within_the_hour_gets_simpler_words_for_free(desk: Desk) -> None:
    first, second = desk.text("MCKH 999999-0001"), desk.text("MCKH abcdef")
    assert (first.reason, second.reason) == ("E1", "F2")
    assert second.billing is Billing.FREE
    assert second.outcome is Outcome.ANSWERED_WITH_HELP
    assert "0258 3999999" in words(second)


def test_a_simpler_text_still_counts_as_a_miss(desk: Desk) -> None:
    assert desk.texts(misses(3)) == ["E1", "F2", "F2"]
    assert [event.miss for event in desk.history] == [True] * 3


def test_failures_an_hour_apart_are_both_the_first(desk: Desk) -> None:
    assert desk.text("MCKH 999999-0001").reason == "E1"
    desk.at += HOUR
    assert desk.text("MCKH 999999-0002").reason == "E1"


def test_a_useful_answer_makes_the_next_failure_a_first_one(desk: Desk) -> None:
    assert desk.texts(["MCKH 999999-0001", LOOK_UP, "MCKH 999999-0002"]) == ["E1", "S4", "E1"]
    assert desk.texts(["MCKH 999999-0003"]) == ["F2"]


def test_help_and_silence_in_between_are_no_useful_answer(desk: Desk) -> None:
    assert desk.texts(["MCKH 999999-0001", "MCKH", "MCKH xyz"]) == ["E1", "H1", "F2"]
    desk.cases = {key_of(1): Unavailable("timeout")}
    assert desk.texts([LOOK_UP, "MCKH xyz"]) == ["E4", "F2"]


@pytest.mark.parametrize(
    "thanks", ["cam on ban nhieu", "Cảm ơn ạ", "ok", "dạ vâng", "thank you very much"]
)
def test_thanks_are_no_failure_and_cost_nothing(desk: Desk, thanks: str) -> None:
    assert desk.texts(["MCKH 999999-0001", LOOK_UP]) == ["E1", "S4"]
    verdict = desk.text(thanks)
    assert (verdict.reason, verdict.billing) == ("H1", Billing.FREE)
    assert verdict.usage is not None
    assert not verdict.usage.failure


def test_a_useful_answer_is_given_as_usual_after_failures(desk: Desk) -> None:
    desk.texts(misses(2))
    assert desk.text(LOOK_UP).reason == "S4"


TEXTS = [
    *look_ups(14),
    *misses(8),
    "MCKH",
    "MCKH xyz",
    "MCKH HUY",
    "MCKH EN 170703-0001",
    "MCKH HUY 170703-0020",
    "MCKH 170703-0021 170703-0001",
]
STEPS = st.lists(
    st.tuples(st.sampled_from(TEXTS), st.sampled_from([0, 0, 0, 1, 7, 31, 200])), max_size=60
)


def busiest(moments: Sequence[float], window: float) -> int:
    """The most that lie within one sliding window."""
    return max(
        (sum(start <= at < start + window for at in moments) for start in moments), default=0
    )


@given(STEPS)
def test_whatever_is_asked_and_when_no_budget_is_exceeded(steps: list[tuple[str, int]]) -> None:
    desk, budgets = Desk(sender=AN), rules().budgets
    replies: list[tuple[float, str, str]] = []
    for text, minutes in steps:
        desk.at += minutes * MINUTE
        verdict = desk.text(text)
        if verdict.reply is not None:
            replies.append((desk.at.timestamp() / 60, verdict.reason, verdict.reply.text))

    def when(*left_out: str) -> list[float]:
        return [at for at, reason, _ in replies if reason not in left_out]

    # A plain no is heard and confirmed whatever was used up, three times an hour.
    assert busiest(when(REFUSED, REFUSED_TODAY, "O1"), 60) <= budgets.replies_per_hour
    assert busiest(when(REFUSED, REFUSED_TODAY, "O1"), 24 * 60) <= budgets.replies_per_day
    missed = [event.at.timestamp() / 60 for event in desk.history if event.miss]
    assert busiest(missed, 60) <= budgets.misses_per_hour
    for said in {text for *_, text in replies}:
        same = [at for at, _, text in replies if text == said]
        assert busiest(same, 60) <= budgets.identical_per_hour
    for event in desk.history:
        day = {e.key for e in desk.history if e.key and event.at - DAY < e.at <= event.at}
        assert len(day) <= budgets.receipts_per_day


def test_a_text_with_several_numbers_asks_for_all_of_them(desk: Desk) -> None:
    first = "MCKH 160101-0001 160101-0002 160101-0003"
    assert desk.text(first).reason == "E1"
    assert desk.history[-1].miss == 3
    desk.text("MCKH 160101-0001 160101-0004 160101-0005")
    assert desk.text("MCKH 160101-0001 160101-0006 160101-0007").reason == REFUSED


def test_a_number_over_its_budget_is_confirmed_once_an_hour(desk: Desk) -> None:
    desk.texts(look_ups(10))
    reasons = [desk.text(f"MCKH {word}").reason for word in ("HUY", "NHAN", "HUY")]
    assert reasons == ["O1", "rate_limited", "rate_limited"]


def test_a_refusal_is_told_three_times_an_hour_whatever_its_words(desk: Desk) -> None:
    desk.texts(look_ups(10))
    texts = ["MCKH", "MCKH EN 170703-0099", "MCKH ?", "MCKH EN 170703-0098"]
    reasons = [desk.text(text).reason for text in texts]
    assert reasons == [REFUSED, REFUSED_TODAY, REFUSED, "rate_limited"]
    assert desk.text("MCKH EN 170703-0097").reply is None
