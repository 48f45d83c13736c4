"""A number that was asked what it thinks answers by a mark; everything else is read as ever."""

import pytest
from msgspec.structs import replace

from sms_gateway.domain.dossier import Found
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.outcome import Billing, Outcome
from sms_gateway.domain.records import Opinion
from tests.parts import AN, Desk, dossier

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


def test_a_number_that_is_a_dossier_is_looked_up_though_a_mark_is_awaited(asked: Desk) -> None:
    asked.cases = {CanonicalKey("6"): Found(dossier(1, AN))}
    assert asked.text("MCKH 6").reason == "S4"
