"""A number that was asked what it thinks answers by a mark; everything else is read as ever."""

import re

import pytest
from msgspec.structs import replace

from sms_gateway.domain.dossier import Found, Unavailable, Withheld, canonical_key
from sms_gateway.domain.ids import NO_KEY, CanonicalKey
from sms_gateway.domain.message import Language
from sms_gateway.domain.outcome import Billing, Outcome
from sms_gateway.domain.records import Opinion
from tests.parts import AN, Desk, dossier, words

QUESTION = Opinion(dossier(1).id, "170703-0001")


@pytest.fixture
def asked() -> Desk:
    desk = Desk()
    desk.citizen = replace(desk.citizen, asked=QUESTION)
    return desk


@pytest.mark.parametrize("text, score", [("4", 4), ("MCKH 4", 4), ("bon", 4), ("hai long", 4)])
def test_its_mark_is_taken_and_thanked_for(asked: Desk, text: str, score: int) -> None:
    verdict = asked.text(text)
    assert (verdict.reason, verdict.billing) == ("Q2", Billing.FREE)
    assert verdict.opinion == replace(QUESTION, score=score)
    assert verdict.reply is not None
    assert "170703-0001" in verdict.reply.text


@pytest.mark.parametrize(
    "text, reason",
    [("MCKH 170703-0001", "S4"), ("MCKH HUY", "O1"), ("MCKH", "H1"), ("cam on", "H1")],
)
def test_what_gives_no_mark_is_read_as_ever(asked: Desk, text: str, reason: str) -> None:
    verdict = asked.text(text)
    assert (verdict.reason, verdict.opinion) == (reason, None)


def test_who_was_not_asked_gives_no_mark() -> None:
    assert Desk().text("4").opinion is None


def test_a_mark_steals_no_receipt_number(asked: Desk) -> None:
    asked.cases = {CanonicalKey("4"): Found(dossier(1, AN))}
    verdict = asked.text("MCKH 4")
    assert (verdict.reason, verdict.opinion) == ("S4", None)


def test_a_mark_is_taken_also_from_who_asked_too_often(asked: Desk) -> None:
    for number in range(1, 20):
        asked.text(f"MCKH 999999-{number:04}")
    assert asked.text("5").reason == "Q2"


def test_a_later_mark_takes_the_place_of_an_earlier_one_with_the_same_thanks(asked: Desk) -> None:
    asked.citizen = replace(asked.citizen, asked=replace(QUESTION, score=4))
    verdict = asked.text("5")
    assert (verdict.reason, verdict.opinion) == ("Q2", replace(QUESTION, score=5))


@pytest.mark.parametrize("text", ["6", "MCKH 6", "0", "10", "8/10", "MCKH 10", "chua hai long lam"])
def test_what_is_no_mark_is_answered_by_how_to_mark(asked: Desk, text: str) -> None:
    verdict = asked.text(text)
    assert (verdict.reason, verdict.opinion, verdict.billing) == ("Q3", None, Billing.FREE)
    assert verdict.outcome is Outcome.ANSWERED_WITH_HELP


@pytest.mark.parametrize("text, reason", [("6", "E2"), ("MCKH 6", "E1"), ("hai long", "E2")])
def test_who_was_not_asked_is_not_told_how_to_mark(text: str, reason: str) -> None:
    assert Desk().text(text).reason == reason


def test_words_after_a_mark_are_no_second_try(asked: Desk) -> None:
    asked.citizen = replace(asked.citizen, asked=replace(QUESTION, score=2))
    assert asked.text("khong hai long vi cho lau").reason == "E2"


@pytest.mark.parametrize(
    "text",
    [
        "được rồi", "dạ được ạ", "ok tốt", "tốt, cảm ơn", "chưa được", "anh Hai ơi", "em Nam",
        "MCKH 5 xong chưa", "MCKH số 5 có kết quả chưa?", "MCKH 3 nhé em cho anh hỏi", "bốn",
    ],
)  # fmt: skip
def test_no_word_and_no_question_changes_a_mark(asked: Desk, text: str) -> None:
    asked.citizen = replace(asked.citizen, asked=replace(QUESTION, score=1))
    assert asked.text(text).opinion is None


