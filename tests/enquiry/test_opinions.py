"""A number that was asked what it thinks answers by a mark; everything else is read as ever."""

import pytest
from msgspec.structs import replace

from sms_gateway.domain.dossier import Found
from sms_gateway.domain.ids import CanonicalKey
from sms_gateway.domain.outcome import Billing
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