@pytest.mark.parametrize("text", ["được rồi", "anh Hai ơi", "dạ năm ạ"])
def test_who_gave_no_mark_yet_and_may_have_meant_one_is_told_how(asked: Desk, text: str) -> None:
    verdict = asked.text(text)
    assert (verdict.reason, verdict.opinion) == ("Q3", None)


@pytest.mark.parametrize("text, reason", [("MCKH 6", "Q3"), ("MCKH 4", "Q2"), ("MCKH 45", "Q3")])
def test_a_number_that_was_looked_up_in_vain_counts_as_a_miss(
    asked: Desk, text: str, reason: str
) -> None:
    verdict = asked.text(text)
    number = CanonicalKey(text.removeprefix("MCKH "))
    assert verdict.usage is not None
    assert (verdict.reason, verdict.usage.key, verdict.usage.miss) == (reason, number, 1)


def test_who_was_asked_guesses_at_no_more_numbers_than_others(asked: Desk) -> None:
    for number in range(10, 15):
        asked.text(f"MCKH {number}")
    assert asked.text("MCKH 16").reason == "E3"
    assert asked.looked_up == []


def test_an_answer_to_a_mark_is_no_help_after_a_failure(asked: Desk) -> None:
    asked.text("MCKH 170703-0099")
    asked.text("MCKH 6")
    assert asked.text("MCKH 170703-0098").reason == "F2"


@pytest.mark.parametrize("text, reason", [("MCKH 6", "E4"), ("MCKH 45", "E4"), ("MCKH 4", "Q2")])
def test_while_no_dossier_can_be_looked_up_only_a_plain_mark_is_one(
    asked: Desk, text: str, reason: str
) -> None:
    asked.cases = {canonical_key(text.removeprefix("MCKH ")): Unavailable("down")}
    verdict = asked.text(text)
    assert (verdict.reason, verdict.owed) == (reason, reason == "E4")


@pytest.mark.parametrize("text", ["MCKH 4", "MCKH 6"])
def test_a_number_of_which_nothing_may_be_told_is_no_mark(asked: Desk, text: str) -> None:
    asked.cases = {canonical_key(text.removeprefix("MCKH ")): Withheld()}
    assert asked.text(text).reason == "E7-call"


def test_who_may_look_nothing_up_now_still_gives_a_mark_and_is_told_nothing(asked: Desk) -> None:
    for number in range(5):
        asked.text(f"MCKH 999999-{number:04}")
    assert asked.text("MCKH 6").reason == "E3"
    verdict = asked.text("MCKH 4")
    assert (verdict.reason, verdict.key, asked.looked_up) == ("Q2", NO_KEY, [])


@pytest.mark.parametrize("language", [Language.VI, Language.EN])
def test_the_question_typed_as_it_stands_is_an_answer(asked: Desk, language: Language) -> None:
    asked.citizen = replace(asked.citizen, language=language)
    told = words(asked.text("6"))
    typed = re.search(r"(?:soan|send) (MCKH .*) (?:gui|to) 8083", told)
    assert typed is not None
    for word in ("so diem", "mark"):
        if word in typed[1]:
            assert asked.text(typed[1].replace(word, "4")).opinion == replace(QUESTION, score=4)
            assert asked.text(f"{typed[1]} 4").opinion == replace(QUESTION, score=4)
            return
    pytest.fail("the question names no mark")


def test_a_number_that_is_a_dossier_is_looked_up_though_a_mark_is_awaited(asked: Desk) -> None:
    asked.cases = {CanonicalKey("6"): Found(dossier(1, AN))}
    assert asked.text("MCKH 6").reason == "S4"
